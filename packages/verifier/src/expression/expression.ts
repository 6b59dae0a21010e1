import type { Rational } from '../rational.ts';

/**
 * A scalar expression as it was written: nothing is simplified, so that each check sees the same thing. Numbers are
 * exact: `0.5` is the rational 1/2.
 */
export type Expression =
  | RationalExpression
  | SymbolExpression
  | ConstantExpression
  | SumExpression
  | ProductExpression
  | QuotientExpression
  | NegationExpression
  | PowerExpression
  | RootExpression
  | FunctionExpression
  | LogarithmExpression
  | FactorialExpression
  | BinomialExpression
  | ApplicationExpression
  | BoundExpression;

export interface RationalExpression {
  readonly kind: 'rational';
  readonly value: Rational;
}

/** A variable. The name keeps case, Greek command, subscript and primes: `x`, `\alpha`, `x_1`, `f'`. */
export interface SymbolExpression {
  readonly kind: 'symbol';
  readonly name: string;
}

export interface ConstantExpression {
  readonly kind: 'constant';
  /** `log-base` is the base of a `\log` that has none written: 10 for some and e for others. */
  readonly name: 'pi' | 'e' | 'i' | 'log-base';
}

/** At least two terms. */
export interface SumExpression {
  readonly kind: 'sum';
  readonly terms: readonly Expression[];
}

/** At least two factors. */
export interface ProductExpression {
  readonly kind: 'product';
  readonly factors: readonly Expression[];
}

export interface QuotientExpression {
  readonly kind: 'quotient';
  readonly numerator: Expression;
  readonly denominator: Expression;
}

export interface NegationExpression {
  readonly kind: 'negation';
  readonly operand: Expression;
}

export interface PowerExpression {
  readonly kind: 'power';
  readonly base: Expression;
  readonly exponent: Expression;
}

/** The principal root; of a negative number and an odd index the real one, as schools read `\sqrt[3]{-8}`. */
export interface RootExpression {
  readonly kind: 'root';
  /** 2 for a square root; a whole number from 2 to 1,000. */
  readonly index: number;
  readonly radicand: Expression;
}

/** `ln` is the natural logarithm and `abs` the absolute value, also of a complex number. */
export type FunctionName =
  | 'sin'
  | 'cos'
  | 'tan'
  | 'cot'
  | 'sec'
  | 'csc'
  | 'arcsin'
  | 'arccos'
  | 'arctan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'exp'
  | 'ln'
  | 'abs'
  | 'floor'
  | 'ceil';

export interface FunctionExpression {
  readonly kind: 'function';
  readonly name: FunctionName;
  readonly argument: Expression;
}

/** A logarithm to a base that is written: `\log_2 8`. */
export interface LogarithmExpression {
  readonly kind: 'logarithm';
  readonly base: Expression;
  readonly argument: Expression;
}

export interface FactorialExpression {
  readonly kind: 'factorial';
  readonly operand: Expression;
}

export interface BinomialExpression {
  readonly kind: 'binomial';
  readonly top: Expression;
  readonly bottom: Expression;
}

/**
 * A function by its name. Nothing is known of `f`, `P` or `\vartheta`, but that equal arguments give equal values; the
 * names gcd, lcm, max, min, sgn, mod (the remainder, from 0 to the divisor) and double-factorial (`n!!`) have values.
 * `a_` is a sequence at an index that is more than a name: `a_{n+1}`.
 */
export interface ApplicationExpression {
  readonly kind: 'application';
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/**
 * `\sum`, `\prod`, `\lim`, `\int`. The bound variable has a name that cannot be written and depends on the nesting
 * alone, so that sums over k and over j are one tree.
 */
export interface BoundExpression {
  readonly kind: 'bound';
  readonly operator: BoundOperator;
  readonly variable: string;
  /** The body; then the lower and upper bound, or the point that a limit goes to, or nothing. */
  readonly parts: readonly Expression[];
}

/** A limit from above and from below have their sign. */
export type BoundOperator = 'sum' | 'prod' | 'int' | 'lim' | 'lim+' | 'lim-';
