import type { Random } from '@scalequest/core';
import type { Rational } from './rational.ts';

/** MATH's names. */
export type Subject =
  | 'Prealgebra'
  | 'Algebra'
  | 'Counting & Probability'
  | 'Geometry'
  | 'Intermediate Algebra'
  | 'Number Theory'
  | 'Precalculus';

/** MATH's levels, 5 the hardest. */
export type Level = 1 | 2 | 3 | 4 | 5;

/** One problem with its answer and the means to check it. */
export interface Exercise {
  /** LaTeX, as in MATH. */
  readonly problem: string;
  /** Worked, with the answer in its last `\boxed{}`. */
  readonly solution: string;
  /** LaTeX: a number, a tuple of numbers in parentheses, or several numbers separated by commas. */
  readonly reference: string;
  /**
   * The oracle: whether the numbers of an answer solve the problem, found out by another way than the one that made
   * the reference, such as putting roots back in or counting all cases.
   */
  readonly isRight: (values: readonly Rational[]) => boolean;
}

/** A kind of problem that can be made in endless variation. */
export interface Family {
  /** Unique in its subject and level, in kebab-case: it is part of the ids. */
  readonly name: string;
  readonly subject: Subject;
  readonly level: Level;
  readonly make: (random: Random) => Exercise;
}
