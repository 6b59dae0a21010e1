import { getGcd } from '../../get-gcd.ts';

/** Divisors that the model meets often in `bare-equations.ts`. */
const trainedDivisors: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12];

/**
 * Whether a fraction can be reduced in the trained step, and is no whole number: a family that draws only such
 * fractions spares the model the question whether there is anything to reduce.
 *
 * @example
 * isReducible(6, 8); // true
 * isReducible(3, 4); // false
 */
export function isReducible(numerator: number, denominator: number): boolean {
  const divisor = getGcd(Math.abs(numerator), denominator);
  const [top, bottom] = [Math.abs(numerator) / divisor, denominator / divisor];
  return trainedDivisors.includes(divisor) && top >= 1 && top <= 15 && bottom >= 2 && bottom <= 15;
}
