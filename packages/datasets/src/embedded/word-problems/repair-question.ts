// Repairs a question that has no answer: the oracle plays it from the beginning, and each sentence that cannot stand where
// it does is replaced by another one of the grammar, of any kind, as a large model would write it anew.
import type { Random } from '@scalequest/core';
import { drawEvent, drawQuestion, isInRange, isProper, openStory } from './continue-story.ts';
import { playStory } from './read-word-problem.ts';

/** Draws of a sentence before one is given up. A kind that the numbers refuse more often so comes up less often. */
const mostTries = 60;

/**
 * The question with other sentences in place of those at fault, or undefined where none can stand there.
 *
 * @param sentences of a text that the oracle refuses
 */
export function repairQuestion(sentences: readonly string[], random: Random): string | undefined {
  const [told, asked] = sentences.at(-1)?.endsWith('?')
    ? [sentences.slice(0, -1), sentences.slice(-1)]
    : [sentences, []];
  let story: readonly string[] = [];
  for (const [i, sentence] of told.entries()) {
    const behind = [...told.slice(i + 1), ...asked];
    const next = canStand([...story, sentence]) ? [sentence] : replaceSentence(story, { behind, random });
    if (next === undefined) return undefined;
    story = [...story, ...next];
  }
  const question = isProper(playStory([...story, ...asked])) ? asked : replaceQuestion(story, random);
  return question === undefined ? undefined : [...story, ...question].join(' ');
}

/** Whether a story can be told so far. */
function canStand(told: readonly string[]): boolean {
  const { reading, people } = playStory(told);
  return reading.kind === 'unsolvable' && reading.reason === 'no-question' && people.every(isInRange);
}

/** Others in place of one sentence: after which the rest can stay as it is, or else any that can stand there. */
function replaceSentence(
  told: readonly string[],
  { behind, random }: { readonly behind: readonly string[]; readonly random: Random },
): readonly string[] | undefined {
  const story = openStory(told, { played: playStory(told), random, behind });
  const drawn = Array.from({ length: mostTries }, () => drawEvent(story, random)?.sentences ?? []);
  const standing = drawn.filter((next) => next.length === 1 && canStand([...told, ...next]));
  return standing.find((next) => isProper(playStory([...told, ...next, ...behind]))) ?? standing[0];
}

function replaceQuestion(told: readonly string[], random: Random): readonly string[] | undefined {
  if (told.length === 0) return undefined;
  const story = openStory(told, { played: playStory(told), random });
  for (let i = 0; i < mostTries; i++) {
    const question = drawQuestion(story, random);
    if (question !== undefined && isProper(playStory([...told, question]))) return [question];
  }
  return undefined;
}
