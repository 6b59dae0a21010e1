import {
  addLogarithms,
  type Ball,
  exactBall,
  halfBall,
  integerOfBall,
  isExactBall,
  isZeroBall,
  largestMagnitude,
  oneBall,
  roundBall,
  signOfBall,
  slack,
  toFixed,
  zeroBall,
} from './ball.ts';
import { ln2Fixed, piFixed } from './constants.ts';
import { atanFixed, expFixed, exponentialLoss, lnFixed, logarithmLoss, sinCosFixed } from './fixed-kernels.ts';
import { integerSquareRoot } from './integer-root.ts';
import {
  addBalls,
  divideBalls,
  multiplyBalls,
  negateBall,
  raiseBall,
  scaleBall,
  subtractBalls,
} from './real-arithmetic.ts';

/** Bits that the kernels work with beyond those of the result; no kernel loses more than 7 of them. */
const guardBits = 40;

/** sin and cos of arguments beyond 2^200 are undefined: reducing them costs as many bits of pi. */
const largestAngle = 200;

export function piBall(bits: number): Ball {
  const width = bits + guardBits;
  return roundBall(piFixed(width), -width, 1 - width, bits);
}

/** The square root of a number that is certainly positive, or zero. |sqrt x - sqrt x'| <= dx / sqrt x'. */
export function squareRootBall(x: Ball, bits: number): Ball | undefined {
  if (isZeroBall(x)) return x;
  if (signOfBall(x) !== 1) return undefined;
  let shift = Math.max(0, 2 * (bits + 4) - Math.floor(x.magnitude - x.exponent));
  if ((x.exponent - shift) % 2 !== 0) shift += 1;
  const radicand = x.mantissa << BigInt(shift);
  const root = integerSquareRoot(radicand);
  const exponent = (x.exponent - shift) / 2;
  if (isExactBall(x) && root * root === radicand) return roundBall(root, exponent, x.radius, bits);
  const spread = x.radius - x.magnitude / 2 + slack;
  return roundBall(root, exponent, addLogarithms(spread, exponent), bits);
}

/** The real root of a number whose sign is certain; of a negative one only for an odd index. */
export function rootBall(x: Ball, index: number, bits: number): Ball | undefined {
  if (index === 2 || isZeroBall(x)) return squareRootBall(x, bits);
  const sign = signOfBall(x);
  if (sign === -1 && index % 2 === 1) {
    const root = rootBall(negateBall(x), index, bits);
    return root === undefined ? undefined : negateBall(root);
  }
  if (sign !== 1) return undefined;
  const logarithm = lnBall(x, bits);
  const part = logarithm && divideBalls(logarithm, exactBall(BigInt(index)), bits);
  const root = part && expBall(part, bits);
  return root && (findWholeRoot(x, root, index) ?? root);
}

/** Roots of perfect powers come out exact, so that a floor of one is defined. */
function findWholeRoot(x: Ball, root: Ball, index: number): Ball | undefined {
  const whole = integerOfBall(x);
  if (whole === undefined || root.magnitude > 200 || root.radius > -4) return undefined;
  const nearest = toFixed(root.mantissa, root.exponent, 1) + 1n;
  const candidate = nearest >> 1n;
  return candidate ** BigInt(index) === whole ? exactBall(candidate) : undefined;
}

/**
 * x = k ln 2 + r, exp x = 2^k exp r. The reduction runs at a width that is wider by the size of x, so that k times the
 * error of ln 2 stays below a unit: r is off by under 4 units, exp r by under 16 + 8, relative to at least 0.7 under
 * 2^6. For the ball: |exp x / exp x' - 1| <= exp dx - 1 < 2 dx where dx <= 1.
 */
export function expBall(x: Ball, bits: number): Ball | undefined {
  if (isZeroBall(x)) return oneBall;
  if (x.radius > 0 || x.magnitude > Math.log2(largestMagnitude) - 1) return undefined;
  const width = bits + guardBits;
  const wider = width + Math.max(0, Math.ceil(x.magnitude)) + 8;
  const argument = toFixed(x.mantissa, x.exponent, wider);
  const ln2 = ln2Fixed(wider);
  // The nearest whole number, so that |r| <= 0.35.
  const turns = (2n * argument + ln2) / (2n * ln2) - (2n * argument + ln2 < 0n ? 1n : 0n);
  const rest = (argument - turns * ln2) >> BigInt(wider - width);
  const exponent = Number(turns) - width;
  const spread = x.radius + 1 + Number(turns) + 0.6 + slack;
  return roundBall(expFixed(rest, width), exponent, addLogarithms(exponent + exponentialLoss + 2, spread), bits);
}

/**
 * The logarithm of a number that is certainly positive: ln (m 2^k) = ln m + k ln 2 with m from 0.7 to 1.45. The kernel
 * loses 2^6.5 units, rounding m one more and k ln 2 under 2^log2(k) + 1. For the ball: |ln x - ln x'| <= 2 dx / x'
 * where dx <= x' / 2, which a certain sign means.
 */
export function lnBall(x: Ball, bits: number): Ball | undefined {
  if (signOfBall(x) !== 1) return undefined;
  if (isExactBall(x) && x.mantissa === 1n && x.exponent === 0) return zeroBall;
  const power = Math.round(x.magnitude);
  // Near 1 the logarithm is small; a wider width keeps its leading digits.
  const distance = power === 0 ? subtractBalls({ ...x, radius: Number.NEGATIVE_INFINITY }, oneBall, bits).magnitude : 0;
  const width = bits + guardBits + Math.min(bits, Math.max(0, -Math.floor(distance)));
  const logarithm = lnFixed(toFixed(x.mantissa, x.exponent - power, width), width);
  const spread = x.radius + 1 - x.magnitude + slack;
  const loss = addLogarithms(logarithmLoss + 1, Math.log2(Math.abs(power) + 1) + 1) - width;
  const sum = logarithm + BigInt(power) * ln2Fixed(width);
  return roundBall(sum, -width, addLogarithms(loss, spread), bits);
}

/**
 * x = q pi/2 + r with |r| <= pi/4 + a little. The reduction is wider by the size of x, so r is off by under 4 units
 * and the results by under 20. Neither function changes by more than its argument does.
 */
export function sinCosBall(x: Ball, bits: number): { readonly sin: Ball; readonly cos: Ball } | undefined {
  if (isZeroBall(x)) return { sin: zeroBall, cos: oneBall };
  if (x.radius > 0 || x.magnitude > largestAngle) return undefined;
  if (x.magnitude < -bits / 2 - 8) return sinCosOfSmall(x, bits);
  const width = bits + guardBits + Math.max(0, -Math.floor(x.magnitude));
  const wider = width + Math.max(0, Math.ceil(x.magnitude)) + 8;
  const argument = toFixed(x.mantissa, x.exponent, wider);
  const halfPi = piFixed(wider) >> 1n;
  const turns = (2n * argument + halfPi) / (2n * halfPi) - (2n * argument + halfPi < 0n ? 1n : 0n);
  const rest = (argument - turns * halfPi) >> BigInt(wider - width);
  const { sin, cos } = sinCosFixed(rest, width);
  const radius = addLogarithms(exponentialLoss + 1 - width, x.radius);
  const sinBall = roundBall(sin, -width, radius, bits);
  const cosBall = roundBall(cos, -width, radius, bits);
  switch (((turns % 4n) + 4n) % 4n) {
    case 0n:
      return { sin: sinBall, cos: cosBall };
    case 1n:
      return { sin: cosBall, cos: negateBall(sinBall) };
    case 2n:
      return { sin: negateBall(sinBall), cos: negateBall(cosBall) };
    default:
      return { sin: negateBall(cosBall), cos: sinBall };
  }
}

/** sin x = x up to x^3 / 6, cos x = 1 up to x^2 / 2; the change over the ball comes on top. */
function sinCosOfSmall(x: Ball, bits: number): { readonly sin: Ball; readonly cos: Ball } {
  const cubic = addLogarithms(x.radius, 3 * (x.magnitude + slack) - 2.5);
  const square = addLogarithms(x.radius, 2 * (x.magnitude + slack) - 1);
  return { sin: roundBall(x.mantissa, x.exponent, cubic, bits), cos: roundBall(1n, 0, square, bits) };
}

/** For |x| > 1 by atan x = +-pi/2 - atan(1/x). The function never changes by more than its argument does. */
export function atanBall(x: Ball, bits: number): Ball | undefined {
  if (isZeroBall(x)) return x;
  if (x.mantissa === 0n) return x.radius > 0 ? undefined : x;
  if (x.magnitude > 0.01) {
    const inverse = divideBalls(oneBall, x, bits);
    const rest = inverse && atanBall(inverse, bits);
    const quarter = scaleBall(piBall(bits), -1);
    return rest && subtractBalls(x.mantissa < 0n ? negateBall(quarter) : quarter, rest, bits);
  }
  if (x.radius > 0) return undefined;
  if (x.magnitude < -bits / 2 - 8)
    return roundBall(x.mantissa, x.exponent, addLogarithms(x.radius, 3 * (x.magnitude + slack) - 1.5), bits);
  const width = bits + guardBits + Math.max(0, -Math.floor(x.magnitude));
  const angle = atanFixed(toFixed(x.mantissa, x.exponent, width), width);
  return roundBall(angle, -width, addLogarithms(logarithmLoss + 1 - width, x.radius), bits);
}

/** Defined from -1 to 1, both ends only where the argument is exact. */
export function arcsinBall(x: Ball, bits: number): Ball | undefined {
  const whole = integerOfBall(x);
  if (whole === 1n || whole === -1n) return scaleBall(whole === 1n ? piBall(bits) : negateBall(piBall(bits)), -1);
  const rest = multiplyBalls(subtractBalls(oneBall, x, bits), addBalls(oneBall, x, bits), bits);
  const root = squareRootBall(rest, bits);
  const ratio = root && divideBalls(x, root, bits);
  return ratio && atanBall(ratio, bits);
}

export function arccosBall(x: Ball, bits: number): Ball | undefined {
  if (integerOfBall(x) === 1n) return zeroBall;
  const angle = arcsinBall(x, bits);
  return angle && subtractBalls(scaleBall(piBall(bits), -1), angle, bits);
}

export function sinhCoshBall(x: Ball, bits: number): { readonly sinh: Ball; readonly cosh: Ball } | undefined {
  if (isZeroBall(x)) return { sinh: zeroBall, cosh: oneBall };
  const up = expBall(x, bits);
  const down = up && divideBalls(oneBall, up, bits);
  if (down === undefined) return undefined;
  return {
    sinh: multiplyBalls(subtractBalls(up as Ball, down, bits), halfBall, bits),
    cosh: multiplyBalls(addBalls(up as Ball, down, bits), halfBall, bits),
  };
}

/** x^y for a positive base. */
export function powerBall(x: Ball, y: Ball, bits: number): Ball | undefined {
  const whole = integerOfBall(y);
  if (whole !== undefined) return raiseBall(x, whole, bits);
  const logarithm = lnBall(x, bits);
  return logarithm && expBall(multiplyBalls(y, logarithm, bits), bits);
}
