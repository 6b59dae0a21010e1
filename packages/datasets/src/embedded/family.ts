import type { Random } from '@scalequest/core';

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

/** What a reference looks like. */
export type AnswerForm =
  | 'integer'
  | 'decimal'
  | 'fraction'
  | 'radical'
  | 'expression'
  | 'equation'
  | 'tuple'
  | 'list'
  | 'interval'
  | 'matrix'
  | 'text';

/** One problem with its answer and the means to check it. */
export interface Exercise {
  /**
   * What was drawn, as far as it makes another problem: the numbers and the choices, not names and wording. Two
   * exercises of one family with the same parameters are the same problem; they decide whether it is for training or
   * for the test.
   */
  readonly parameters: readonly (number | string)[];
  /**
   * The part of the parameters that the work depends on, where the others only change the text: then problems with the
   * same work are all for training or all for the test. @defaultValue parameters
   */
  readonly splitBy?: readonly (number | string)[];
  /** LaTeX, as in MATH. */
  readonly problem: string;
  /** Worked in the steps of `steps.ts`, with the answer in its only `\boxed{}`, at the end. */
  readonly solution: string;
  /** LaTeX. */
  readonly reference: string;
  /**
   * The oracle: whether an answer, as LaTeX in the form of the reference, solves the problem, found out by another way
   * than the one that made the reference, such as putting roots back in or counting all cases. False for a text that
   * it cannot read.
   */
  readonly isRight: (answer: string) => boolean;
}

/** A kind of problem that can be made in endless variation. */
export interface Family {
  /** Unique in its subject and level, in kebab-case: it is part of the ids. */
  readonly name: string;
  readonly subject: Subject;
  readonly level: Level;
  /** The form of most of its references. */
  readonly form: AnswerForm;
  /** Never trained on: its problems show what a model makes of kinds that it has not met. @defaultValue false */
  readonly isHeldOut?: true;
  /**
   * The kind, as `getKind` names it, whose problems these are in other words: a problem is for the test in both or in
   * neither.
   */
  readonly splitsWith?: string;
  readonly make: (random: Random) => Exercise;
}
