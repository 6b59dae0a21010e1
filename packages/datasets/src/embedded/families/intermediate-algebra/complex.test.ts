import { expect, test } from 'vitest';
import { formatComplex, readComplex } from './complex.ts';

test('a complex number is written without needless ones and zeros, and read back', () => {
  expect(formatComplex(3, -1)).toBe('3-i');
  expect(formatComplex(0, 2)).toBe('2i');
  expect(readComplex('3-i')).toEqual([3, -1]);
});

test.each(['', '3+j', 'i^2', '\\frac{1}{i}'])('%j is no complex number in this form', (text) => {
  expect(readComplex(text)).toBeUndefined();
});
