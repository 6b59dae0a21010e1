import type { Rational } from '../../rational.ts';
import {
  addLogarithms,
  type Ball,
  exactBall,
  excludesZero,
  isExactBall,
  isZeroBall,
  largestMagnitude,
  largestOfBall,
  log2Magnitude,
  oneBall,
  roundBall,
  slack,
  toFixed,
} from './ball.ts';

export function negateBall(x: Ball): Ball {
  return { mantissa: -x.mantissa, exponent: x.exponent, radius: x.radius, magnitude: x.magnitude };
}

/** Multiplies by a power of two, exactly. */
export function scaleBall(x: Ball, power: number): Ball {
  if (x.mantissa === 0n) return { ...x, radius: x.radius + power };
  return {
    mantissa: x.mantissa,
    exponent: x.exponent + power,
    radius: x.radius + power,
    magnitude: x.magnitude + power,
  };
}

export function addBalls(x: Ball, y: Ball, bits: number): Ball {
  const radius = addLogarithms(x.radius, y.radius);
  if (x.mantissa === 0n) return roundBall(y.mantissa, y.exponent, radius, bits);
  if (y.mantissa === 0n) return roundBall(x.mantissa, x.exponent, radius, bits);
  const high = x.exponent >= y.exponent ? x : y;
  const low = x.exponent >= y.exponent ? y : x;
  // A term far below the last bit of the other is error. No shift below is longer than 2 * bits + 64.
  if (high.magnitude - low.magnitude > bits + 32 && high.exponent - low.exponent > bits)
    return roundBall(high.mantissa, high.exponent, addLogarithms(radius, low.magnitude + slack), bits);
  if (high.exponent - low.exponent > 2 * bits + 64) {
    // `high` has few bits and ends far above `low`: both are cut at the end that matters, one unit each.
    const end = Math.floor(Math.max(high.magnitude, low.magnitude)) - bits - 8;
    const sum = toFixed(high.mantissa, high.exponent, -end) + toFixed(low.mantissa, low.exponent, -end);
    return roundBall(sum, end, addLogarithms(radius, end + 1), bits);
  }
  const sum = (high.mantissa << BigInt(high.exponent - low.exponent)) + low.mantissa;
  return roundBall(sum, low.exponent, radius, bits);
}

export function subtractBalls(x: Ball, y: Ball, bits: number): Ball {
  return addBalls(x, negateBall(y), bits);
}

/** |xy - x'y'| <= |x'| dy + |y'| dx + dx dy. */
export function multiplyBalls(x: Ball, y: Ball, bits: number): Ball {
  let radius = Number.NEGATIVE_INFINITY;
  if (!isExactBall(x) || !isExactBall(y)) {
    if (isZeroBall(x)) return x;
    if (isZeroBall(y)) return y;
    radius = addLogarithms(x.magnitude + y.radius, y.magnitude + x.radius);
    radius = addLogarithms(radius, x.radius + y.radius) + slack;
  }
  return roundBall(x.mantissa * y.mantissa, x.exponent + y.exponent, radius, bits);
}

/** |x/y - x'/y'| <= (dx + |x'/y'| dy) / (|y'| - dy). Undefined where the divisor may be zero. */
export function divideBalls(x: Ball, y: Ball, bits: number): Ball | undefined {
  if (!excludesZero(y)) return undefined;
  let radius = Number.NEGATIVE_INFINITY;
  if (!isExactBall(x) || !isExactBall(y)) {
    const smallest = y.magnitude + Math.log2(1 - 2 ** (y.radius - y.magnitude + slack)) - slack;
    radius = addLogarithms(x.radius, x.magnitude - y.magnitude + y.radius + slack) - smallest + slack;
  }
  if (x.mantissa === 0n) return roundBall(0n, 0, radius, bits);
  const quotientBits = x.magnitude - x.exponent - (y.magnitude - y.exponent);
  const shift = Math.max(0, bits + 2 - Math.floor(quotientBits));
  const dividend = x.mantissa << BigInt(shift);
  const quotient = dividend / y.mantissa;
  const exponent = x.exponent - shift - y.exponent;
  const isExact = radius === Number.NEGATIVE_INFINITY && quotient * y.mantissa === dividend;
  if (!isExact) return roundBall(quotient, exponent, addLogarithms(radius, exponent), bits);
  return roundBall(quotient, exponent, radius, bits);
}

/** The whole power; undefined for 0^0, for a negative power of what may be zero, and for what is too large. */
export function raiseBall(x: Ball, power: bigint, bits: number): Ball | undefined {
  if (power === 0n) return excludesZero(x) ? oneBall : undefined;
  if (isZeroBall(x)) return power > 0n ? x : undefined;
  if (isExactBall(x) && x.magnitude === 0) return power % 2n === 0n ? oneBall : x;
  const size = power < 0n ? -power : power;
  const length = log2Magnitude(size);
  if (length > 40 || Number(size) * Math.abs(largestOfBall(x)) > largestMagnitude) return undefined;
  // Each squaring doubles the error relative to the value: `length` of them cost that many bits, made up for here.
  const wide = bits + Math.ceil(length) + 4;
  const digits = size.toString(2);
  let result = x;
  for (let i = 1; i < digits.length; i++) {
    result = multiplyBalls(result, result, wide);
    if (digits[i] === '1') result = multiplyBalls(result, x, wide);
  }
  if (power < 0n) return divideBalls(oneBall, result, bits);
  return roundBall(result.mantissa, result.exponent, result.radius, bits);
}

/** The absolute value. The bound stays: | |x| - |y| | <= |x - y|. */
export function absoluteBall(x: Ball): Ball {
  return x.mantissa < 0n ? negateBall(x) : x;
}

/** The whole number below, where every number of the ball has the same one. */
export function floorBall(x: Ball): Ball | undefined {
  if (x.magnitude > 20_000 || (x.radius > -1 && !isExactBall(x))) return undefined;
  if (isExactBall(x)) {
    return x.exponent >= 0 ? x : exactBall(x.mantissa >> BigInt(-x.exponent));
  }
  const margin = Math.ceil(x.radius + slack);
  const end = Math.min(x.exponent, margin);
  if (x.exponent - end > 40_000) return undefined;
  const middle = x.mantissa << BigInt(x.exponent - end);
  const reach = 1n << BigInt(margin - end);
  const low = (middle - reach) >> BigInt(-end);
  const high = (middle + reach) >> BigInt(-end);
  return low === high ? exactBall(low) : undefined;
}

/** No number lies in both balls: a proof that the two values differ. */
export function areDisjoint(x: Ball, y: Ball, bits: number): boolean {
  return excludesZero(subtractBalls(x, y, bits));
}

export function ballOfRational(value: Rational, bits: number): Ball {
  const numerator = roundBall(value.numerator, 0, Number.NEGATIVE_INFINITY, bits);
  if (value.denominator === 1n) return numerator;
  const denominator = roundBall(value.denominator, 0, Number.NEGATIVE_INFINITY, bits);
  // A denominator is at least 1 and its rounding error a tiny part of it, so the division is always defined.
  return divideBalls(numerator, denominator, bits) ?? oneBall;
}
