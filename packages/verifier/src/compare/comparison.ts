import type { Expression } from '../expression/expression.ts';
import type { Fuel } from '../fuel.ts';
import type { Value } from '../parse/values.ts';
import type { Settings } from '../settings.ts';
import type { Relation } from './relation.ts';

/** What the comparison of one form needs of the whole. */
export interface Comparison {
  readonly fuel: Fuel;
  readonly settings: Settings;
  compare(a: Value, b: Value): Relation;
  compareExpressions(a: Expression, b: Expression): Relation;
}

/** Asked about two expressions that no check could tell apart or prove equal: whether they are the same. */
export type SecondOpinion = (a: Expression, b: Expression) => boolean;

/**
 * Compares two values of which at least one has the form that this function is about. Undefined says that it has
 * nothing to say about the pair. Called in both orders, so it need only look for its form in `a`.
 */
export type FormComparer = (a: Value, b: Value, comparison: Comparison) => Relation | undefined;
