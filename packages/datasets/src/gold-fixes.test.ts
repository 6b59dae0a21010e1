import { expect, test } from 'vitest';
import { applyGoldFixes } from './gold-fixes.ts';

const problem = { id: 'a', problem: 'Solve.', reference: '3', meta: {} };

test('a problem that wants all values gets them joined by commas', () => {
  const fixes = [{ id: 'a', from: '3', kind: 'all', values: ['-2', '3'] }] as const;
  expect(applyGoldFixes([problem], fixes)).toEqual({
    problems: [{ ...problem, reference: '-2, 3' }],
    appliedFixes: ['a'],
  });
});

test('a problem that takes any of several values keeps its own and gets the others beside it', () => {
  const fixes = [{ id: 'a', from: '3', kind: 'any', values: ['-3', '3'] }] as const;
  expect(applyGoldFixes([problem], fixes).problems).toEqual([{ ...problem, otherReferences: ['-3'] }]);
});

test('an answer that stands outside of a box replaces the boxed one', () => {
  const fixes = [{ id: 'a', from: '3', kind: 'unboxed', values: ['6'] }] as const;
  expect(applyGoldFixes([problem], fixes).problems).toEqual([{ ...problem, reference: '6' }]);
});

test('a fix that was made for another reference is left out', () => {
  const fixes = [{ id: 'a', from: '4', kind: 'unboxed', values: ['6'] }] as const;
  expect(applyGoldFixes([problem], fixes)).toEqual({ problems: [problem], appliedFixes: [] });
});
