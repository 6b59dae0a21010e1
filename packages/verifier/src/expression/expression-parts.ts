import type { Expression, SymbolExpression } from './expression.ts';

/** Small trees that parsers and rewriters build often. */

export const piConstant: Expression = { kind: 'constant', name: 'pi' };

export const imaginaryConstant: Expression = { kind: 'constant', name: 'i' };

/** Infinity as the end of a sum or integral; nowhere else is it a number. */
export const infinity: Expression = { kind: 'application', name: '\\infty', arguments: [] };

export function isInfinity(node: Expression | undefined): boolean {
  return node?.kind === 'application' && node.name === '\\infty';
}

export function makeInteger(value: bigint): Expression {
  return { kind: 'rational', value: { numerator: value, denominator: 1n } };
}

export function makeSymbol(name: string): SymbolExpression {
  return { kind: 'symbol', name };
}

export function makeSum(...terms: readonly Expression[]): Expression {
  return terms.length === 1 ? (terms[0] as Expression) : { kind: 'sum', terms };
}

export function makeProduct(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors };
}

export function makeQuotient(numerator: Expression, denominator: Expression): Expression {
  return { kind: 'quotient', numerator, denominator };
}

export function makePower(base: Expression, exponent: Expression): Expression {
  return { kind: 'power', base, exponent };
}

export function negate(operand: Expression): Expression {
  return { kind: 'negation', operand };
}

export function isInteger(expression: Expression, value: bigint): boolean {
  return expression.kind === 'rational' && expression.value.denominator === 1n && expression.value.numerator === value;
}
