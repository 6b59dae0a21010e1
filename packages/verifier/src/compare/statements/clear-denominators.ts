import type { Expression } from '../../expression/expression.ts';
import { printExpression } from '../../expression/print-expression.ts';
import { add, divide, isConstant, makeInteger, multiply, negate, one } from './algebra.ts';

interface Divisor {
  readonly base: Expression;
  readonly power: number;
}

/** An expression as one fraction; its divisors by how they are written. */
export interface Fraction {
  readonly numerator: Expression;
  readonly divisors: ReadonlyMap<string, Divisor>;
}

const largestPower = 8;

/** Brings sums to a common denominator. Nothing is cancelled, so that a zero of a denominator is never lost from view. */
export function clearDenominators(expression: Expression): Fraction {
  switch (expression.kind) {
    case 'sum':
      return addFractions(expression.terms.map(clearDenominators));
    case 'negation': {
      const { numerator, divisors } = clearDenominators(expression.operand);
      return { numerator: negate(numerator), divisors };
    }
    case 'product': {
      const parts = expression.factors.map(clearDenominators);
      return { numerator: multiply(...parts.map((part) => part.numerator)), divisors: joinDivisors(parts, addPowers) };
    }
    case 'quotient':
      return isConstant(expression.denominator) ? scale(expression) : divideFractions(expression);
    case 'power': {
      const power = readInteger(expression.exponent);
      if (power === undefined || Math.abs(power) > largestPower || power === 0) return whole(expression);
      const { numerator, divisors } = clearDenominators(expression.base);
      const raised = { numerator: raise(numerator, Math.abs(power)), divisors: raiseAll(divisors, Math.abs(power)) };
      return power > 0 ? raised : { numerator: printDivisors(raised.divisors), divisors: split(raised.numerator) };
    }
    default:
      return whole(expression);
  }
}

/** A whole exponent, else undefined. */
export function readInteger(exponent: Expression): number | undefined {
  if (exponent.kind === 'negation') {
    const value = readInteger(exponent.operand);
    return value === undefined ? undefined : -value;
  }
  return exponent.kind === 'rational' && exponent.value.denominator === 1n
    ? Number(exponent.value.numerator)
    : undefined;
}

function whole(numerator: Expression): Fraction {
  return { numerator, divisors: new Map() };
}

function scale({ numerator, denominator }: Extract<Expression, { kind: 'quotient' }>): Fraction {
  const part = clearDenominators(numerator);
  return { numerator: divide(part.numerator, denominator), divisors: part.divisors };
}

function divideFractions({ numerator, denominator }: Extract<Expression, { kind: 'quotient' }>): Fraction {
  const top = clearDenominators(numerator);
  const bottom = clearDenominators(denominator);
  const divisors = joinDivisors([top, { numerator: one, divisors: split(bottom.numerator) }], addPowers);
  return { numerator: multiply(top.numerator, printDivisors(bottom.divisors)), divisors };
}

function addFractions(parts: readonly Fraction[]): Fraction {
  const divisors = joinDivisors(parts, Math.max);
  const terms = parts.map((part) => {
    const missing = [...divisors].map(([key, { base, power }]) =>
      raise(base, power - (part.divisors.get(key)?.power ?? 0)),
    );
    return multiply(part.numerator, ...missing);
  });
  return { numerator: add(...terms), divisors };
}

function addPowers(a: number, b: number): number {
  return a + b;
}

function joinDivisors(
  parts: readonly Fraction[],
  join: (a: number, b: number) => number,
): ReadonlyMap<string, Divisor> {
  const joined = new Map<string, Divisor>();
  for (const { divisors } of parts) {
    for (const [key, { base, power }] of divisors)
      joined.set(key, { base, power: join(joined.get(key)?.power ?? 0, power) });
  }
  return joined;
}

function raiseAll(divisors: ReadonlyMap<string, Divisor>, power: number): ReadonlyMap<string, Divisor> {
  return new Map([...divisors].map(([key, divisor]) => [key, { ...divisor, power: divisor.power * power }]));
}

/** The factors of a denominator. */
function split(expression: Expression): ReadonlyMap<string, Divisor> {
  if (expression.kind === 'product') {
    return joinDivisors(
      expression.factors.map((factor) => ({ numerator: one, divisors: split(factor) })),
      addPowers,
    );
  }
  const power = expression.kind === 'power' ? readInteger(expression.exponent) : undefined;
  if (expression.kind === 'power' && power !== undefined && power > 0) return raiseAll(split(expression.base), power);
  return new Map([[printExpression(expression), { base: expression, power: 1 }]]);
}

function printDivisors(divisors: ReadonlyMap<string, Divisor>): Expression {
  return multiply(...[...divisors.values()].map(({ base, power }) => raise(base, power)));
}

function raise(base: Expression, power: number): Expression {
  if (power === 0) return one;
  return power === 1 ? base : { kind: 'power', base, exponent: makeInteger(power) };
}
