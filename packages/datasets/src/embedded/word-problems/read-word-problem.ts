// The oracle of word problems. It knows the sentences that a word problem may have, and nothing of how the generator
// makes them: it reads any text, plays the story through and counts the steps that the answer takes.

/**
 * Why a text is no problem with an answer.
 *
 * - `malformed`: a sentence is none that a word problem has, or stands where it cannot, such as behind the question
 * - `no-question`: the story just ends
 * - `name-mismatch`: a person was never introduced
 * - `introduced-twice`: a person who has a number of things already is given another one to start with
 * - `object-mismatch`: not everything is counted in the same things
 * - `negative`: somebody loses or gives away more than there is, or would have fewer than none
 * - `indivisible`: a number is halved or shared that does not come out even
 * - `self-gift`: somebody gives something to themselves
 * - `self-comparison`: somebody is compared or counted together with themselves
 */
export type UnsolvableReason =
  | 'malformed'
  | 'no-question'
  | 'name-mismatch'
  | 'introduced-twice'
  | 'object-mismatch'
  | 'negative'
  | 'indivisible'
  | 'self-gift'
  | 'self-comparison';

export interface SolvableWordProblem {
  readonly kind: 'solvable';
  readonly answer: number;
  /** Equations that the answer takes; 0 where the story says it outright. */
  readonly steps: number;
}

export interface UnsolvableWordProblem {
  readonly kind: 'unsolvable';
  readonly reason: UnsolvableReason;
  /** The first sentence that is at fault; empty where one is missing. */
  readonly sentence: string;
}

export type WordProblemReading = SolvableWordProblem | UnsolvableWordProblem;

/**
 * Reads a word problem and solves it, or says why it has no answer. It is strict: one sentence that it does not know
 * makes the whole text malformed, and so does a plural that does not go with its number. What is wrong in form comes
 * before what is wrong in content, and then the first fault in the order of reading.
 *
 * @example
 * readWordProblem('Tom has 3 apples. Tom finds 4 more apples. How many apples does Tom have now?');
 * // { kind: 'solvable', answer: 7, steps: 1 }
 * readWordProblem('Tom has 3 apples. Tom gives 2 apples to Mia. How many apples does Tom have now?');
 * // { kind: 'unsolvable', reason: 'name-mismatch', sentence: 'Tom gives 2 apples to Mia.' }
 */
export function readWordProblem(text: string): WordProblemReading {
  return playStory(splitSentences(text)).reading;
}

/** The sentences of a text. What is shared or sold is asked for in the next sentence: the two are one. */
export function splitSentences(text: string): string[] {
  return text.trim().split(/(?<=[.?])(?<!(?:friends|dollars each)\.)\s+/);
}

/** A story as far as it can be played. */
export interface PlayedStory {
  readonly reading: WordProblemReading;
  /** The position of the sentence at fault; behind the last one where a question is missing, or nothing is. */
  readonly at: number;
  /** What everything is counted in; undefined before anything was. */
  readonly thing: string | undefined;
  /** Who has how many when the story stops, in the order in which they came up. */
  readonly people: readonly Person[];
}

export interface Person {
  readonly name: string;
  readonly value: number;
  /** Whether something has happened to it since the person came up. */
  readonly isChanged: boolean;
}

/** Reads a story sentence by sentence: {@link readWordProblem} with how things stand at its end. */
export function playStory(sentences: readonly string[]): PlayedStory {
  const world: World = { thing: undefined, holdings: new Map(), steps: 0, answer: undefined };
  let at = 0;
  const stop = (reading: WordProblemReading, at: number): PlayedStory => ({
    reading,
    at,
    thing: world.thing,
    people: [...world.holdings].map(([name, { value, isChanged = false }]) => ({ name, value, isChanged })),
  });
  try {
    const rules = sentences.map((sentence, i) => {
      at = i;
      return findRule(sentence, i === sentences.length - 1);
    });
    for (const [i, play] of rules.entries()) {
      at = i;
      play(world);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return stop({ kind: 'unsolvable', reason: error.reason, sentence: sentences[at] ?? '' }, at);
  }
  const { answer } = world;
  return stop(
    answer === undefined
      ? { kind: 'unsolvable', reason: 'no-question', sentence: '' }
      : { kind: 'solvable', answer: answer.value, steps: answer.steps.size },
    sentences.length,
  );
}

class Fault extends Error {
  readonly reason: UnsolvableReason;

  constructor(reason: UnsolvableReason) {
    super(reason);
    this.reason = reason;
  }
}

/** What somebody has, and the numbers of the steps that it follows from. */
interface Holding {
  readonly value: number;
  readonly steps: ReadonlySet<number>;
  /** @defaultValue false */
  readonly isChanged?: boolean;
}

interface World {
  /** What everything is counted in. */
  thing: string | undefined;
  readonly holdings: Map<string, Holding>;
  /** Taken so far. */
  steps: number;
  answer: Holding | undefined;
}

/** What a sentence says. */
interface Found {
  readonly name: string;
  readonly other: string;
  readonly count: number;
  readonly each: number;
}

interface Rule {
  /** `NAME`, `OTHER`, `THING`, `COUNT` and `EACH` stand for a word or a number. */
  readonly pattern: string;
  readonly isQuestion?: true;
  readonly play: (world: World, found: Found) => void;
}

const rules: readonly Rule[] = [
  {
    pattern: 'NAME has COUNT THING.',
    play: (world, { name, count }) => introduce(world, name, { value: count, steps: new Set() }),
  },
  {
    pattern: 'NAME buys COUNT boxes of EACH THING each.',
    play: (world, { name, count, each }) => {
      const bought = take(world, count * each, []);
      const before = world.holdings.get(name);
      if (before === undefined) introduce(world, name, bought);
      else change(world, name, (value) => value + bought.value, [bought]);
    },
  },
  {
    pattern: 'NAME has twice as many THING as OTHER.',
    play: (world, found) => compare(world, found, (value) => 2 * value),
  },
  {
    pattern: 'NAME has COUNT times as many THING as OTHER.',
    play: (world, found) => compare(world, found, (value) => found.count * value),
  },
  {
    pattern: 'NAME has COUNT more THING than OTHER.',
    play: (world, found) => compare(world, found, (value) => value + found.count),
  },
  {
    pattern: 'NAME has COUNT fewer THING than OTHER.',
    play: (world, found) => compare(world, found, (value) => value - found.count),
  },
  {
    pattern: 'NAME (?:finds|buys|gets) COUNT more THING.',
    play: (world, { name, count }) => change(world, name, (value) => value + count),
  },
  {
    pattern: 'NAME (?:loses|sells|eats) COUNT THING.',
    play: (world, { name, count }) => change(world, name, (value) => value - count),
  },
  {
    pattern: 'NAME gives COUNT THING to OTHER.',
    play: (world, { name, other, count }) => {
      if (name === other) throw new Fault('self-gift');
      find(world, other);
      change(world, name, (value) => value - count);
      change(world, other, (value) => value + count);
    },
  },
  {
    pattern: "The number of NAME's THING doubles.",
    play: (world, { name }) => change(world, name, (value) => 2 * value),
  },
  {
    pattern: "Half of NAME's THING get lost.",
    play: (world, { name }) => change(world, name, (value) => value / 2),
  },
  {
    pattern: 'How many THING does NAME have(?: now)?\\?',
    isQuestion: true,
    play: (world, { name }) => {
      world.answer = find(world, name);
    },
  },
  {
    pattern: 'How many THING do NAME and OTHER have together\\?',
    isQuestion: true,
    play: (world, found) => {
      const [one, two] = findBoth(world, found);
      world.answer = take(world, one.value + two.value, [one, two]);
    },
  },
  {
    pattern: 'How many more THING does NAME have than OTHER\\?',
    isQuestion: true,
    play: (world, found) => {
      const [one, two] = findBoth(world, found);
      world.answer = take(world, one.value - two.value, [one, two]);
    },
  },
  {
    pattern: "NAME's THING are shared equally among COUNT friends. How many THING does each friend get\\?",
    isQuestion: true,
    play: (world, { name, count }) => {
      const shared = find(world, name);
      world.answer = take(world, shared.value / count, [shared]);
    },
  },
  {
    pattern: "NAME's THING are sold for COUNT dollars each. How many dollars does SAME get\\?",
    isQuestion: true,
    play: (world, { name, count }) => {
      const sold = find(world, name);
      world.answer = take(world, sold.value * count, [sold]);
    },
  },
];

const compiled = rules.map((rule) => ({ ...rule, expression: compile(rule.pattern) }));

function compile(pattern: string): RegExp {
  const number = '0|[1-9][0-9]{0,5}';
  const source = pattern
    .replaceAll('.', '\\.')
    .replace('NAME', '(?<name>[A-Z][a-z]+)')
    .replace('SAME', '(?<same>[A-Z][a-z]+)')
    .replace('OTHER', '(?<other>[A-Z][a-z]+)')
    .replace('THING', '(?<thing>[a-z]+)')
    .replace('THING', '(?<thingAgain>[a-z]+)')
    .replace('COUNT', `(?<count>${number})`)
    .replace('EACH', `(?<each>${number})`);
  return new RegExp(`^${source}$`);
}

/** The rule of a sentence, ready to be played. A question is the last sentence, and nothing else is a question. */
function findRule(sentence: string, isLast: boolean): (world: World) => void {
  for (const { pattern, expression, isQuestion = false, play } of compiled) {
    const groups = expression.exec(sentence)?.groups;
    if (groups === undefined) continue;
    const { name = '', other = '', same = name, thing = '', thingAgain = thing } = groups;
    const found = { name, other, count: Number(groups.count), each: Number(groups.each) };
    if ((isQuestion && !isLast) || !hasGoodNumbers(pattern, found)) throw new Fault('malformed');
    const counted = Number.isNaN(found.each) && /COUNT (?:more |fewer )?THING/.test(pattern) ? found.count : found.each;
    const plural = getPlural(thing, counted);
    return (world) => {
      world.thing ??= plural;
      if (plural !== world.thing || (thingAgain !== thing && thingAgain !== world.thing)) {
        throw new Fault('object-mismatch');
      }
      if (same !== name) throw new Fault('name-mismatch');
      play(world, found);
    };
  }
  throw new Fault('malformed');
}

/** Somebody may have none, but nobody finds none, and what has a plural of its own comes in twos at least. */
function hasGoodNumbers(pattern: string, { count, each }: Found): boolean {
  if (pattern === 'NAME has COUNT THING.' || Number.isNaN(count)) return true;
  return count >= (/COUNT (?:boxes|times|friends|dollars)/.test(pattern) ? 2 : 1) && each !== 0;
}

/** `apples`, of `1 apple` too. */
function getPlural(thing: string, count: number): string {
  if (thing.endsWith('s') === (count === 1)) throw new Fault('malformed');
  return count === 1 ? `${thing}s` : thing;
}

/** A number that a new step gives. */
function take(world: World, value: number, from: readonly Holding[]): Holding {
  if (value < 0) throw new Fault('negative');
  if (!Number.isInteger(value)) throw new Fault('indivisible');
  world.steps++;
  return { value, steps: new Set([...from.flatMap(({ steps }) => [...steps]), world.steps]) };
}

function introduce(world: World, name: string, holding: Holding): void {
  if (world.holdings.has(name)) throw new Fault('introduced-twice');
  world.holdings.set(name, holding);
}

function find(world: World, name: string): Holding {
  const holding = world.holdings.get(name);
  if (holding === undefined) throw new Fault('name-mismatch');
  return holding;
}

function findBoth(world: World, { name, other }: Found): readonly [Holding, Holding] {
  if (name === other) throw new Fault('self-comparison');
  return [find(world, name), find(world, other)];
}

function compare(world: World, { name, other }: Found, apply: (value: number) => number): void {
  if (name === other) throw new Fault('self-comparison');
  const holding = find(world, other);
  introduce(world, name, take(world, apply(holding.value), [holding]));
}

function change(world: World, name: string, apply: (value: number) => number, others: readonly Holding[] = []): void {
  const before = find(world, name);
  world.holdings.set(name, { ...take(world, apply(before.value), [before, ...others]), isChanged: true });
}
