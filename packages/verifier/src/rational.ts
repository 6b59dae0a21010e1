/** A fraction in lowest terms with a positive denominator: one value, one form. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Digits behind the point, where it was written as a decimal with its own digits. No computation keeps them. */
  readonly places?: number;
}

/** Reduces a fraction. The denominator must not be zero. */
export function makeRational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return { numerator, denominator };
  const divisor = greatestCommonDivisor(numerator, denominator);
  const sign = denominator < 0n ? -1n : 1n;
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function isSameRational(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

export function addRationals(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtractRationals(a: Rational, b: Rational): Rational {
  return addRationals(a, negateRational(b));
}

export function multiplyRationals(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** The divisor must not be zero. */
export function divideRationals(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** The same digits with another sign: what was written as a decimal still is. */
export function negateRational(a: Rational): Rational {
  return { ...a, numerator: -a.numerator };
}

/** `3`, `-3/4`: the canonical text of a rational. */
export function printRational({ numerator, denominator }: Rational): string {
  return denominator === 1n ? numerator.toString() : `${numerator}/${denominator}`;
}
