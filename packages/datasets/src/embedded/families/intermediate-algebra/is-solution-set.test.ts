import { expect, test } from 'vitest';
import { compare, toRational } from '../../rational.ts';
import { isSolutionSet } from './is-solution-set.ts';

const isAboveHalf = (x: ReturnType<typeof toRational>): boolean => compare(x, toRational(1, 2)) > 0;

test('an answer is right only with every end, open or closed, in its place', () => {
  expect(isSolutionSet('(\\frac{1}{2},\\infty)', isAboveHalf)).toBe(true);
  expect(isSolutionSet('[\\frac{1}{2},\\infty)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('(\\frac{1}{3},\\infty)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('(\\frac{1}{2},70)', isAboveHalf)).toBe(false);
  expect(isSolutionSet('x>\\frac{1}{2}', isAboveHalf)).toBe(false);
});
