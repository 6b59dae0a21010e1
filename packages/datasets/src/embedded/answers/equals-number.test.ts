import { expect, test } from 'vitest';
import { toRational } from '../rational.ts';
import { equalsNumber } from './equals-number.ts';

test('a number is compared by its value, and a text that is none equals nothing', () => {
  expect(equalsNumber('12', 12)).toBe(true);
  expect(equalsNumber('0.5', toRational(1, 2))).toBe(true);
  expect(equalsNumber('\\frac{2}{4}', toRational(1, 2))).toBe(true);
  expect(equalsNumber('-12', 12)).toBe(false);
  expect(equalsNumber('twelve', 12)).toBe(false);
});
