import type { Fuel } from '../fuel.ts';
import type { Rational } from '../rational.ts';
import type { Expression } from './expression.ts';
import { makeInteger, makeProduct, makeSum } from './expression-parts.ts';
import { foldRational } from './fold-rational.ts';

/** Small builders of trees, for those who compute with expressions. Whatever comes out rational is folded. */

export function makeConstant(value: Rational | bigint): Expression {
  return typeof value === 'bigint' ? makeInteger(value) : { kind: 'rational', value };
}

export function fold(expression: Expression, fuel: Fuel): Expression {
  if (expression.kind === 'rational') return expression;
  const value = foldRational(expression, fuel);
  return value === null ? expression : makeConstant(value);
}

export function negate(operand: Expression): Expression {
  return operand.kind === 'negation' ? operand.operand : { kind: 'negation', operand };
}

export function subtract(a: Expression, b: Expression): Expression {
  return makeSum(a, negate(b));
}

export function multiply(a: Expression, b: Expression): Expression {
  return makeProduct([a, b]);
}
