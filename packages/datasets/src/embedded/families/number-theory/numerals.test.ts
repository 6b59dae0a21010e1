import { expect, test } from 'vitest';
import { readNumeral, toDigits, writeFromBase, writeToBase } from './numerals.ts';

test('a numeral is written and read in its base', () => {
  expect(toDigits(73, 5)).toBe('243');
  expect(readNumeral('243_5', 5)).toBe(73);
  expect(readNumeral('253_5', 5)).toBeUndefined();
  expect(readNumeral('243_6', 5)).toBeUndefined();
});

test('a change of base goes by powers and by divisions', () => {
  expect(writeFromBase('243', 5)).toBe('$5^2=25$. $2\\cdot25=40+10=50$. $4\\cdot5=20$. $50+20+3=70+3=73$.');
  expect(writeToBase(73, 5)).toBe('$73=5\\cdot14+3$. $14=5\\cdot2+4$. $2=5\\cdot0+2$.');
});
