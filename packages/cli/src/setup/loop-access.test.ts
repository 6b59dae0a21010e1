import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { chooseParallel } from './loop-access.ts';

test('trainings of large models are not begun side by side where nobody asks for it: each takes the first GPU', () => {
  expect(chooseParallel('scalequest-math')).toBe(1);
  expect(chooseParallel('nano')).toBe(Math.min(2, availableParallelism()));
});
