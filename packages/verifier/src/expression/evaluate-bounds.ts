import type { Fuel } from '../fuel.ts';
import type { BoundExpression, Expression } from './expression.ts';
import {
  isInfinity,
  makeInteger,
  makePower,
  makeProduct,
  makeQuotient,
  makeSum,
  makeSymbol,
  negate,
  piConstant,
} from './expression-parts.ts';
import { findAntiderivative } from './find-antiderivative.ts';
import { foldRational } from './fold-rational.ts';
import { listChildren } from './list-children.ts';
import { mapChildren } from './map-children.ts';
import { listSymbols, replaceSymbols } from './symbols.ts';
import { takeLimit } from './take-limit.ts';

/** Longer sums are left to the numerical check, which adds up to its fuel. */
const mostTerms = 200n;

/** How often a sum of a polynomial times a power is made simpler: the degree of the polynomial. */
const highestDegree = 3;

/** Larger terms of infinite sums are not looked at. */
const largestTerm = 40;

/** Whether two expressions are the same, by a check that is right with near certainty. */
export type IsSame = (a: Expression, b: Expression) => boolean;

export interface BoundTools {
  readonly fuel: Fuel;
  readonly isSame: IsSame;
}

/**
 * The same expression with the values of its sums, products, limits and integrals where they have an exact one: finite
 * sums term by term, geometric series, integrals of what has an easy antiderivative, limits of continuous functions.
 * The others stay.
 */
export function evaluateBounds(expression: Expression, tools: BoundTools): Expression {
  if (!tools.fuel.spend(1)) return expression;
  const inner = mapChildren(expression, (part) => evaluateBounds(part, tools));
  if (inner.kind === 'application') return nameElement(inner);
  if (inner.kind !== 'bound') return inner;
  const value = evaluateBound(inner, tools);
  // An index of a sequence may have become a number.
  return value === null ? inner : mapAll(value, nameElement);
}

function mapAll(expression: Expression, change: (part: Expression) => Expression): Expression {
  return change(mapChildren(expression, (part) => mapAll(part, change)));
}

/** The sequence a at 3 is written `a_3`. */
function nameElement(node: Expression): Expression {
  if (node.kind !== 'application' || !node.name.endsWith('_')) return node;
  const [index] = node.arguments;
  if (index?.kind !== 'rational' || index.value.denominator !== 1n || index.value.numerator < 0n) return node;
  const digits = String(index.value.numerator);
  return makeSymbol(`${node.name}${digits.length === 1 ? digits : `{${digits}}`}`);
}

function evaluateBound(node: BoundExpression, tools: BoundTools): Expression | null {
  switch (node.operator) {
    case 'sum':
    case 'prod':
      return evaluateSeries(node, tools);
    case 'int':
      return findIntegral(node, tools);
    default:
      return takeLimit(node, tools);
  }
}

function at(body: Expression, variable: string, value: Expression, fuel: Fuel): Expression {
  const result = replaceSymbols(body, new Map([[variable, value]]));
  const folded = foldRational(result, fuel);
  return folded === null ? result : { kind: 'rational', value: folded };
}

function evaluateSeries({ operator, variable, parts }: BoundExpression, tools: BoundTools): Expression | null {
  const [body, low, high] = parts as readonly [Expression, Expression, Expression];
  const { fuel } = tools;
  const from = foldRational(low, fuel);
  if (from === null || from.denominator !== 1n) return null;
  if (isInfinity(high)) {
    const isSimple = operator === 'sum' && countNodes(body) <= largestTerm;
    return isSimple ? sumInfinite(body, variable, from.numerator, tools, 0) : null;
  }
  const to = foldRational(high, fuel);
  if (to === null || to.denominator !== 1n) return null;
  const count = to.numerator - from.numerator + 1n;
  if (count < 0n || count > mostTerms) return null;
  const terms: Expression[] = [];
  for (let k = from.numerator; k <= to.numerator; k++) {
    if (!fuel.spend(countNodes(body))) return null;
    terms.push(at(body, variable, makeInteger(k), fuel));
  }
  if (terms.length === 0) return makeInteger(operator === 'sum' ? 0n : 1n);
  return operator === 'sum' ? makeSum(...terms) : makeProduct(terms);
}

function countNodes(node: Expression): number {
  return listChildren(node).reduce((total, part) => total + countNodes(part), 1);
}

/**
 * Sums of c/k^2, c/k^4 and of polynomials times r^k with a rational |r| < 1. With g(k) = f(k+1) - r f(k), which has a
 * lower degree, the sum S of f from a is (f(a) + sum of g) / (1 - r).
 */
function sumInfinite(
  body: Expression,
  variable: string,
  from: bigint,
  tools: BoundTools,
  degree: number,
): Expression | null {
  const { fuel, isSame } = tools;
  const k = makeSymbol(variable);
  if (from === 1n && degree === 0) {
    for (const [power, value] of zetaValues) {
      const constant = at(body, variable, makeInteger(1n), fuel);
      const term = makeQuotient(constant, makePower(k, makeInteger(power)));
      if (isSame(body, term)) return makeProduct([constant, makePower(piConstant, makeInteger(power)), value]);
    }
  }
  for (const ratio of listRatios(body, variable, fuel)) {
    const next = replaceSymbols(body, new Map([[variable, makeSum(k, makeInteger(1n))]]));
    const rest = makeSum(next, negate(makeProduct([ratio, body])));
    const first = at(body, variable, makeInteger(from), fuel);
    const divisor = makeSum(makeInteger(1n), negate(ratio));
    if (isSame(rest, makeInteger(0n))) return makeQuotient(first, divisor);
    if (degree >= highestDegree || listSymbols(body).length > 0 || !fuel.spend(countNodes(rest))) return null;
    const others = sumInfinite(rest, variable, from, tools, degree + 1);
    if (others !== null) return makeQuotient(makeSum(first, others), divisor);
  }
  return null;
}

const zetaValues: readonly (readonly [bigint, Expression])[] = [
  [2n, { kind: 'rational', value: { numerator: 1n, denominator: 6n } }],
  [4n, { kind: 'rational', value: { numerator: 1n, denominator: 90n } }],
];

/** The rational numbers between -1 and 1 whose k-th power, up to a factor, is a part of the body. */
function listRatios(body: Expression, variable: string, fuel: Fuel): readonly Expression[] {
  const found: Expression[] = [];
  const visit = (node: Expression): void => {
    if (node.kind === 'power') {
      const zero = foldRational(at(node, variable, makeInteger(0n), fuel), fuel);
      const one = foldRational(at(node, variable, makeInteger(1n), fuel), fuel);
      const base = foldRational(node.base, fuel);
      if (zero !== null && one !== null && base !== null && zero.numerator !== 0n && one.numerator !== 0n) {
        for (const [up, down] of [
          [one, zero],
          [zero, one],
        ] as const) {
          const ratio = foldRational(
            makeQuotient({ kind: 'rational', value: up }, { kind: 'rational', value: down }),
            fuel,
          );
          const size = ratio === null ? 1n : ratio.numerator < 0n ? -ratio.numerator : ratio.numerator;
          if (ratio !== null && size < ratio.denominator) found.push({ kind: 'rational', value: ratio });
        }
      }
    }
    for (const part of listChildren(node)) visit(part);
  };
  visit(body);
  if (found.length > 1 && found.length < 4) {
    const all = foldRational(makeProduct(found), fuel);
    if (all !== null) found.unshift({ kind: 'rational', value: all });
  }
  return found.slice(0, 2);
}

function findIntegral({ variable, parts }: BoundExpression, { fuel }: BoundTools): Expression | null {
  const [body, low, high] = parts;
  if (body === undefined || low === undefined || high === undefined) return null;
  if (isInfinity(high) || isInfinity(low) || (low.kind === 'negation' && isInfinity(low.operand))) return null;
  const ends = [foldRational(low, fuel), foldRational(high, fuel)];
  const arePositive = ends.every((end) => end !== null && end.numerator > 0n);
  const areNegative = ends.every((end) => end !== null && end.numerator < 0n);
  const primitive = findAntiderivative(body, variable, {
    fuel,
    arePositive,
    isZeroOutside: arePositive || areNegative,
  });
  if (primitive === null) return null;
  const value = (end: Expression): Expression => replaceSymbols(primitive, new Map([[variable, end]]));
  return makeSum(value(high), negate(value(low)));
}
