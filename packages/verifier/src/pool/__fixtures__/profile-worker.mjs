// A worker with two profiles of its own: `last-word` takes the last word and compares texts, within a tolerance where
// there is one; it never comes back from LOOP and throws on THROW.
import { gradeBatch } from '../../../dist/pool/grade-batch.js';

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

export default function grade(batch) {
  return gradeBatch(batch, (name) => (name === lastWord.name ? lastWord : undefined));
}
