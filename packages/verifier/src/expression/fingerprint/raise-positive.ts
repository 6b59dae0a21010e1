import { Fuel } from '../../fuel.ts';
import { makeRational, type Rational } from '../../rational.ts';
import { raiseRational } from '../fold-rational.ts';
import type { Draw } from './draw.ts';
import { isPrime, powerMod } from './draw-prime.ts';
import type { Value } from './field.ts';

/** Primes below this have roots of every order: `drawPrime` makes them squares. */
const FIRST_OTHER_PRIME = 41n;
const SQUARE_PRIMES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
const TRIAL_LIMIT = 1_000n;

/**
 * base^exponent for a positive rational base and any rational exponent, consistent for all radicals at once.
 *
 * The real numbers l^{1/d}, l prime, obey no other law than (l^{1/d})^d = l (Besicovitch 1940), so each prime's roots
 * may be chosen by themselves, and any choice with (l^{1/(de)})^e = l^{1/d} keeps every true equality of radicals:
 *
 * - l a square of F_p: the root inside the group of squares, which has prime order, for every d.
 * - l no square: then -l is one. For odd d, l^{1/d} = -(-l)^{1/d}. For d = 2 o, l^{1/d} = j (-l)^{1/d} with
 *   j^2 = -1 and j^o = i, which makes j = i^o. In F_{p^2} this is a fair value, although the number it stands for is real.
 *
 * Odd denominators need no factors: the sign of the whole base follows its primes. Even ones do; a cofactor that is not
 * factored, and roots of order 4, 8, ... of primes from 41 on, become atoms.
 */
export function raisePositive(draw: Draw, base: Rational, exponent: Rational, fuel: Fuel): Value | null {
  const top = raiseWhole(draw, base.numerator, exponent, fuel);
  if (top === null || base.denominator === 1n) return top;
  const bottom = raiseWhole(draw, base.denominator, exponent, fuel);
  const inverse = bottom && draw.field.inverse(bottom);
  return inverse && draw.field.multiply(top, inverse);
}

function raiseWhole(draw: Draw, base: bigint, exponent: Rational, fuel: Fuel): Value | null {
  const { numerator, denominator } = exponent;
  const isSmall = base < 1_000_000n && numerator < 1_000n && numerator > -1_000n && denominator < 1_000n;
  if (denominator === 1n || !isSmall) return raiseAnyWhole(draw, base, exponent, fuel);
  // Small radicals return again and again. The fuel is the same whether the value was known or not.
  if (!fuel.spend(60)) return null;
  return draw.remember(`${base}^${numerator}/${denominator}`, () =>
    raiseAnyWhole(draw, base, exponent, new Fuel(100_000)),
  );
}

function raiseAnyWhole(draw: Draw, base: bigint, exponent: Rational, fuel: Fuel): Value | null {
  const { field } = draw;
  if (!fuel.spend(10)) return null;
  if (exponent.denominator === 1n) return field.power(field.whole(base), exponent.numerator);
  if (exponent.denominator % 2n === 1n) return raiseSigned(draw, base, exponent);

  let rest = base;
  for (const prime of SQUARE_PRIMES) while (rest % prime === 0n) rest /= prime;
  // Large numbers: each trial below costs in proportion to their digits.
  const digits = 1 + Math.floor(rest.toString(16).length / 16);
  let result = draw.squarePower(field.reduce(base / rest), exponent, 0);
  for (let trial = FIRST_OTHER_PRIME; rest > 1n && trial < TRIAL_LIMIT && trial * trial <= rest; trial += 2n) {
    if (!fuel.spend(digits)) return null;
    let times = 0n;
    while (rest % trial === 0n) {
      rest /= trial;
      times++;
    }
    if (times > 0n) result = result && multiplyBy(draw, result, raisePrime(draw, trial, times, exponent));
  }
  if (rest === 1n || result === null) return result;
  const [root, times] = perfectPower(rest, fuel);
  const isKnownPrime = root < TRIAL_LIMIT * TRIAL_LIMIT || (root < 2n ** 64n && fuel.spend(200) && isPrime(root));
  const total = makeRational(exponent.numerator * times, exponent.denominator);
  return multiplyBy(
    draw,
    result,
    isKnownPrime ? raisePrime(draw, root, 1n, total) : raiseUnfactored(draw, root, total),
  );
}

/** [root, k] with root^k the number, for the k that are products of 2, 3, 5 and 7: sqrt(1009^2) has to be 1009. */
function perfectPower(number: bigint, fuel: Fuel): [bigint, bigint] {
  let root = number;
  let times = 1n;
  for (const index of [2n, 3n, 5n, 7n]) {
    for (;;) {
      const next = raiseRational({ numerator: root, denominator: 1n }, { numerator: 1n, denominator: index }, fuel);
      if (next === null) break;
      root = next.numerator;
      times *= index;
    }
  }
  return [root, times];
}

/** A number of unknown factors: an atom, where the order is even. */
function raiseUnfactored(draw: Draw, base: bigint, exponent: Rational): Value | null {
  return exponent.denominator % 2n === 1n ? raiseSigned(draw, base, exponent) : atom(draw, base, exponent);
}

function multiplyBy(draw: Draw, result: Value, factor: Value | null): Value | null {
  return factor && draw.field.multiply(result, factor);
}

function isSquare(draw: Draw, value: bigint): boolean {
  return powerMod(value, draw.field.q, draw.field.p) === 1n;
}

/** base^{u/d} for odd d, by the sign rule that is the same for primes and for their products. */
function raiseSigned(draw: Draw, base: bigint, exponent: Rational): Value | null {
  const { field } = draw;
  const element = field.reduce(base);
  if (element === 0n) return null;
  if (isSquare(draw, element)) return draw.squarePower(element, exponent, 0);
  const root = draw.squarePower(field.p - element, exponent, 0);
  return root && exponent.numerator % 2n !== 0n ? field.negate(root) : root;
}

function raisePrime(draw: Draw, prime: bigint, times: bigint, exponent: Rational): Value | null {
  const { field } = draw;
  const total = makeRational(exponent.numerator * times, exponent.denominator);
  if (total.denominator % 2n === 1n) return raiseSigned(draw, prime, total);
  if (total.denominator % 4n === 0n) return atom(draw, prime, total);
  const element = field.reduce(prime);
  if (element === 0n) return null;
  if (isSquare(draw, element)) return draw.squarePower(element, total, 0);
  const root = draw.squarePower(field.p - element, total, 0);
  // (-1)^{u/(2o)} = (i^o)^u.
  const turns = total.numerator * (total.denominator / 2n);
  const unit = field.power({ re: 0n, im: 1n, den: 1n, flags: 0 }, ((turns % 4n) + 4n) % 4n);
  return root && unit && field.multiply(root, unit);
}

function atom(draw: Draw, base: bigint, exponent: Rational): Value | null {
  const key = draw.field.fraction(exponent.numerator, exponent.denominator);
  return key && draw.atom('radical', draw.field.whole(base), key);
}
