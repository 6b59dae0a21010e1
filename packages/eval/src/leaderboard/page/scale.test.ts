import { expect, test } from 'vitest';
import { createAmountScale, createGroupScale, createScale, type Scale } from './scale.ts';

const labels = ({ ticks }: Scale): readonly string[] => ticks.map(({ label }) => label);

test('a scale runs from one round number to another and holds all the shares', () => {
  expect(createScale([0.713, 0.748]).ticks.map(({ at }) => at)).toEqual([0.71, 0.72, 0.73, 0.74, 0.75]);
  expect(labels(createScale([0.713, 0.748]))).toEqual(['71', '72', '73', '74', '75']);
  expect(createScale([0, 1]).ticks.map(({ at }) => at)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(createScale([0.052, 0.31]).ticks.map(({ at }) => at)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(labels(createScale([0.9981, 0.9992]))).toEqual(['99.8', '99.9', '100']);
});

test('shares that are all the same still have a scale, at either end too', () => {
  for (const share of [0, 0.5, 1]) {
    const { ticks, place } = createScale([share]);
    expect(ticks.length).toBeGreaterThan(1);
    expect(Number.parseFloat(place(share))).toBeGreaterThanOrEqual(5);
    expect(Number.parseFloat(place(share))).toBeLessThanOrEqual(95);
    expect(ticks.at(-1)?.at).toBeLessThanOrEqual(1);
  }
});

test('amounts of any size have a scale from nothing on', () => {
  expect(labels(createAmountScale([0.0734, 0.3]))).toEqual(['0', '0.1', '0.2', '0.3']);
  expect(labels(createAmountScale([12_345.678, 1]))).toEqual(['0', '5K', '10K', '15K']);
  expect(labels(createAmountScale([0]))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
  for (const most of [1e-12, 7e-9, 0, 99, 3e13]) {
    const { place, ticks } = createAmountScale([most]);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(place(0)).toBe('5.00%');
    expect(Number.parseFloat(place(most))).toBeLessThanOrEqual(95);
  }
});

test('every group has a place, and of many some have their letter', () => {
  expect(labels(createGroupScale(['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
  expect(createGroupScale(['a']).place(0)).toBe('50.00%');
  const many = createGroupScale(Array.from({ length: 300 }, (_, i) => `${i}`));
  expect(many.ticks.length).toBeLessThanOrEqual(12);
  expect(Number.parseFloat(many.place(299))).toBeLessThanOrEqual(95);
});
