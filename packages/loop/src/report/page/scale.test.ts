import { expect, test } from 'vitest';
import { createAmountScale, createScale } from './scale.ts';

const labels = (values: readonly number[], isSigned = false): readonly string[] =>
  createScale(values, { isSigned }).ticks.map(({ label }) => label);

test.each<readonly [readonly number[], readonly string[]]>([
  [
    [0.314, 0.46],
    ['30', '35', '40', '45', '50'],
  ],
  [
    [0, 1],
    ['0', '20', '40', '60', '80', '100'],
  ],
  [
    [0.5, 0.5],
    ['50', '50.5'],
  ],
  [
    [1, 1],
    ['99.5', '100'],
  ],
  [
    [0, 0],
    ['0', '0.5'],
  ],
  [
    [0.05, 0.98],
    ['0', '20', '40', '60', '80', '100'],
  ],
])('shares %j have an axis with a few round ticks that holds them', (values, expected) => {
  expect(labels(values)).toEqual(expected);
  const scale = createScale(values);
  for (const value of values) {
    expect(scale.place(value)).toBeGreaterThanOrEqual(0);
    expect(scale.place(value)).toBeLessThanOrEqual(1);
  }
});

test('an axis of differences holds zero, and says the sign', () => {
  expect(labels([0.021, 0.034], true)).toEqual(['0', '+1', '+2', '+3', '+4']);
  expect(labels([-0.06, 0.12], true)).toEqual(['−10', '−5', '0', '+5', '+10', '+15']);
  expect(labels([-0.003, -0.001], true)).toEqual(['−0.5', '0']);
  expect(labels([0, 0], true)).toEqual(['0', '+0.5']);
});

test('amounts stand by their powers, and labels that would lie over each other are left out', () => {
  const scale = createAmountScale([300, 1000, 3000, 3100]);
  expect(scale.ticks.map(({ label }) => label)).toEqual(['300', '1,000', '3,000']);
  expect([scale.place(300), scale.place(3100)]).toEqual([0, 1]);
  expect(scale.place(Math.sqrt(300 * 3100))).toBeCloseTo(0.5, 12);
  expect(createAmountScale([70, 70]).place(70)).toBe(0.5);
});
