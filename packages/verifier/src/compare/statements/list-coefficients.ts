import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { add, divide, multiply, negate, one, zero } from './algebra.ts';
import { readInteger } from './clear-denominators.ts';

const largestDegree = 6;

/**
 * The coefficients of a polynomial in one variable, the constant one first, or null where it is none as written or its
 * degree is above six. The last may yet be zero.
 */
export function listCoefficients(expression: Expression, variable: string): readonly Expression[] | null {
  if (expression.kind === 'symbol' && expression.name === variable) return [zero, one];
  if (!listSymbols(expression).includes(variable)) return [expression];
  switch (expression.kind) {
    case 'sum':
      return joinAll(expression.terms, variable, addPolynomials);
    case 'product':
      return joinAll(expression.factors, variable, multiplyPolynomials);
    case 'negation':
      return listCoefficients(expression.operand, variable)?.map(negate) ?? null;
    case 'quotient': {
      const { numerator, denominator } = expression;
      if (listSymbols(denominator).includes(variable)) return null;
      return listCoefficients(numerator, variable)?.map((part) => divide(part, denominator)) ?? null;
    }
    case 'power': {
      const power = readInteger(expression.exponent);
      if (power === undefined || power < 1 || power > largestDegree) return null;
      return joinAll(new Array<Expression>(power).fill(expression.base), variable, multiplyPolynomials);
    }
    default:
      return null;
  }
}

type Polynomial = readonly Expression[];

function joinAll(
  parts: readonly Expression[],
  variable: string,
  join: (a: Polynomial, b: Polynomial) => Polynomial,
): Polynomial | null {
  let joined: Polynomial | null = null;
  for (const part of parts) {
    const coefficients = listCoefficients(part, variable);
    if (coefficients === null) return null;
    joined = joined === null ? coefficients : join(joined, coefficients);
    if (joined.length > largestDegree + 1) return null;
  }
  return joined;
}

function addPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => add(a[i] ?? zero, b[i] ?? zero));
}

function multiplyPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  return Array.from({ length: a.length + b.length - 1 }, (_, degree) =>
    add(...a.map((part, i) => multiply(part, b[degree - i] ?? zero))),
  );
}
