import { expect, test } from 'vitest';
import { createScale } from './scale.ts';

test('a scale runs from one round number to another and holds all the shares', () => {
  expect(createScale([0.713, 0.748]).ticks).toEqual([0.71, 0.72, 0.73, 0.74, 0.75]);
  expect(createScale([0, 1]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(createScale([0.052, 0.31]).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
});

test('shares that are all the same still have a scale, at either end too', () => {
  for (const share of [0, 0.5, 1]) {
    const { ticks, place } = createScale([share]);
    expect(ticks.length).toBeGreaterThan(1);
    expect(Number.parseFloat(place(share))).toBeGreaterThanOrEqual(5);
    expect(Number.parseFloat(place(share))).toBeLessThanOrEqual(95);
    expect(ticks.at(-1)).toBeLessThanOrEqual(1);
  }
});
