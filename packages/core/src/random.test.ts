import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('the numbers of a seed are the same in every version', () => {
  const random = createRandom('pinned');
  expect(Array.from({ length: 4 }, () => random.integer({ min: 0, max: 999_999 }))).toMatchInlineSnapshot(`
    [
      132438,
      897941,
      230930,
      749400,
    ]
  `);
});

test('similar seeds give unrelated numbers', () => {
  const first = Array.from({ length: 1000 }, (_, i) => createRandom(`seed/${i}`).integer({ min: 0, max: 1_000_000 }));
  expect(new Set(first).size).toBeGreaterThan(990);
});

test('integers cover their range evenly, both ends included', () => {
  const random = createRandom('dice');
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i++) {
    const value = random.integer({ min: 1, max: 6 }) - 1;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  // Chi-square with 5 degrees of freedom: 20.5 is its 99.9 % point.
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(counts).toHaveLength(6);
  expect(chiSquare).toBeLessThan(20.5);
});

test('a shuffle keeps every value and leaves its input alone', () => {
  const values = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = createRandom('cards').shuffle(values);
  expect(shuffled).not.toEqual(values);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
  expect(values[0]).toBe(0);
});
