// Makes a question that has an answer harder by a step, or two where one cannot be had: something more happens before what is
// asked, or something else is asked. What was there before stays. Only what goes well with most numbers is added, so that whoever
// learns from it asks for more and not for what cannot be: nobody loses anything, and nothing is shared or compared.
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
  for (let i = 0; i < mostTries; i++) {
    const harder = goOn({ told, asked, story, random });
    const played = playStory(harder);
    const isGain = (steps: number): boolean => steps === 1 || (i >= mostTries / 2 && steps === 2);
    if (played.reading.kind === 'solvable' && isProper(played) && isGentle(before, played)) {
      const { steps } = played.reading;
      if (isGain(steps - reading.steps) && steps <= mostSteps) return harder.join(' ');
    }
  }
  return undefined;
}

/**
 * Whether nobody new comes in and nobody has less than before: what is learnt from it then does not make a generator forget
 * who is there, or take away more than there is.
 */
function isGentle(before: PlayedStory, after: PlayedStory): boolean {
  const isKept = after.people.every(({ value }, i) => value >= (before.people[i]?.value ?? value));
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
  const other = random.pick([true, true, false]) ? drawQuestion(now, random) : undefined;
  const question = other !== undefined && alwaysAnswered.test(other) ? other : asked;
  const all = [...told, ...added];
  return [...all, tellTime(question, all)];
}

/** Questions that have an answer whatever the numbers are: for a sum and for a price. */
const alwaysAnswered = / together\?$| dollars each\. /;

/** Most often only something else is asked. */
const continuations: readonly [readonly Continuation[], ...(readonly Continuation[])[]] = [[drawEvent], [], []];

/** `How many apples does Tom have now?`, where something has happened to them. */
function tellTime(question: string, told: readonly string[]): string {
  const [, start, name] = /^(How many [a-z]+ does ([A-Z][a-z]+) have)(?: now)?\?$/.exec(question) ?? [];
  if (start === undefined) return question;
  const isChanged = playStory(told).people.some((person) => person.name === name && person.isChanged);
  return `${start}${isChanged ? ' now' : ''}?`;
}
