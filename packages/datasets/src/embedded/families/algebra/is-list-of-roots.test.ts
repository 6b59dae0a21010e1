import { expect, test } from 'vitest';
import { isListOfRoots } from './is-list-of-roots.ts';

const getDifference = (x: number): number => x * x - x - 6;

test('both roots in order are accepted', () => {
  expect(isListOfRoots('-2,3', getDifference)).toBe(true);
});

test('one root, one root twice, another order and another number are refused', () => {
  for (const answer of ['3', '3,3', '3,-2', '-2,4', '-2,3,3', 'x'])
    expect(isListOfRoots(answer, getDifference)).toBe(false);
});
