import type { Random } from '@scalequest/core';
import { allNames, type Cast, castStory, findThings } from './cast.ts';
import { questions } from './questions.ts';
import type { Person, PlayedStory } from './read-word-problem.ts';
import { type Amount, type Scene, valueRange } from './scene.ts';
import { beginnings, events } from './sentences.ts';

/** How things stand in a story that was read, so that the generator can go on with it. */
export interface OpenStory {
  readonly scene: Scene;
  readonly cast: Cast;
}

/**
 * Opens a story behind its last sentence.
 *
 * @param sentences of the story without its question
 */
export function openStory(
  sentences: readonly string[],
  {
    played: { thing, people },
    random,
    behind = [],
  }: {
    readonly played: PlayedStory;
    readonly random: Random;
    /** Sentences that may come later: whom and what they name comes up first. @defaultValue none */
    readonly behind?: readonly string[];
  },
): OpenStory {
  const coming = behind.join(' ');
  const last = sentences.at(-1) ?? '';
  const inLast = [...people.keys()].filter((who) => listNames(last).includes(people[who]?.name ?? ''));
  return {
    scene: {
      // What has happened to an amount is told by a sentence behind the one that brought the person in.
      amounts: people.map(({ value, isChanged }): Amount => ({ value, steps: [], sentences: isChanged ? [1] : [] })),
      introductions: people.map(() => 0),
      touched: inLast.length > 0 ? inLast : [...people.keys()],
      length: sentences.length,
      steps: 0,
    },
    cast: castStory(random, {
      names: listCast(people, { coming, random }),
      things: thing ?? findThings(coming, random),
    }),
  };
}

/** Those of the story, then the newcomers. */
function listCast(
  people: PlayedStory['people'],
  { coming, random }: { readonly coming: string; readonly random: Random },
): string[] {
  const known = people.map(({ name }) => name);
  const named = listNames(coming).filter((name) => allNames.includes(name));
  return [...new Set([...known, ...named, ...random.shuffle(allNames)])];
}

/** The people that a sentence names, in the order of naming. */
export function listNames(sentence: string): string[] {
  return (sentence.match(/\b[A-Z][a-z]+\b/g) ?? []).filter((word) => !['How', 'Half', 'The'].includes(word));
}

/** Draws what comes next: nothing where the numbers refuse. */
export type Continuation = (story: OpenStory, random: Random) => DrawnSentences | undefined;

interface DrawnSentences {
  readonly sentences: readonly string[];
  /** How it stands after them. */
  readonly story: OpenStory;
}

/** A sentence in which something happens, with the one that it needs before it; of a story without people its first one. */
export const drawEvent: Continuation = ({ scene, cast }, random) => {
  const drawn = random.pick(scene.amounts.length === 0 ? beginnings : events)(random, scene);
  const after = drawn.at(-1)?.after;
  if (after === undefined) return undefined;
  return { sentences: drawn.map(({ write }) => write(cast)), story: { scene: after, cast } };
};

/** A question about the story, or undefined where the numbers refuse. */
export function drawQuestion({ scene, cast }: OpenStory, random: Random): string | undefined {
  return random.pick(questions)(random, scene)?.write(cast);
}

/** Whether a question has an answer that takes a step at least, and no more or less than the generator's stories hold. */
export function isProper({ reading, people }: PlayedStory): boolean {
  if (reading.kind !== 'solvable' || reading.steps < 1) return false;
  return isInRange({ value: reading.answer }) && people.every(isInRange);
}

/** Whether somebody has no more or less than people of the generator's stories do. */
export function isInRange({ value }: Pick<Person, 'value'>): boolean {
  return value >= valueRange.min && value <= valueRange.max;
}
