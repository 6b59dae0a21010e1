import { expect, test } from 'vitest';
import { toRational } from '../../rational.ts';
import { isPower } from './powers.ts';

test('a value is a power where the base goes into it as often as the exponent says', () => {
  expect(isPower(toRational(125), { base: 5, exponent: 3 })).toBe(true);
  expect(isPower(toRational(125), { base: 5, exponent: 2 })).toBe(false);
  expect(isPower(toRational(0), { base: 5, exponent: 2 })).toBe(false);
});
