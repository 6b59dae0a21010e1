import type { Fuel } from '../fuel.ts';
import { negateRational, type Rational, subtractRationals } from '../rational.ts';

const largestDoubleFactorial = 2_000n;

/** Functions by name that have a value at rational numbers; of all other names nothing is known. */
export const knownApplications: ReadonlySet<string> = new Set([
  ...['gcd', 'lcm', 'max', 'min', 'sgn', 'double-factorial', 'mod'],
]);

/** The value, or null where there is none: an unknown name, or arguments that are not whole where they must be. */
export function applyKnown(name: string, values: readonly Rational[], fuel: Fuel): Rational | null {
  const [first, ...others] = values;
  if (first === undefined || !knownApplications.has(name) || !fuel.spend(8 * values.length)) return null;
  if (name === 'max' || name === 'min') {
    const isBetter = (a: Rational, b: Rational): boolean => subtractRationals(a, b).numerator > 0n === (name === 'max');
    return others.reduce((best, value) => (isBetter(value, best) ? value : best), first);
  }
  if (name === 'sgn') return makeWhole(first.numerator > 0n ? 1n : first.numerator < 0n ? -1n : 0n);
  if (values.some(({ denominator }) => denominator !== 1n)) return null;
  const [whole = 0n, ...rest] = values.map(({ numerator }) => numerator);
  const [second = 0n] = rest;
  if (name === 'mod') return second > 0n ? makeWhole(((whole % second) + second) % second) : null;
  if (name === 'double-factorial') return doubleFactorial(whole);
  const size = rest.reduce((a, b) => (name === 'gcd' ? divisor(a, b) : multiple(a, b)), whole);
  const value = makeWhole(size);
  return size < 0n ? negateRational(value) : value;
}

function makeWhole(numerator: bigint): Rational {
  return { numerator, denominator: 1n };
}

function doubleFactorial(n: bigint): Rational | null {
  if (n < -1n || n > largestDoubleFactorial) return null;
  let value = 1n;
  for (let factor = n; factor > 1n; factor -= 2n) value *= factor;
  return makeWhole(value);
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

function multiple(a: bigint, b: bigint): bigint {
  return a === 0n || b === 0n ? 0n : (a / divisor(a, b)) * b;
}
