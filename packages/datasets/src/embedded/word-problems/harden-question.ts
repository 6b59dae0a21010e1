// Makes a question that has an answer harder by a step or two: something more happens before what is asked, or something
// else is asked. What was there before stays.
import type { Random } from '@scalequest/core';
import { type Continuation, drawEvent, drawQuestion, isProper, type OpenStory, openStory } from './continue-story.ts';
import { type PlayedStory, playStory } from './read-word-problem.ts';

/** A small model reads no longer stories. */
const mostSteps = 6;

const mostTries = 200;

/**
 * The question with one or two steps more, or undefined where no continuation has them.
 *
 * @param sentences of a question that the oracle solves
 */
export function hardenQuestion(sentences: readonly string[], random: Random): string | undefined {
  const { reading } = playStory(sentences);
  const [told, asked = ''] = [sentences.slice(0, -1), sentences.at(-1)];
  if (reading.kind === 'unsolvable') return undefined;
  const before = playStory(told);
  const story = openStory(told, { played: before, random });
  if (story === undefined) return undefined;
  const gain = random.pick([1, 1, 1, 2]);
  for (let i = 0; i < mostTries; i++) {
    const harder = goOn({ told, asked, story, random });
    const played = playStory(harder);
    // The gain that was drawn may not be possible; then another one is taken.
    const isGain = (steps: number): boolean => (i < mostTries / 2 ? steps === gain : steps === 1 || steps === 2);
    if (played.reading.kind === 'solvable' && isProper(played) && isGentle(before, played)) {
      const { steps } = played.reading;
      if (isGain(steps - reading.steps) && steps <= mostSteps) return harder.join(' ');
    }
  }
  return undefined;
}

/**
 * Whether nobody new comes in and nobody loses more than half: what is learnt from it then does not make a generator forget
 * who is there, or take away more than there is.
 */
function isGentle(before: PlayedStory, after: PlayedStory): boolean {
  const isKept = after.people.every(({ value }, i) => 2 * value >= (before.people[i]?.value ?? value));
  return isKept && after.people.length === before.people.length;
}

interface Continued {
  readonly told: readonly string[];
  readonly asked: string;
  readonly story: OpenStory;
  readonly random: Random;
}

function goOn({ told, asked, story, random }: Continued): string[] {
  let now = story;
  const added: string[] = [];
  for (const draw of random.pick(continuations)) {
    const drawn = draw(now, random);
    if (drawn === undefined) continue;
    added.push(...drawn.sentences);
    now = drawn.story;
  }
  const question = random.pick(['same', 'same', 'other']) === 'same' ? asked : (drawQuestion(now, random) ?? asked);
  const all = [...told, ...added];
  return [...all, tellTime(question, all)];
}

/** One thing more that happens is what is tried most. */
const continuations: readonly [readonly Continuation[], ...(readonly Continuation[])[]] = [
  [drawEvent],
  [drawEvent],
  [drawEvent],
  [drawEvent],
  [drawEvent, drawEvent],
  [],
];

/** `How many apples does Tom have now?`, where something has happened to them. */
function tellTime(question: string, told: readonly string[]): string {
  const [, start, name] = /^(How many [a-z]+ does ([A-Z][a-z]+) have)(?: now)?\?$/.exec(question) ?? [];
  if (start === undefined) return question;
  const isChanged = playStory(told).people.some((person) => person.name === name && person.isChanged);
  return `${start}${isChanged ? ' now' : ''}?`;
}
