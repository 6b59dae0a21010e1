import type { Random } from '@scalequest/core';

/** The words that a story is told with. Another cast makes no other problem. */
export interface Cast {
  /** Of the people in the order in which they come up. */
  readonly names: readonly string[];
  /** What everything is counted in: `apples`. */
  readonly things: string;
  readonly verbs: Verbs;
}

interface Verbs {
  /** `Tom finds 5 more apples.` */
  readonly gains: string;
  /** `Tom loses 5 apples.` */
  readonly loses: string;
}

/** The most people that a story can have. */
export const mostPeople = 3;

export const allNames: readonly string[] = [
  'Tom',
  'Mia',
  'Sam',
  'Ana',
  'Ben',
  'Eva',
  'Max',
  'Zoe',
  'Leo',
  'Ida',
  'Paul',
  'Nina',
  'Omar',
  'Lucy',
];

const eatable = ['apples', 'cookies', 'plums', 'nuts'];
const others = ['books', 'cards', 'coins', 'marbles', 'pencils', 'shells', 'stamps', 'stickers'];

export const allThings: readonly string[] = [...eatable, ...others];

/** Of one meaning. */
export const gainVerbs = ['finds', 'buys', 'gets'] as const;
/** Of one meaning; the first for what can be eaten. */
export const loseVerbs = ['eats', 'loses', 'sells'] as const;
const [, ...usualLosses] = loseVerbs;

export function drawCast(random: Random): Cast {
  const things = drawThings(random);
  return castStory(random, { names: random.shuffle(allNames).slice(0, mostPeople), things });
}

/** The first things that a text names, or any. */
export function findThings(text: string, random: Random): string {
  return text.match(/\b[a-z]+\b/g)?.find((word) => [...eatable, ...others].includes(word)) ?? drawThings(random);
}

export function drawThings(random: Random): string {
  return random.shuffle([...eatable, ...others])[0] ?? 'apples';
}

/** The cast of a story whose people and things are known; the verbs are drawn. */
export function castStory(random: Random, { names, things }: Omit<Cast, 'verbs'>): Cast {
  return {
    names,
    things,
    verbs: {
      gains: random.pick(gainVerbs),
      loses: random.pick(eatable.includes(things) ? loseVerbs : usualLosses),
    },
  };
}
