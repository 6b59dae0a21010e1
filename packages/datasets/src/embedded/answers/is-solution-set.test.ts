import { expect, test } from 'vitest';
import { compare, type Rational, toNumber, toRational } from '../rational.ts';
import { isSolutionSet } from './is-solution-set.ts';

const isOutside = (x: Rational): boolean => (toNumber(x) - 1) ** 2 > 9;
const isAboveHalf = (x: Rational): boolean => compare(x, toRational(1, 2)) > 0;

test('the numbers that solve an inequality are found in one interval or in two', () => {
  expect(isSolutionSet('(-\\infty,3]', (x) => 2 * toNumber(x) + 1 <= 7)).toBe(true);
  expect(isSolutionSet('(-\\infty,-2)\\cup(4,\\infty)', isOutside)).toBe(true);
});

test('an end that is moved or on the wrong side is refused', () => {
  expect(isSolutionSet('(-\\infty,-2]\\cup(4,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('(-\\infty,-2)\\cup(5,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('(4,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('x>4', isOutside)).toBe(false);
});

test('an answer is right only with every end, open or closed, in its place', () => {
  expect(isSolutionSet('(\\frac{1}{2},\\infty)', isAboveHalf)).toBe(true);
  expect(isSolutionSet('[\\frac{1}{2},\\infty)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('(\\frac{1}{3},\\infty)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('(\\frac{1}{2},70)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('x>\\frac{1}{2}', isAboveHalf)).toBe(false);
});
