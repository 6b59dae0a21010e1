import { expect, test } from 'vitest';
import { addTerm, moveTerm, tellAddedTerm } from './term-steps.ts';

test('a term goes to the other side with the opposite sign', () => {
  expect(moveTerm(20, 5)).toBe('Subtract $5$: $20-5=15$.');
  expect(moveTerm(20, -5)).toBe('Add $5$: $20+5=25$.');
});

test('a negative term is subtracted', () => {
  expect(addTerm(9, 4)).toBe('9+4=13');
  expect(addTerm(9, -4)).toBe('9-4=5');
  expect(tellAddedTerm(9, 4)).toBe('Add: $9+4=13$.');
  expect(tellAddedTerm(9, -4)).toBe('Subtract: $9-4=5$.');
});
