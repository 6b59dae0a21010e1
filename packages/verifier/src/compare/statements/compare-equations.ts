import type { Expression } from '../../expression/expression.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { add, divide, isConstant, makeInteger, multiply, negate, renameAll, subtract, zero } from './algebra.ts';
import { clearDenominators, type Fraction } from './clear-denominators.ts';
import { listCoefficients } from './list-coefficients.ts';

/**
 * Compares `a = 0` and `b = 0`. They are the same where one is a constant times the other, also after denominators
 * that cannot vanish together with the rest are cleared. They are apart where a solution of one, found by solving for
 * a variable of degree one or two, does not solve the other; solutions may be complex, so that `x^2 + 1 = 0` is not
 * `x^2 + 2 = 0`.
 */
export function compareEquations(a: Expression, b: Expression, comparison: Comparison): Relation {
  const names = [...new Set([...listSymbols(a), ...listSymbols(b)])].sort();
  if (names.length === 0 || names.length > 8 || !comparison.fuel.spend(200)) return unknown;
  // Names that mean nothing: no unit, no choice and no parameter is suspected in them.
  const [f, g] = [renameAll(a, names, 'u'), renameAll(b, names, 'u')] as const;
  const equations = new Equations(comparison);
  const direct = equations.areProportional(f, g);
  if (direct.kind === 'same' || direct === apart) return direct;
  const [left, right] = [clearDenominators(f), clearDenominators(g)] as const;
  if (left.divisors.size + right.divisors.size > 0) {
    const cleared = equations.areProportional(left.numerator, right.numerator);
    if (cleared.kind === 'same') {
      return equations.isSafe(left, right) && equations.isSafe(right, left) ? cleared : unknown;
    }
  }
  const isApart = equations.hasOther(left, right) || equations.hasOther(right, left);
  return isApart ? apart : unknown;
}

class Equations {
  readonly #comparison: Comparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  #isZero(expression: Expression): Relation['kind'] {
    return this.#comparison.compareExpressions(expression, zero).kind;
  }

  /** f(p) g(q) = f(q) g(p) for all p and q says that the ratio of f and g is one number. */
  areProportional(f: Expression, g: Expression): Relation {
    const names = [...new Set([...listSymbols(f), ...listSymbols(g)])];
    const [fOther, gOther] = [renameAll(f, names, 'w'), renameAll(g, names, 'w')] as const;
    const relation = this.#comparison.compareExpressions(multiply(f, gOther), multiply(fOther, g));
    if (relation.kind !== 'same') return unknown;
    const [isZeroF, isZeroG] = [this.#isZero(f), this.#isZero(g)];
    // Everything is proportional to 0 = 0, which always holds: two identities say two things.
    if (isZeroF === 'same' && isZeroG === 'same') return unknown;
    if ([isZeroF, isZeroG].sort().join() === 'apart,same') return apart;
    return isZeroF === 'apart' && isZeroG === 'apart' ? relation : unknown;
  }

  /** Whether no zero of the numerator is lost at a zero of a divisor that the other side does not have. */
  isSafe({ numerator, divisors }: Fraction, other: Fraction): boolean {
    return [...divisors].every(([key, { base }]) => {
      return isConstant(base) || other.divisors.has(key) || this.#neverMeet(base, numerator);
    });
  }

  /** At the zero of a divisor that is linear in some variable, the numerator is a constant other than zero. */
  #neverMeet(divisor: Expression, numerator: Expression): boolean {
    return listSymbols(divisor).some((name) => {
      const [constant, slope, ...higher] = listCoefficients(divisor, name) ?? [];
      if (constant === undefined || slope === undefined || higher.length > 0 || !isConstant(slope)) return false;
      if (this.#isZero(slope) !== 'apart') return false;
      const there = replaceSymbols(numerator, new Map([[name, negate(divide(constant, slope))]]));
      const elsewhere = renameAll(there, listSymbols(there), 'w');
      return this.#isZero(there) === 'apart' && this.#comparison.compareExpressions(there, elsewhere).kind === 'same';
    });
  }

  /** Whether f = 0 has a solution that g = 0 has not. */
  hasOther(f: Fraction, g: Fraction): boolean {
    for (const name of listSymbols(f.numerator)) {
      const root = this.#solve(f.numerator, name);
      if (root === null) continue;
      const put = (expression: Expression): Expression => replaceSymbols(expression, new Map([[name, root]]));
      const isDefined = [...f.divisors.values()].every(({ base }) => this.#isZero(put(base)) === 'apart');
      if (isDefined && this.#isZero(put(g.numerator)) === 'apart') return true;
    }
    return false;
  }

  #solve(f: Expression, name: string): Expression | null {
    const coefficients = [...(listCoefficients(f, name) ?? [])];
    while (coefficients.length > 1 && this.#isZero(coefficients.at(-1) as Expression) === 'same') coefficients.pop();
    const [c = zero, b = zero, a] = coefficients;
    if (coefficients.length < 2 || coefficients.length > 3) return null;
    if (this.#isZero(coefficients.at(-1) as Expression) !== 'apart') return null;
    if (a === undefined) return negate(divide(c, b));
    const discriminant = subtract(multiply(b, b), multiply(makeInteger(4), a, c));
    const root: Expression = b === zero ? halfRoot(a, c) : { kind: 'root', index: 2, radicand: discriminant };
    return b === zero ? root : divide(subtract(root, b), multiply(makeInteger(2), a));
  }
}

/** A root of a v^2 + c. */
function halfRoot(a: Expression, c: Expression): Expression {
  return { kind: 'root', index: 2, radicand: negate(divide(c, a)) };
}

/** The roots of a polynomial equation in one variable, where as many different ones are listed as its degree. */
export function compareWithRoots(
  f: Expression,
  name: string,
  roots: readonly Expression[],
  comparison: Comparison,
): Relation {
  const { numerator, divisors } = clearDenominators(f);
  const put = (root: Expression): Relation =>
    comparison.compareExpressions(replaceSymbols(numerator, new Map([[name, root]])), zero);
  const found = roots.map(put);
  if (found.some(({ kind }) => kind === 'apart')) return apart;
  const coefficients = listCoefficients(numerator, name);
  const top = coefficients?.at(-1);
  const isExact = divisors.size === 0 && top !== undefined && comparison.compareExpressions(top, zero).kind === 'apart';
  if (coefficients === null || !isExact || listSymbols(f).length > 1) return unknown;
  const areDistinct = roots.every((root, i) =>
    roots.slice(i + 1).every((other) => comparison.compareExpressions(root, other).kind === 'apart'),
  );
  if (!areDistinct || !found.every(({ kind }) => kind === 'same')) return unknown;
  const degree = coefficients.length - 1;
  if (roots.length === degree) return found[0] ?? unknown;
  return degree === 2 && roots.length === 1 && hasOtherRoot(coefficients, roots[0] as Expression, comparison)
    ? apart
    : unknown;
}

/** A quadratic equation has another root unless this one is the half of the sum of both. */
function hasOtherRoot(
  [, b = zero, a = zero]: readonly Expression[],
  root: Expression,
  comparison: Comparison,
): boolean {
  const slope = add(multiply(makeInteger(2), a, root), b);
  return comparison.compareExpressions(slope, zero).kind === 'apart';
}
