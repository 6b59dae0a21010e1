import type { Expression, FunctionName } from '../expression.ts';

/** What the builders take for an expression: a whole number, a name of a variable or constant, or a tree. */
export type Part = Expression | number | bigint | string;

const CONSTANTS: Readonly<Record<string, 'pi' | 'e' | 'i'>> = { pi: 'pi', e: 'e', i: 'i' };

/** `build('x')` is the variable x, `build('pi')` the constant, `build(3)` the number. */
export function build(part: Part): Expression {
  if (typeof part === 'string') return sym(part);
  if (typeof part === 'number' || typeof part === 'bigint') return num(part);
  return part;
}

/** A whole number, or the fraction of two in lowest terms. */
export function num(numerator: number | bigint, denominator: number | bigint = 1n): Expression {
  let top = BigInt(numerator);
  let bottom = BigInt(denominator);
  if (bottom < 0n) [top, bottom] = [-top, -bottom];
  let [x, y] = [top < 0n ? -top : top, bottom];
  while (y !== 0n) [x, y] = [y, x % y];
  return { kind: 'rational', value: { numerator: top / x, denominator: bottom / x } };
}

/** A variable, or the constant where the name is `pi`, `e` or `i`. */
export function sym(name: string): Expression {
  const constant = CONSTANTS[name];
  return constant === undefined ? { kind: 'symbol', name } : { kind: 'constant', name: constant };
}

export function add(...terms: Part[]): Expression {
  return { kind: 'sum', terms: terms.map(build) };
}

/** a - b as the parser writes it: a sum whose second term is negated. */
export function sub(a: Part, b: Part): Expression {
  return add(a, neg(b));
}

export function mul(...factors: Part[]): Expression {
  return { kind: 'product', factors: factors.map(build) };
}

export function div(numerator: Part, denominator: Part): Expression {
  return { kind: 'quotient', numerator: build(numerator), denominator: build(denominator) };
}

export function neg(operand: Part): Expression {
  return { kind: 'negation', operand: build(operand) };
}

export function pow(base: Part, exponent: Part): Expression {
  return { kind: 'power', base: build(base), exponent: build(exponent) };
}

export function root(radicand: Part, index = 2): Expression {
  return { kind: 'root', index, radicand: build(radicand) };
}

export function fn(name: FunctionName, argument: Part): Expression {
  return { kind: 'function', name, argument: build(argument) };
}

export function log(base: Part, argument: Part): Expression {
  return { kind: 'logarithm', base: build(base), argument: build(argument) };
}

export function fact(operand: Part): Expression {
  return { kind: 'factorial', operand: build(operand) };
}

export function binom(top: Part, bottom: Part): Expression {
  return { kind: 'binomial', top: build(top), bottom: build(bottom) };
}
