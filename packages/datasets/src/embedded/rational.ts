/** An exact fraction in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** @throws RangeError where the denominator is 0 */
export function toRational(numerator: number | bigint, denominator: number | bigint = 1): Rational {
  const [top, bottom] = [BigInt(numerator), BigInt(denominator)];
  if (bottom === 0n) throw new RangeError('A rational number cannot have the denominator 0.');
  const divisor = getGcd(top, bottom) * (bottom < 0n ? -1n : 1n);
  return { numerator: top / divisor, denominator: bottom / divisor };
}

export function add(...terms: readonly Rational[]): Rational {
  return terms.reduce(
    (sum, term) =>
      toRational(
        sum.numerator * term.denominator + term.numerator * sum.denominator,
        sum.denominator * term.denominator,
      ),
    toRational(0),
  );
}

export function multiply(...factors: readonly Rational[]): Rational {
  return factors.reduce(
    (product, factor) => toRational(product.numerator * factor.numerator, product.denominator * factor.denominator),
    toRational(1),
  );
}

export function subtract(from: Rational, what: Rational): Rational {
  return add(from, negate(what));
}

/** @throws RangeError where the divisor is 0 */
export function divide(what: Rational, by: Rational): Rational {
  return multiply(what, toRational(by.denominator, by.numerator));
}

export function negate(value: Rational): Rational {
  return { numerator: -value.numerator, denominator: value.denominator };
}

export function isEqual(one: Rational, other: Rational | number): boolean {
  const { numerator, denominator } = typeof other === 'number' ? toRational(other) : other;
  return one.numerator === numerator && one.denominator === denominator;
}

/** Below 0 where the first is smaller, for sorting. */
export function compare(one: Rational, other: Rational): number {
  const difference = subtract(one, other).numerator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest float. */
export function toNumber({ numerator, denominator }: Rational): number {
  return Number(numerator) / Number(denominator);
}

/** The value of a polynomial, its coefficients from the highest power down. */
export function evaluate(coefficients: readonly (number | Rational)[], at: Rational): Rational {
  return coefficients.reduce<Rational>(
    (value, coefficient) =>
      add(multiply(value, at), typeof coefficient === 'number' ? toRational(coefficient) : coefficient),
    toRational(0),
  );
}

function getGcd(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (smaller > 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
