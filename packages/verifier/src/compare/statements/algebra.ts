import type { Expression } from '../../expression/expression.ts';
import { makeSymbol } from '../../expression/expression-parts.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import type { Value } from '../../parse/values.ts';

export const zero: Expression = makeInteger(0);
export const one: Expression = makeInteger(1);

export function makeInteger(n: number): Expression {
  return { kind: 'rational', value: { numerator: BigInt(n), denominator: 1n } };
}

export function add(...terms: readonly Expression[]): Expression {
  const kept = terms.filter((term) => term !== zero);
  return kept.length < 2 ? (kept[0] ?? zero) : { kind: 'sum', terms: kept };
}

export function negate(operand: Expression): Expression {
  return operand === zero ? zero : { kind: 'negation', operand };
}

export function subtract(a: Expression, b: Expression): Expression {
  return add(a, negate(b));
}

export function multiply(...factors: readonly Expression[]): Expression {
  if (factors.includes(zero)) return zero;
  const kept = factors.filter((factor) => factor !== one);
  return kept.length < 2 ? (kept[0] ?? one) : { kind: 'product', factors: kept };
}

export function divide(numerator: Expression, denominator: Expression): Expression {
  return denominator === one ? numerator : { kind: 'quotient', numerator, denominator };
}

/** A scalar without a unit as an expression, else null. */
export function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number' || value.isPercent || value.unit !== null) return null;
  return { kind: 'rational', value: value.value };
}

/** The same expression with fresh variables, which no unit and no parameter is ever called. */
export function renameAll(expression: Expression, symbols: readonly string[], mark: string): Expression {
  return replaceSymbols(expression, new Map(symbols.map((name, i) => [name, makeSymbol(`${mark}_{${i}}`)])));
}

export function isConstant(expression: Expression): boolean {
  return listSymbols(expression).length === 0;
}
