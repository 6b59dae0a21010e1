import { expect, test } from 'vitest';
import { formatHundredths, formatPolynomial, formatRational, formatTuple } from './latex.ts';
import { toRational } from './rational.ts';

test('a fraction is written in lowest terms with its sign in front', () => {
  expect(formatRational(toRational(6, -8))).toBe('-\\frac{3}{4}');
  expect(formatRational(toRational(-8, 4))).toBe('-2');
});

test('hundredths are written without needless zeros', () => {
  expect([1250, 1205, 7, -50, 300].map(formatHundredths)).toEqual(['12.5', '12.05', '0.07', '-0.5', '3']);
});

test('a polynomial leaves out zeros and ones', () => {
  expect(formatPolynomial([1, 0, -1, 5])).toBe('x^3 - x + 5');
  expect(formatPolynomial([-1, -3], 'y')).toBe('-y - 3');
  expect(formatPolynomial([0, 0])).toBe('0');
});

test('a tuple mixes whole numbers and fractions', () => {
  expect(formatTuple([2, toRational(1, 3)])).toBe('(2, \\frac{1}{3})');
});
