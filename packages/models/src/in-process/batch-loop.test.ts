import { expect, test } from 'vitest';
import { cutPrompt, findCompanions } from './batch-loop.ts';

test.each([
  [[0], 2, [1]],
  [[1], 2, [0]],
  [[0, 1], 4, []],
  [[0, 2], 4, [1]],
  [[3, 0], 4, [1, 2]],
  [[0, 1, 4], 8, [5]],
  [[0, 1, 7], 8, [6]],
  [[1, 3, 5], 8, [2, 6]],
])('every one of %j among %i has a neighbour, and no more are added than that takes', (places, count, companions) => {
  expect([...findCompanions(places, count)].sort((a, b) => a - b)).toEqual(companions);
});

test.each([
  [1, [[0, 1]]],
  [512, [[0, 512]]],
  [
    513,
    [
      [0, 511],
      [511, 513],
    ],
  ],
  [
    1024,
    [
      [0, 512],
      [512, 1024],
    ],
  ],
  [
    1025,
    [
      [0, 512],
      [512, 1023],
      [1023, 1025],
    ],
  ],
])('a prompt of %i tokens is cut into pieces of at most 512, none of one token', (length, pieces) => {
  expect(cutPrompt(length, 512)).toEqual(pieces);
});
