import { expect, test } from 'vitest';
import { moveTerm } from './move-term.ts';

test('a term that is added is subtracted, and the other way round', () => {
  expect(moveTerm(20, 5)).toBe('Subtract $5$: $20-5=15$.');
  expect(moveTerm(20, -5)).toBe('Add $5$: $20+5=25$.');
});
