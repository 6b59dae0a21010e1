import { createRandom } from '@scalequest/core';
import type { Problem } from '../problem.ts';
import { families } from './families/index.ts';
import type { Exercise, Family, Subject } from './family.ts';
import { getSplit, type Split } from './split.ts';

/** Which set of problems. */
export interface EmbeddedSet {
  /** Another seed gives other problems of the same kinds. */
  readonly seed: number;
  /** How many. A larger set begins with the smaller one. */
  readonly count: number;
}

/** A benchmark that the project writes itself, so that a first run needs no data. */
export interface EmbeddedBenchmark {
  readonly name: string;
  /** Problems of the usual set. */
  readonly count: number;
  readonly generate: (set: EmbeddedSet) => Problem[];
}

/** A problem of the set with all that its family gave it. */
export interface EmbeddedExercise extends Exercise {
  readonly id: string;
  readonly family: Family;
}

const name = 'math-embedded';

/**
 * Problems in MATH's format: seven subjects, five levels, LaTeX, a worked solution with a boxed answer. Made by a
 * seeded generator, the same on every machine.
 *
 * @example
 * const problems = mathEmbedded.generate({ seed: 0, count: mathEmbedded.count });
 */
export const mathEmbedded: EmbeddedBenchmark = {
  name,
  count: 500,
  generate: (set) => generateExercises(set).map(toProblem),
};

/** The exercises of {@link mathEmbedded}, with their oracles. */
export function generateExercises({ seed, count }: EmbeddedSet): EmbeddedExercise[] {
  return takeTurns({ split: 'test', seed, count, kinds: families });
}

/**
 * Exercises to train on: of the families that are not held out, and with other parameters than any test has, whatever
 * its seed.
 */
export function generateTrainingExercises({ seed, count }: EmbeddedSet): EmbeddedExercise[] {
  return takeTurns({ split: 'train', seed, count, kinds: families.filter(({ isHeldOut }) => isHeldOut !== true) });
}

/**
 * The families take turns, in a new order each round, so that any beginning of a set is a fair sample of all. No
 * problem stands twice in a test. Training repeats the problems of a small family.
 */
function takeTurns({
  split,
  seed,
  count,
  kinds,
}: EmbeddedSet & { readonly split: Split; readonly kinds: readonly Family[] }): EmbeddedExercise[] {
  const exercises: EmbeddedExercise[] = [];
  const texts = new Set<string>();
  for (let round = 0; exercises.length < count; round++) {
    const order = createRandom(`${name}/${split}/${seed}/${round}`).shuffle(kinds);
    if (order.length === 0) throw new Error('There is no family to make exercises of.');
    for (const family of order.slice(0, count - exercises.length)) {
      const turn = { split, family, seed, round };
      const exercise = makeExercise(turn, (text) => split === 'test' && texts.has(text));
      if (split === 'test') texts.add(exercise.problem);
      exercises.push({ id: getId(turn), family, ...exercise });
    }
  }
  return exercises;
}

interface Turn {
  readonly split: Split;
  readonly family: Family;
  readonly seed: number;
  readonly round: number;
}

function getId({ split, family, seed, round }: Turn): string {
  const set = split === 'test' ? name : `${name}-train`;
  return `${set}/${seed}/${slugs[family.subject]}/${family.level}/${family.name}/${round}`;
}

/** The name of a family that no other has. */
export function getKind({ subject, level, name: family }: Family): string {
  return `${slugs[subject]}/${level}/${family}`;
}

/** Whether an exercise may be trained on. */
export function getSplitOf(family: Family, { parameters, splitBy }: Exercise): Split {
  return getSplit(family.splitsWith ?? getKind(family), splitBy ?? parameters);
}

const mostTries = 2000;

/** The exercise depends on its id and on the texts before it, so that a new family changes no other. */
function makeExercise(turn: Turn, isKnown: (text: string) => boolean): Exercise {
  const random = createRandom(getId(turn));
  for (let i = 0; i < mostTries; i++) {
    const exercise = turn.family.make(random);
    if (getSplitOf(turn.family, exercise) === turn.split && !isKnown(exercise.problem)) return exercise;
  }
  throw new Error(`Family '${turn.family.name}' has run out of new problems.`);
}

/** MATH's folder names. */
const slugs: Readonly<Record<Subject, string>> = {
  Prealgebra: 'prealgebra',
  Algebra: 'algebra',
  'Counting & Probability': 'counting_and_probability',
  Geometry: 'geometry',
  'Intermediate Algebra': 'intermediate_algebra',
  'Number Theory': 'number_theory',
  Precalculus: 'precalculus',
};

function toProblem({ id, family, problem, reference, solution }: EmbeddedExercise): Problem {
  return {
    id,
    problem,
    reference,
    meta: {
      level: family.level,
      subject: family.subject,
      family: family.name,
      training: family.isHeldOut === true ? 'held-out family' : 'seen family',
      solution,
    },
  };
}
