import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { getGcd } from '../../get-gcd.ts';
import { countDivisions, drawPair, writeEuclid, writeLcm } from './euclid.ts';

test('the divisions go on until nothing remains', () => {
  expect(writeEuclid(84, 36)).toBe('$84=36\\cdot2+12$. $36=12\\cdot3+0$.');
  expect(countDivisions(84, 36)).toBe(2);
  expect(getGcd(84, 36)).toBe(12);
});

test('the least common multiple follows from the greatest common divisor', () => {
  expect(writeLcm(40, 32)).toContain('The greatest common divisor is $8$. $32/8=4$. $40\\cdot4=160$.');
});

test('the numbers of a drawn pair have a common divisor, and neither is a multiple of the other', () => {
  const random = createRandom('euclid.test');
  const pairs = Array.from({ length: 50 }, () => drawPair(random));
  expect(pairs.filter(([a, b]) => getGcd(a, b) === 1 || a % b === 0)).toEqual([]);
});
