import type { Fuel } from '../fuel.ts';
import { type Ball, excludesZero, isZeroBall } from './ball/ball.ts';
import type { ComplexBall } from './ball/complex-ball.ts';
import { describeExpression } from './ball/describe-expression.ts';
import { type Evaluation, evaluateAtPoint, type Point } from './ball/evaluate-ball.ts';
import { areDisjoint, subtractBalls } from './ball/real-arithmetic.ts';
import { listSamplePoints, type SampleOptions } from './ball/sample-points.ts';
import type { Expression } from './expression.ts';

/**
 * `different` is a proof under the reading below; `not-distinguished` is strong evidence of equality and no proof;
 * `other-domain` says that one has values where the other has none, and `unknown` nothing.
 */
export type NumericRelation = 'different' | 'not-distinguished' | 'other-domain' | 'unknown';

const firstBits = 256;
const secondBits = 1024;
const mostBits = 10_240;

/** Two values agree when they are the same in this many leading bits, each relative to its own size. */
const agreeingBits = 200;

/** The smallest part of a sum must show at least this many bits of its own before an agreement counts. */
const visibleBits = 100;

const enoughPoints = { branchFree: 5, withBranches: 8, least: 3 };

/**
 * Compares two expressions by their values with guaranteed error bounds.
 *
 * Without symbols: disjoint balls at 256 or 1024 bits prove a difference, since each contains the true value.
 *
 * With symbols, which stand for real numbers: the two are compared as real functions, where both are defined over the
 * reals at every step. A point where a root, logarithm or broken power leaves the reals is no proof of a difference; but
 * where one side has a value that the other has not, the two are not the same function, and it stays unknown whether
 * the question minds: `ln x^2` and `2 ln x`, sqrt(x) sqrt(y) and sqrt(xy). A symbol in a factorial, a binomial or the end
 * of a sum is whole throughout. Complex points count where no such function
 * depends on a symbol: then both sides are meromorphic, and functions that differ at a complex point differ on the
 * real line.
 *
 * Not distinguished needs three points where both sides are defined, negative values among those that were tried.
 */
export function compareNumerically(a: Expression, b: Expression, fuel: Fuel): NumericRelation {
  const left = describeExpression(a, fuel);
  const right = describeExpression(b, fuel);
  if (left === undefined || right === undefined) return 'unknown';
  const pair = { a, b, fuel };
  const symbols = [...new Set([...left.symbols, ...right.symbols])];
  if (symbols.length === 0) {
    const { relation } = compareAtPoint(pair, new Map(), { isGround: true });
    return relation === 'apart' ? 'different' : relation === 'agree' ? 'not-distinguished' : 'unknown';
  }
  const hasBranches = left.hasBranches || right.hasBranches;
  return compareAtPoints(pair, symbols, {
    hasBranches,
    wholes: new Set([...left.wholes, ...right.wholes]),
    sizes: left.hasTurns || right.hasTurns ? [...new Map([...left.sizes, ...right.sizes]).values()] : undefined,
  });
}

interface Pair {
  readonly a: Expression;
  readonly b: Expression;
  readonly fuel: Fuel;
}

function compareAtPoints(
  pair: Pair,
  symbols: readonly string[],
  { hasBranches, ...options }: SampleOptions & { readonly hasBranches: boolean },
): NumericRelation {
  const seen = { real: 0, negative: 0, complex: 0, leaving: 0, conflicts: 0, unclear: 0, oneSided: 0 };
  for (const { point, hasNegative, isComplex, isTurn } of listSamplePoints(symbols, options)) {
    // Where everything has branches a complex point can prove nothing.
    if (isComplex && hasBranches) continue;
    const { relation, leavesReals, isOneSided } = compareAtPoint(pair, point, { isGround: false });
    if (pair.fuel.isOut) return 'unknown';
    if (isOneSided) seen.oneSided++;
    if (relation === 'apart' && !leavesReals) return 'different';
    if (relation === 'apart') seen.conflicts++;
    else if (relation === 'unclear') seen.unclear++;
    else if (relation === 'agree' && leavesReals) seen.leaving++;
    else if (relation === 'agree' && isComplex) seen.complex++;
    else if (relation === 'agree') {
      seen.real++;
      if (hasNegative) seen.negative++;
    }
    if (isTurn) continue;
    const valid = seen.real + seen.complex;
    const isEnough = hasBranches
      ? seen.real >= enoughPoints.withBranches && seen.negative > 0
      : valid >= enoughPoints.branchFree && seen.negative > 0 && seen.real >= enoughPoints.least;
    if (isEnough) break;
  }
  if (seen.oneSided > 0) return 'other-domain';
  if (seen.real >= enoughPoints.least) return 'not-distinguished';
  // Nowhere real (sqrt(-1 - x^2)): agreement of principal values everywhere is evidence, one conflict ends it.
  const isAlwaysLeaving = seen.real === 0 && seen.conflicts === 0 && seen.unclear === 0;
  return isAlwaysLeaving && seen.leaving >= enoughPoints.branchFree ? 'not-distinguished' : 'unknown';
}

interface PointResult {
  readonly relation: 'apart' | 'agree' | 'unclear' | 'undefined';
  readonly leavesReals: boolean;
  /** Whether one of the two has a value there that the other does not have. */
  readonly isOneSided: boolean;
}

/**
 * Compares at rising precision: 256 bits, then 1024, then as many as the widest sum needs. Points of a function stop at
 * the first precision that shows agreement, as there are several of them; a single number is always seen at 1024 too.
 */
function compareAtPoint(pair: Pair, point: Point, { isGround }: { readonly isGround: boolean }): PointResult {
  let previous: readonly [ComplexBall, ComplexBall] | undefined;
  let leavesReals = false;
  let isOneSided = false;
  let isDefined = false;
  for (let bits: number | undefined = firstBits; bits !== undefined; ) {
    const options = { bits, fuel: pair.fuel };
    const left = evaluateAtPoint(pair.a, point, options);
    const right = evaluateAtPoint(pair.b, point, options);
    if (pair.fuel.isOut) return { relation: 'unclear', leavesReals, isOneSided };
    // A value that is not real is none, as far as real functions go: sin(arccos x) and sqrt(1 - x^2).
    isOneSided = hasRealValue(left) !== hasRealValue(right) && (left.value === undefined || right.value === undefined);
    const span = Math.max(left.span, right.span);
    if (left.value !== undefined && right.value !== undefined) {
      isDefined = true;
      leavesReals = left.leavesReals || right.leavesReals;
      if (isApart(left.value, right.value, bits)) {
        return { relation: 'apart', leavesReals, isOneSided: left.leavesReals !== right.leavesReals };
      }
      const current = [left.value, right.value] as const;
      const isSeen = bits - span >= visibleBits;
      if (isSeen && (!isGround || bits > firstBits) && doesAgree(current, previous, span))
        return { relation: 'agree', leavesReals, isOneSided };
      previous = current;
    }
    bits = nextBits(bits, span);
  }
  return { relation: isDefined ? 'unclear' : 'undefined', leavesReals, isOneSided };
}

function hasRealValue({ value, leavesReals }: Evaluation): boolean {
  return value !== undefined && !leavesReals;
}

function nextBits(bits: number, span: number): number | undefined {
  if (bits < secondBits) return secondBits;
  const needed = Math.ceil((span + 256) / 256) * 256;
  return needed > bits && bits === secondBits && needed <= mostBits ? needed : undefined;
}

function isApart(a: ComplexBall, b: ComplexBall, bits: number): boolean {
  return areDisjoint(a.re, b.re, bits) || areDisjoint(a.im, b.im, bits);
}

function doesAgree(
  current: readonly [ComplexBall, ComplexBall],
  previous: readonly [ComplexBall, ComplexBall] | undefined,
  span: number,
): boolean {
  const needed = Math.max(agreeingBits, Math.ceil(span) + visibleBits);
  return (['re', 'im'] as const).every((part) => {
    const balls = [current[0][part], current[1][part]] as const;
    return agreesRelatively(balls, needed) || shrinksToZero(balls, previous && [previous[0][part], previous[1][part]]);
  });
}

/** Both are away from zero, and the balls are narrow against what they hold. */
function agreesRelatively([x, y]: readonly [Ball, Ball], bits: number): boolean {
  if (isZeroBall(x) && isZeroBall(y)) return true;
  if (!excludesZero(x) || !excludesZero(y)) return false;
  const difference = subtractBalls(x, y, bits + 64);
  const spread = Math.max(difference.radius, difference.magnitude);
  return spread <= Math.max(x.magnitude, y.magnitude) - bits;
}

/**
 * Both balls hold zero, and both have shrunk by 200 bits since the last precision. So a difference from zero is that far
 * below the noise of the first evaluation: relative to what was cancelled, with no fixed bound below which all is zero.
 */
function shrinksToZero(now: readonly [Ball, Ball], before: readonly [Ball, Ball] | undefined): boolean {
  if (before === undefined) return false;
  return now.every((ball, side) => {
    if (isZeroBall(ball)) return true;
    const earlier = before[side];
    return (
      !excludesZero(ball) &&
      earlier !== undefined &&
      Math.max(ball.radius, ball.magnitude) <= earlier.radius - agreeingBits
    );
  });
}
