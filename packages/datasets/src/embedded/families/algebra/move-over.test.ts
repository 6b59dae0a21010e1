import { expect, test } from 'vitest';
import { addOn } from './add-on.ts';
import { moveOver } from './move-over.ts';

test('a summand goes to the other side with the opposite sign', () => {
  expect(moveOver(5, 20)).toBe('Subtract $5$: $20-5=15$.');
  expect(moveOver(-5, 20)).toBe('Add $5$: $20+5=25$.');
});

test('a negative summand is subtracted', () => {
  expect(addOn(9, 4)).toBe('Add: $9+4=13$.');
  expect(addOn(9, -4)).toBe('Subtract: $9-4=5$.');
});
