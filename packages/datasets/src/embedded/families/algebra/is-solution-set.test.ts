import { expect, test } from 'vitest';
import { isSolutionSet } from './is-solution-set.ts';

const isOutside = (x: number): boolean => (x - 1) ** 2 > 9;

test('the numbers that solve an inequality are found in one interval or in two', () => {
  expect(isSolutionSet('(-\\infty,3]', (x) => 2 * x + 1 <= 7)).toBe(true);
  expect(isSolutionSet('(-\\infty,-2)\\cup(4,\\infty)', isOutside)).toBe(true);
});

test('an end that is moved or on the wrong side is refused', () => {
  expect(isSolutionSet('(-\\infty,-2]\\cup(4,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('(-\\infty,-2)\\cup(5,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('(4,\\infty)', isOutside)).toBe(false);
  expect(isSolutionSet('x>4', isOutside)).toBe(false);
});
