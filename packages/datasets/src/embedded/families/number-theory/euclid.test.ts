import { expect, test } from 'vitest';
import { countDivisions, getGcd, writeEuclid } from './euclid.ts';

test('the divisions go on until nothing remains', () => {
  expect(writeEuclid(84, 36)).toBe('$84=36\\cdot2+12$. $36=12\\cdot3+0$.');
  expect(countDivisions(84, 36)).toBe(2);
  expect(getGcd(84, 36)).toBe(12);
});
