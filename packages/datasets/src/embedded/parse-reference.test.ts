import { expect, test } from 'vitest';
import { parseReference } from './parse-reference.ts';
import { toRational } from './rational.ts';

test('integers, fractions and decimals are read exactly', () => {
  expect(parseReference('-12')).toEqual([toRational(-12)]);
  expect(parseReference('-\\frac{3}{4}')).toEqual([toRational(-3, 4)]);
  expect(parseReference('-0.25')).toEqual([toRational(-1, 4)]);
});

test('tuples and lists give their numbers in order', () => {
  expect(parseReference('(2, -\\frac{1}{3})')).toEqual([toRational(2), toRational(-1, 3)]);
  expect(parseReference('-1, 0.5')).toEqual([toRational(-1), toRational(1, 2)]);
});

test.each(['', 'x', '1/2', '1,2', '(1, 2', '\\frac12', '3 ', '1.'])('%j is no reference', (text) => {
  expect(() => parseReference(text)).toThrow('is not a number');
});
