import { expect, test } from 'vitest';
import { isReducible } from './is-reducible.ts';

test('a fraction with a common divisor is reducible, whatever its sign', () => {
  expect(isReducible(6, 8)).toBe(true);
  expect(isReducible(-6, 8)).toBe(true);
});

test('a fraction in lowest terms, a whole number and zero are not', () => {
  expect(isReducible(3, 4)).toBe(false);
  expect(isReducible(8, 4)).toBe(false);
  expect(isReducible(0, 4)).toBe(false);
});

test('a divisor that the model does not meet is refused', () => {
  expect(isReducible(22, 33)).toBe(false);
});
