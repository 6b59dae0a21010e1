import { expect, test } from 'vitest';
import { measureCircle } from './measure-circle.ts';

test('a measured circle is a few millionths short of the formulas', () => {
  const { length, area } = measureCircle(10);
  expect(length / (20 * Math.PI)).toBeCloseTo(1, 5);
  expect(area / (100 * Math.PI)).toBeCloseTo(1, 5);
});
