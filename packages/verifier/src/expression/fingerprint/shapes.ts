import type { Fuel } from '../../fuel.ts';
import {
  addRationals,
  divideRationals,
  makeRational,
  multiplyRationals,
  negateRational,
  type Rational,
} from '../../rational.ts';
import type { Expression } from '../expression.ts';
import { foldRational, raiseRational } from '../fold-rational.ts';

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const MAX_EXPONENT_BITS = 2_000n;
const EXPONENT_LIMIT = 1n << MAX_EXPONENT_BITS;

/**
 * An exponent as an exact rational number, with each symbol at its whole number: rational functions of symbols. Null for
 * all else. Only laws of rational functions are used, so that `\sqrt{n^2}` is never read as n.
 */
export function evaluateExponent(node: Expression, symbol: (name: string) => bigint, fuel: Fuel): Rational | null {
  if (!fuel.spend(2)) return null;
  const below = (part: Expression): Rational | null => evaluateExponent(part, symbol, fuel);
  const all = (parts: readonly Expression[], operation: (a: Rational, b: Rational) => Rational): Rational | null => {
    let total: Rational | null = null;
    for (const part of parts) {
      const value = below(part);
      if (value === null) return null;
      total = limited(total === null ? value : operation(total, value));
      if (total === null) return null;
    }
    return total;
  };
  switch (node.kind) {
    case 'rational':
      return limited(node.value);
    case 'symbol':
      return { numerator: symbol(node.name), denominator: 1n };
    case 'sum':
      return all(node.terms, addRationals);
    case 'product':
      return all(node.factors, multiplyRationals);
    case 'negation': {
      const value = below(node.operand);
      return value && negateRational(value);
    }
    case 'quotient': {
      const top = below(node.numerator);
      const bottom = top && below(node.denominator);
      return top && bottom && bottom.numerator !== 0n ? limited(divideRationals(top, bottom)) : null;
    }
    case 'power': {
      const exponent = foldRational(node.exponent, fuel);
      if (exponent === null || exponent.denominator !== 1n) return null;
      const base = below(node.base);
      return base && limited(raiseRational(base, exponent, fuel));
    }
    default: {
      const value = foldRational(node, fuel);
      return value && limited(value);
    }
  }
}

function limited(value: Rational | null): Rational | null {
  if (value === null) return null;
  const { numerator, denominator } = value;
  return numerator < EXPONENT_LIMIT && numerator > -EXPONENT_LIMIT && denominator < EXPONENT_LIMIT ? value : null;
}

/**
 * Whether the value is certainly a positive real number. With `symbols: true`, under the reading that each symbol is
 * positive.
 */
export function isPositive(node: Expression, fuel: Fuel, { symbols }: { symbols: boolean }): boolean {
  if (!fuel.spend(1)) return false;
  const below = (part: Expression): boolean => isPositive(part, fuel, { symbols });
  switch (node.kind) {
    case 'rational':
      return node.value.numerator > 0n;
    case 'symbol':
      return symbols;
    case 'constant':
      return node.name !== 'i' && node.name !== 'log-base';
    case 'sum':
      return node.terms.every(below);
    case 'product':
      return node.factors.every(below);
    case 'quotient':
      return below(node.numerator) && below(node.denominator);
    case 'power':
      return below(node.base) && evaluateExponent(node.exponent, () => 2n, fuel) !== null;
    case 'root':
      return below(node.radicand);
    default: {
      const value = foldRational(node, fuel);
      return value !== null && value.numerator > 0n;
    }
  }
}

/** The rational r when the expression is r pi as it is written: `\frac{\pi}{6}`, `-2\pi/3`, `\pi + \pi/2`; else null. */
export function multipleOfPi(node: Expression, fuel: Fuel): Rational | null {
  if (!fuel.spend(1)) return null;
  switch (node.kind) {
    case 'constant':
      return node.name === 'pi' ? { numerator: 1n, denominator: 1n } : null;
    case 'negation': {
      const value = multipleOfPi(node.operand, fuel);
      return value && negateRational(value);
    }
    case 'quotient': {
      const top = multipleOfPi(node.numerator, fuel);
      const bottom = top && foldRational(node.denominator, fuel);
      return top && bottom && bottom.numerator !== 0n ? limited(divideRationals(top, bottom)) : null;
    }
    case 'product': {
      const [one, others] = takeOut(node.factors, (factor) => multipleOfPi(factor, fuel));
      const value = one && foldRational(product(others), fuel);
      return one && value && limited(multiplyRationals(one, value));
    }
    case 'sum': {
      let total: Rational | null = ZERO;
      for (const term of node.terms) {
        const value = multipleOfPi(term, fuel);
        total = total && value && limited(addRationals(total, value));
      }
      return total;
    }
    default: {
      const value = node.kind === 'symbol' ? null : foldRational(node, fuel);
      return value?.numerator === 0n ? ZERO : null;
    }
  }
}

/** The first part for which `read` answers, and the other parts. */
export function takeOut<T>(
  parts: readonly Expression[],
  read: (part: Expression) => T | null,
): [T | null, readonly Expression[]] {
  for (const [at, part] of parts.entries()) {
    const value = read(part);
    if (value !== null) return [value, parts.filter((_, other) => other !== at)];
  }
  return [null, parts];
}

export function product(factors: readonly Expression[]): Expression {
  const [only] = factors;
  if (only === undefined) return { kind: 'rational', value: { numerator: 1n, denominator: 1n } };
  return factors.length === 1 ? only : { kind: 'product', factors };
}

/** The whole number that stands as a term of the expression: 1 of `n + 1`, -2 of `2(n - 1)`, 0 of `n/2`. */
export function wholeTerm(node: Expression, fuel: Fuel): bigint {
  const { numerator, denominator } = constantTerm(node, fuel);
  const whole = numerator / denominator;
  return numerator < 0n && whole * denominator !== numerator ? whole - 1n : whole;
}

function constantTerm(node: Expression, fuel: Fuel): Rational {
  if (!fuel.spend(1)) return ZERO;
  switch (node.kind) {
    case 'symbol':
    case 'constant':
      return ZERO;
    case 'sum':
      return node.terms.reduce<Rational>(
        (total, term) => limited(addRationals(total, constantTerm(term, fuel))) ?? ZERO,
        ZERO,
      );
    case 'negation':
      return negateRational(constantTerm(node.operand, fuel));
    case 'quotient': {
      const bottom = foldRational(node.denominator, fuel);
      if (bottom === null || bottom.numerator === 0n) return ZERO;
      return limited(divideRationals(constantTerm(node.numerator, fuel), bottom)) ?? ZERO;
    }
    case 'product': {
      const [sum, others] = takeOut(node.factors, (factor) => (foldRational(factor, fuel) === null ? factor : null));
      const factor = foldRational(product(others), fuel);
      if (factor === null) return ZERO;
      const inner = sum === null ? makeRational(1n, 1n) : constantTerm(sum, fuel);
      return limited(multiplyRationals(inner, factor)) ?? ZERO;
    }
    default:
      return limited(foldRational(node, fuel)) ?? ZERO;
  }
}
