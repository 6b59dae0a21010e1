import {
  addLogarithms,
  type Ball,
  exactBall,
  halfBall,
  integerOfBall,
  isExactBall,
  isZeroBall,
  largestMagnitude,
  largestOfBall,
  log2Magnitude,
  oneBall,
  signOfBall,
  zeroBall,
} from './ball.ts';
import {
  absoluteBall,
  addBalls,
  divideBalls,
  multiplyBalls,
  negateBall,
  raiseBall,
  scaleBall,
  subtractBalls,
} from './real-arithmetic.ts';
import {
  atanBall,
  expBall,
  lnBall,
  piBall,
  rootBall,
  sinCosBall,
  sinhCoshBall,
  squareRootBall,
} from './real-functions.ts';

/** A rectangle of complex numbers. The number is certainly real where the imaginary part is exactly zero. */
export interface ComplexBall {
  readonly re: Ball;
  readonly im: Ball;
}

export const complexOne: ComplexBall = { re: oneBall, im: zeroBall };
export const imaginaryUnit: ComplexBall = { re: zeroBall, im: oneBall };

export function realBall(re: Ball): ComplexBall {
  return { re, im: zeroBall };
}

export function isReal(z: ComplexBall): boolean {
  return isZeroBall(z.im);
}

export function isExactZero(z: ComplexBall): boolean {
  return isZeroBall(z.re) && isZeroBall(z.im);
}

export function isExactComplex(z: ComplexBall): boolean {
  return isExactBall(z.re) && isExactBall(z.im);
}

export function negateComplex(z: ComplexBall): ComplexBall {
  return { re: negateBall(z.re), im: isReal(z) ? zeroBall : negateBall(z.im) };
}

export function addComplex(z: ComplexBall, w: ComplexBall, bits: number): ComplexBall {
  return { re: addBalls(z.re, w.re, bits), im: isReal(z) && isReal(w) ? zeroBall : addBalls(z.im, w.im, bits) };
}

export function multiplyComplex(z: ComplexBall, w: ComplexBall, bits: number): ComplexBall {
  const re = multiplyBalls(z.re, w.re, bits);
  if (isReal(z) && isReal(w)) return realBall(re);
  if (isReal(z)) return { re, im: multiplyBalls(z.re, w.im, bits) };
  if (isReal(w)) return { re, im: multiplyBalls(z.im, w.re, bits) };
  return {
    re: subtractBalls(re, multiplyBalls(z.im, w.im, bits), bits),
    im: addBalls(multiplyBalls(z.re, w.im, bits), multiplyBalls(z.im, w.re, bits), bits),
  };
}

/** Undefined where the divisor may be zero. */
export function divideComplex(z: ComplexBall, w: ComplexBall, bits: number): ComplexBall | undefined {
  if (isReal(w)) {
    const re = divideBalls(z.re, w.re, bits);
    const im = isReal(z) ? zeroBall : divideBalls(z.im, w.re, bits);
    return re && im && { re, im };
  }
  const norm = squaredNorm(w, bits);
  const product = multiplyComplex(z, { re: w.re, im: negateBall(w.im) }, bits);
  const re = divideBalls(product.re, norm, bits);
  const im = divideBalls(product.im, norm, bits);
  return re && im && { re, im };
}

function squaredNorm(z: ComplexBall, bits: number): Ball {
  return addBalls(multiplyBalls(z.re, z.re, bits), multiplyBalls(z.im, z.im, bits), bits);
}

export function absoluteComplex(z: ComplexBall, bits: number): Ball | undefined {
  return isReal(z) ? absoluteBall(z.re) : squareRootBall(squaredNorm(z, bits), bits);
}

/** The whole power, by squaring. */
export function raiseComplex(z: ComplexBall, power: bigint, bits: number): ComplexBall | undefined {
  if (isReal(z)) {
    const re = raiseBall(z.re, power, bits);
    return re && realBall(re);
  }
  if (power === 0n) return divideComplex(complexOne, z, bits) && complexOne;
  const size = power < 0n ? -power : power;
  const length = log2Magnitude(size);
  const largest = addLogarithms(largestOfBall(z.re), largestOfBall(z.im));
  if (length > 40 || Number(size) * Math.abs(largest) > largestMagnitude) return undefined;
  const wide = bits + 2 * Math.ceil(length) + 8;
  const digits = size.toString(2);
  let result = z;
  for (let i = 1; i < digits.length; i++) {
    result = multiplyComplex(result, result, wide);
    if (digits[i] === '1') result = multiplyComplex(result, z, wide);
  }
  return power < 0n
    ? divideComplex(complexOne, result, bits)
    : { re: addBalls(result.re, zeroBall, bits), im: addBalls(result.im, zeroBall, bits) };
}

/** The principal argument, from -pi (not included) to pi. Undefined where the cut or zero cannot be excluded. */
function argumentOf(z: ComplexBall, bits: number): Ball | undefined {
  const re = signOfBall(z.re);
  if (isReal(z)) return re === 1 ? zeroBall : re === -1 ? piBall(bits) : undefined;
  const im = signOfBall(z.im);
  // Where both signs are certain the larger part divides, so that no quotient is needlessly coarse.
  if (re === 1 && (im === undefined || im === 0 || z.re.magnitude >= z.im.magnitude)) {
    const ratio = divideBalls(z.im, z.re, bits);
    return ratio && atanBall(ratio, bits);
  }
  if (im !== 1 && im !== -1) return undefined;
  const ratio = divideBalls(z.re, z.im, bits);
  const rest = ratio && atanBall(ratio, bits);
  const quarter = scaleBall(piBall(bits), -1);
  return rest && subtractBalls(im === 1 ? quarter : negateBall(quarter), rest, bits);
}

/** The principal logarithm. */
export function lnComplex(z: ComplexBall, bits: number): ComplexBall | undefined {
  const im = argumentOf(z, bits);
  if (im === undefined) return undefined;
  if (isReal(z)) {
    const re = lnBall(absoluteBall(z.re), bits);
    return re && { re, im };
  }
  const norm = lnBall(squaredNorm(z, bits), bits);
  return norm && { re: multiplyBalls(norm, halfBall, bits), im };
}

export function expComplex(z: ComplexBall, bits: number): ComplexBall | undefined {
  const size = expBall(z.re, bits);
  if (size === undefined || isReal(z)) return size && realBall(size);
  const turn = sinCosBall(z.im, bits);
  return turn && { re: multiplyBalls(size, turn.cos, bits), im: multiplyBalls(size, turn.sin, bits) };
}

/** sin(a + bi) = sin a cosh b + i cos a sinh b, cos(a + bi) = cos a cosh b - i sin a sinh b. */
export function sinCosComplex(
  z: ComplexBall,
  bits: number,
): { readonly sin: ComplexBall; readonly cos: ComplexBall } | undefined {
  const turn = sinCosBall(z.re, bits);
  if (turn === undefined) return undefined;
  if (isReal(z)) return { sin: realBall(turn.sin), cos: realBall(turn.cos) };
  const stretch = sinhCoshBall(z.im, bits);
  return (
    stretch && {
      sin: { re: multiplyBalls(turn.sin, stretch.cosh, bits), im: multiplyBalls(turn.cos, stretch.sinh, bits) },
      cos: {
        re: multiplyBalls(turn.cos, stretch.cosh, bits),
        im: negateBall(multiplyBalls(turn.sin, stretch.sinh, bits)),
      },
    }
  );
}

/** sinh(a + bi) = sinh a cos b + i cosh a sin b, cosh(a + bi) = cosh a cos b + i sinh a sin b. */
export function sinhCoshComplex(
  z: ComplexBall,
  bits: number,
): { readonly sinh: ComplexBall; readonly cosh: ComplexBall } | undefined {
  const stretch = sinhCoshBall(z.re, bits);
  if (stretch === undefined) return undefined;
  if (isReal(z)) return { sinh: realBall(stretch.sinh), cosh: realBall(stretch.cosh) };
  const turn = sinCosBall(z.im, bits);
  return (
    turn && {
      sinh: { re: multiplyBalls(stretch.sinh, turn.cos, bits), im: multiplyBalls(stretch.cosh, turn.sin, bits) },
      cosh: { re: multiplyBalls(stretch.cosh, turn.cos, bits), im: multiplyBalls(stretch.sinh, turn.sin, bits) },
    }
  );
}

/** The principal root, but the real one of a real negative number where the index is odd. */
export function rootComplex(z: ComplexBall, index: number, bits: number): ComplexBall | undefined {
  if (isExactZero(z)) return z;
  if (isReal(z)) {
    const sign = signOfBall(z.re);
    if (sign === 1 || (sign === -1 && index % 2 === 1)) {
      const root = rootBall(z.re, index, bits);
      return root && realBall(root);
    }
    if (sign === -1 && index === 2) {
      const root = squareRootBall(negateBall(z.re), bits);
      return root && { re: zeroBall, im: root };
    }
  }
  // A number that may be real and negative has two roots by convention; `lnComplex` leaves it undefined.
  const logarithm = lnComplex(z, bits);
  return logarithm && expComplex(divideComplex(logarithm, realBall(exactBall(BigInt(index))), bits) ?? logarithm, bits);
}

/**
 * z^w. Whole powers by squaring, otherwise exp(w ln z) with the principal logarithm. A real negative base with a real
 * exponent that is not known exactly is undefined: the exponent may be 1/3, where schools and computer algebra differ.
 */
export function powerComplex(z: ComplexBall, w: ComplexBall, bits: number): ComplexBall | undefined {
  if (isReal(w)) {
    const whole = integerOfBall(w.re);
    if (whole !== undefined) return raiseComplex(z, whole, bits);
    if (isExactZero(z)) return signOfBall(w.re) === 1 ? z : undefined;
    if (isReal(z) && signOfBall(z.re) !== 1 && !isExactBall(w.re)) return undefined;
    if (isExactBall(w.re) && w.re.mantissa === 1n && w.re.exponent === -1) return rootComplex(z, 2, bits);
  }
  const logarithm = lnComplex(z, bits);
  return logarithm && expComplex(multiplyComplex(w, logarithm, bits), bits);
}
