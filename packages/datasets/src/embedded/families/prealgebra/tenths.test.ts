import { expect, test } from 'vitest';
import { formatTenths } from './tenths.ts';

test('tenths have one decimal, or none where it is zero', () => {
  expect(formatTenths(34)).toBe('3.4');
  expect(formatTenths(7)).toBe('0.7');
  expect(formatTenths(120)).toBe('12');
});
