import { expect, test } from 'vitest';
import { divideByTen, formatTenths } from './tenths.ts';

test('tenths have one decimal, or none where it is zero', () => {
  expect(formatTenths(34)).toBe('3.4');
  expect(formatTenths(7)).toBe('0.7');
  expect(formatTenths(120)).toBe('12');
});

test('a division by ten moves the point', () => {
  expect(divideByTen(315)).toBe('315/10=31.5');
  expect(divideByTen(320)).toBe('320/10=32');
});
