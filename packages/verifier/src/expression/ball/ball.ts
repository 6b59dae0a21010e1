/**
 * A real number known up to an error: every number x with |x - mantissa * 2^exponent| <= 2^radius.
 *
 * The radius is kept as a base-2 logarithm in a double, so that adding errors does not double them each time and no
 * radius can overflow. Such logarithms stay below 2^34 in size (see `largestMagnitude`), where a double is good to
 * 2^-19; every sum of errors adds `slack`, which covers that and the rounding of `Math.log2` many times over.
 */
export interface Ball {
  readonly mantissa: bigint;
  readonly exponent: number;
  /** log2 of the error bound; -Infinity where the value is exact. */
  readonly radius: number;
  /** log2 |mantissa * 2^exponent| to within `slack`; -Infinity for zero. */
  readonly magnitude: number;
}

/** What one logarithm may be off by, see `Ball`. A thousand additions of errors lose a sixteenth of a bit. */
export const slack: number = 2 ** -14;

/** Numbers beyond 2^(2^32), or closer to zero than its inverse, are not worked with. */
export const largestMagnitude: number = 2 ** 32;

/** Bits that a mantissa keeps below its own radius; the rest is noise and only costs time. */
const bitsBelowRadius = 32;

/** log2 |n|, good to 2^-40 (far inside `slack`); -Infinity for zero. */
export function log2Magnitude(n: bigint): number {
  let shift = 0;
  let rest = n < 0n ? -n : n;
  let value = Number(rest);
  // Two steps do for most; a number of many thousand bits is measured by its text, which takes linear time.
  while (value === Number.POSITIVE_INFINITY) {
    const step = shift < 1920 ? 960 : rest.toString(16).length * 4 - 960;
    rest >>= BigInt(step);
    shift += step;
    value = Number(rest);
  }
  return Math.log2(value) + shift;
}

/** log2(2^a + 2^b), never too small. */
export function addLogarithms(a: number, b: number): number {
  const high = Math.max(a, b);
  const low = Math.min(a, b);
  if (low === Number.NEGATIVE_INFINITY) return high;
  const gap = low - high;
  return gap < -40 ? high + slack : high + Math.log2(1 + 2 ** gap) + slack;
}

/** Rounds to about `bits` bits and books what is cut off as error: less than one unit of the last bit kept. */
export function roundBall(mantissa: bigint, exponent: number, radius: number, bits: number): Ball {
  if (mantissa === 0n) return { mantissa, exponent: 0, radius, magnitude: Number.NEGATIVE_INFINITY };
  const length = log2Magnitude(mantissa);
  const noise = radius === Number.NEGATIVE_INFINITY ? 0 : Math.floor(radius) - bitsBelowRadius - exponent;
  const cut = Math.max(Math.floor(length) + 1 - bits, noise);
  if (cut <= 0) return { mantissa, exponent, radius, magnitude: length + exponent };
  // All of it is noise: shifting by the true length leaves nothing, and needs no gigantic shift.
  const shift = BigInt(Math.min(cut, Math.ceil(length) + 2));
  const kept = mantissa >> shift;
  const end = exponent + Number(shift);
  const isExact = radius === Number.NEGATIVE_INFINITY && kept << shift === mantissa;
  return {
    mantissa: kept,
    exponent: kept === 0n ? 0 : end,
    radius: isExact ? radius : addLogarithms(radius, end),
    magnitude: kept === 0n ? Number.NEGATIVE_INFINITY : log2Magnitude(kept) + end,
  };
}

/** The integer times a power of two, exactly. */
export function exactBall(mantissa: bigint, exponent = 0): Ball {
  return {
    mantissa,
    exponent: mantissa === 0n ? 0 : exponent,
    radius: Number.NEGATIVE_INFINITY,
    magnitude: log2Magnitude(mantissa) + (mantissa === 0n ? 0 : exponent),
  };
}

export const zeroBall: Ball = exactBall(0n);
export const oneBall: Ball = exactBall(1n);
export const halfBall: Ball = exactBall(1n, -1);

export function isExactBall(x: Ball): boolean {
  return x.radius === Number.NEGATIVE_INFINITY;
}

export function isZeroBall(x: Ball): boolean {
  return x.mantissa === 0n && x.radius === Number.NEGATIVE_INFINITY;
}

/** The sign, where it is certain. Asks for a radius of at most half the value, which is stricter than need be. */
export function signOfBall(x: Ball): -1 | 0 | 1 | undefined {
  if (x.mantissa === 0n) return x.radius === Number.NEGATIVE_INFINITY ? 0 : undefined;
  if (x.radius > x.magnitude - 1 - slack) return undefined;
  return x.mantissa < 0n ? -1 : 1;
}

/** No number of the ball is zero. */
export function excludesZero(x: Ball): boolean {
  const sign = signOfBall(x);
  return sign === 1 || sign === -1;
}

/** log2 of the largest absolute value in the ball. */
export function largestOfBall(x: Ball): number {
  return addLogarithms(x.magnitude, x.radius);
}

/** The integer that the ball is, where it is exactly one. */
export function integerOfBall(x: Ball): bigint | undefined {
  if (x.radius !== Number.NEGATIVE_INFINITY || x.magnitude > 20_000) return undefined;
  if (x.exponent >= 0) return x.mantissa << BigInt(x.exponent);
  // Below 1 only zero is whole; this also keeps the shifts short.
  if (x.magnitude < -0.5) return x.mantissa === 0n ? 0n : undefined;
  const shift = BigInt(-x.exponent);
  const whole = x.mantissa >> shift;
  return whole << shift === x.mantissa ? whole : undefined;
}

/** mantissa * 2^exponent as an integer number of 2^-width, rounded down: less than one unit off. */
export function toFixed(mantissa: bigint, exponent: number, width: number): bigint {
  const shift = exponent + width;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}
