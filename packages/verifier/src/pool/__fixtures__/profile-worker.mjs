// A worker with one profile of its own: `last-word` takes the last word and compares texts, within a tolerance where there
// is one; it never comes back from LOOP and throws on THROW. Items that name no profile are verified as they should be.
import { gradeItem } from '../../../dist/pool/grade-item.js';
import { runItems } from '../../../dist/pool/run-items.js';
import { verifyItem } from '../../../dist/pool/verify-item.js';

const lastWord = {
  name: 'last-word',
  version: 3,
  imitates: 'nothing',
  extract: ({ reply }) => {
    const answer = reply.trim().split(/\s+/).at(-1);
    if (answer === 'LOOP') for (;;);
    if (answer === 'THROW') throw new Error('This profile fails.');
    return answer === '' ? undefined : { answer, rule: 'last-word' };
  },
  isEqual: ({ reference, candidate, tolerance }) =>
    reference === candidate ||
    (tolerance !== undefined && Math.abs(Number(reference) - Number(candidate)) <= Number(tolerance)),
};

export default function judge({ items, options, rewards, progress }) {
  return runItems({ items, progress }, (item) =>
    item.profile === undefined
      ? verifyItem(item, { options, rewards, secondOpinion: () => false })
      : gradeItem(item, { profile: item.profile === lastWord.name ? lastWord : undefined, rewards }),
  );
}
