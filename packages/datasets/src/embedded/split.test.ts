import { expect, test } from 'vitest';
import { getSplit } from './split.ts';

test('a quarter of the problems of a kind are for the test, always the same ones', () => {
  const splits = Array.from({ length: 4000 }, (_, i) => getSplit('a', [i, 'b']));
  const share = splits.filter((split) => split === 'test').length / splits.length;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.28);
  expect(getSplit('a', [7, 'b'])).toBe(splits[7]);
});

test('the same numbers of another kind are decided apart', () => {
  const differing = Array.from({ length: 200 }, (_, i) => getSplit('a', [i]) !== getSplit('b', [i]));
  expect(differing.some(Boolean)).toBe(true);
});

test('the order of what was drawn decides nothing', () => {
  const splits = Array.from({ length: 200 }, (_, i) => [getSplit('a', [i, 5, 'b']), getSplit('a', ['b', 5, i])]);
  expect(splits.filter(([one, other]) => one !== other)).toEqual([]);
});
