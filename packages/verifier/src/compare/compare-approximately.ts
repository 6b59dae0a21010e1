import { type Ball, exactBall, excludesZero, oneBall, signOfBall } from '../expression/ball/ball.ts';
import { isReal } from '../expression/ball/complex-ball.ts';
import { evaluateBall } from '../expression/ball/evaluate-ball.ts';
import { absoluteBall, ballOfRational, multiplyBalls, subtractBalls } from '../expression/ball/real-arithmetic.ts';
import type { Expression } from '../expression/expression.ts';
import { foldRational } from '../expression/fold-rational.ts';
import { listSymbols } from '../expression/symbols.ts';
import type { Fuel } from '../fuel.ts';
import type { Value } from '../parse/values.ts';
import { addRationals, divideRationals, multiplyRationals, negateRational, type Rational } from '../rational.ts';
import type { Policy } from '../types.ts';
import type { Quantity } from './compare-numbers.ts';
import type { Comparison } from './comparison.ts';
import { relatePercent } from './relate-percent.ts';
import { apart, type Relation, same } from './relation.ts';
import type { Tolerance } from './tolerance.ts';

/** Digits that a decimal must show before it can stand for a number that it is not. */
const fewestDigits = 100n;

const hundred: Rational = { numerator: 100n, denominator: 1n };
const hundredth: Expression = { kind: 'rational', value: { numerator: 1n, denominator: 100n } };

/** A number as it is worth, and how it was written. */
interface Scalar {
  readonly expression: Expression;
  /** Its value where it is a plain number; a decimal keeps its places. */
  readonly value: Rational | null;
}

/**
 * Two numbers that are not the same, under the leniencies for numbers that are near: a tolerance that the caller gave,
 * or a decimal that is the other number correctly rounded. Both are decided exactly, by rationals or by balls that
 * contain the true value; undefined where neither has anything to say.
 */
export function compareApproximately(a: Value, b: Value, { fuel, settings }: Comparison): Relation | undefined {
  const { refusedPolicies } = settings;
  const tolerance = refusedPolicies.has('tolerance') ? null : settings.tolerance;
  if (tolerance === null && refusedPolicies.has('claimed-digits')) return undefined;
  if (!isQuantity(a) || !isQuantity(b)) return undefined;
  const [unitA, unitB] = [getUnit(a), getUnit(b)];
  // Other units are converted where they are compared, and not here.
  if (unitA !== null && unitB !== null && unitA !== unitB) return undefined;
  const [percentA, percentB] = [isPercent(a), isPercent(b)];
  // A share is no length.
  if ((percentA || percentB) && (unitA ?? unitB) !== null) return undefined;
  const [left, right] = [readScalar(a), readScalar(b)];
  if (left === null || right === null) return undefined;
  const relate: Relate = (pair, bound) => {
    const policy = findPolicy(pair, { fuel, settings, tolerance: bound });
    if (policy === undefined) return apart;
    return { ...same, policies: unitA === unitB ? [policy] : [policy, 'unit-omitted'] };
  };
  // An absolute bound is meant in what is written: 4.1% is within a tenth of 4.2%, and 9% is not.
  const inPercents = tolerance && toPercents(tolerance);
  const isSignOptional = !refusedPolicies.has('percent-sign');
  const relation =
    percentA === percentB
      ? relate([left, right], percentA ? inPercents : tolerance)
      : relateToBare(percentA ? [left, right] : [right, left], { relate, tolerance, inPercents, isSignOptional });
  return relation.kind === 'apart' ? undefined : relation;
}

type Relate = (pair: readonly [Scalar, Scalar], tolerance: Tolerance | null) => Relation;

interface PercentMeans {
  readonly relate: Relate;
  readonly tolerance: Tolerance | null;
  readonly inPercents: Tolerance | null;
  readonly isSignOptional: boolean;
}

/** A percentage against a number without its sign. Near in percents is near; near only as a share is open: 50% and 0.52 within 0.1. */
function relateToBare(
  [percent, bare]: readonly [Scalar, Scalar],
  { relate, tolerance, inPercents, isSignOptional }: PercentMeans,
): Relation {
  const byValue = relate([percent, bare], inPercents);
  const asWritten = (): Relation => relate([percent, divideByHundred(bare)], inPercents);
  const relation = isSignOptional ? relatePercent(bare.value, { byValue, asWritten }) : byValue;
  if (relation.kind !== 'apart') return relation;
  return relate([percent, bare], tolerance).kind === 'same' ? { kind: 'unknown', reason: 'ambiguous' } : relation;
}

function findPolicy(
  [left, right]: readonly [Scalar, Scalar],
  { fuel, settings, tolerance }: Pick<Comparison, 'fuel' | 'settings'> & Pick<PercentMeans, 'tolerance'>,
): Policy | undefined {
  if (tolerance !== null && isWithin([left, right], tolerance, fuel)) return 'tolerance';
  if (settings.refusedPolicies.has('claimed-digits')) return undefined;
  return isRounded(left, right, fuel) || isRounded(right, left, fuel) ? 'claimed-digits' : undefined;
}

/** The bound for percentages as they are worth, a hundredth of what is written. A share has no scale. */
function toPercents(tolerance: Tolerance): Tolerance {
  return { ...tolerance, absolute: tolerance.absolute && divideRationals(tolerance.absolute, hundred) };
}

function isQuantity(value: Value): value is Quantity {
  return value.kind === 'number' || value.kind === 'expression' || value.kind === 'quantity';
}

function getUnit(value: Quantity): string | null {
  return value.kind === 'expression' ? null : (value.unit?.name ?? null);
}

function isPercent(value: Quantity): boolean {
  return value.kind !== 'expression' && value.isPercent;
}

/** What it is worth, where it has no variable. */
function readScalar(value: Quantity): Scalar | null {
  if (value.kind !== 'number' && listSymbols(value.expression).length > 0) return null;
  const written: Scalar =
    value.kind === 'number'
      ? { expression: { kind: 'rational', value: value.value }, value: value.value }
      : { expression: value.expression, value: null };
  return isPercent(value) ? divideByHundred(written) : written;
}

/** The same number of percents. 33.3% claims three digits of 0.333. */
function divideByHundred({ expression, value }: Scalar): Scalar {
  if (value === null) return { expression: { kind: 'product', factors: [hundredth, expression] }, value };
  const quotient = divideRationals(value, hundred);
  const worth = value.places === undefined ? quotient : { ...quotient, places: value.places + 2 };
  return { expression: { kind: 'rational', value: worth }, value: worth };
}

/**
 * Whether the decimal is the number, correctly rounded to the digits that it shows. Only of a number that no decimal
 * is: 0.3 is not 0.25 rounded up, but another number.
 */
function isRounded(decimal: Scalar, exact: Scalar, fuel: Fuel): boolean {
  const places = decimal.value?.places;
  if (decimal.value === null || places === undefined || exact.value?.places !== undefined) return false;
  if (!fuel.spend(places)) return false;
  const scale = 10n ** BigInt(places);
  const shown = (decimal.value.numerator * scale) / decimal.value.denominator;
  if (shown < fewestDigits && -shown < fewestDigits) return false;
  const known = exact.value ?? foldRational(exact.expression, fuel);
  if (known !== null) return !terminates(known) && isNear(known, { shown, scale });
  // | x * 2 * 10^places - 2 * shown | < 1
  return isPositive((bits) => {
    const x = evaluateReal(exact.expression, bits, fuel);
    if (x === undefined) return undefined;
    const scaled = multiplyBalls(x, exactBall(2n * scale), bits);
    return subtractBalls(oneBall, absoluteBall(subtractBalls(scaled, exactBall(2n * shown), bits)), bits);
  });
}

function isNear(
  { numerator, denominator }: Rational,
  { shown, scale }: { readonly shown: bigint; readonly scale: bigint },
): boolean {
  const twice = 2n * (numerator * scale - shown * denominator);
  return twice < denominator && -twice < denominator;
}

/** Whether some decimal is the number: its denominator has no prime factor but 2 and 5. */
function terminates({ denominator }: Rational): boolean {
  let rest = denominator;
  for (const prime of [2n, 5n]) while (rest % prime === 0n) rest /= prime;
  return rest === 1n;
}

function isWithin([a, b]: readonly [Scalar, Scalar], tolerance: Tolerance, fuel: Fuel): boolean {
  const { absolute, relative } = tolerance;
  const known = [a, b].map(({ value, expression }) => value ?? foldRational(expression, fuel));
  const [left, right] = known;
  if (left && right) return isWithinExactly(left, right, tolerance);
  return isPositive((bits) => {
    const x = evaluateReal(a.expression, bits, fuel);
    const y = x && evaluateReal(b.expression, bits, fuel);
    if (x === undefined || y === undefined) return undefined;
    const gap = absoluteBall(subtractBalls(x, y, bits));
    const bounds = absolute === null ? [] : [ballOfRational(absolute, bits)];
    if (relative !== null) {
      const share = ballOfRational(relative, bits);
      bounds.push(...[x, y].map((size) => multiplyBalls(share, absoluteBall(size), bits)));
    }
    const margins = bounds.map((bound) => subtractBalls(bound, gap, bits));
    return margins.find((margin) => signOfBall(margin) === 1) ?? margins.find((margin) => !excludesZero(margin));
  });
}

function isWithinExactly(a: Rational, b: Rational, { absolute, relative }: Tolerance): boolean {
  const gap = absoluteRational(addRationals(a, negateRational(b)));
  if (absolute !== null && isAtMost(gap, absolute)) return true;
  if (relative === null) return false;
  return [a, b].some((size) => isAtMost(gap, multiplyRationals(relative, absoluteRational(size))));
}

function isAtMost(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator <= b.numerator * a.denominator;
}

function absoluteRational(value: Rational): Rational {
  return value.numerator < 0n ? negateRational(value) : value;
}

function evaluateReal(expression: Expression, bits: number, fuel: Fuel): Ball | undefined {
  const value = evaluateBall(expression, new Map(), bits, fuel);
  return value !== undefined && isReal(value) ? value.re : undefined;
}

/** Whether the value is above zero for certain, at 256 bits or, where these do not tell, at 1,024. */
function isPositive(evaluate: (bits: number) => Ball | undefined): boolean {
  for (const bits of [256, 1024]) {
    const value = evaluate(bits);
    if (value === undefined) return false;
    if (excludesZero(value)) return signOfBall(value) === 1;
  }
  return false;
}
