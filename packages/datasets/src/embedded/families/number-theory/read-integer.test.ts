import { expect, test } from 'vitest';
import { readInteger } from './read-integer.ts';

test('whole numbers are read, and nothing else', () => {
  expect(readInteger('-12')).toBe(-12);
  expect(['', '1.5', '1,2', ' 3', '3+'].map(readInteger)).toEqual(Array(5).fill(undefined));
});
