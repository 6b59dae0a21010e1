import { expect, test } from 'vitest';
import { isLineThrough } from './is-line-through.ts';

const points = [
  [0, 1],
  [1, 3],
  [2, 5],
] as const;

test('the line through the points is accepted, in any form that gives y', () => {
  expect(isLineThrough('y=2x+1', points)).toBe(true);
  expect(isLineThrough('y=1+2x', points)).toBe(true);
});

test('another line, a curve through two of the points, and a text without an equation are refused', () => {
  expect(isLineThrough('y=2x-1', points)).toBe(false);
  expect(isLineThrough('y=x^2+x+1', points)).toBe(false);
  expect(isLineThrough('2x+1', points)).toBe(false);
  expect(isLineThrough('x=2y+1', points)).toBe(false);
});
