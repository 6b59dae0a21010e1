import type { BenchmarkComparison, Comparison } from '@scalequest/eval';
import { expect, test } from 'vitest';
import { formatComparison, formatModelComparison } from './format-comparison.ts';

const outcomes = { correct: 300, wrong: 200, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
const run = {
  ...{ folder: '', benchmark: 'math-500', protocol: 'p@1', grader: 'ours@3', samples: 500 },
  ...{ outcomes, bounds: { low: 0.6, high: 0.6 } },
};

const comparison: Comparison = {
  benchmark: 'math-500',
  grader: 'ours@3',
  a: { ...run, model: 'small', correct: 300, accuracy: 0.6 },
  b: { ...run, model: 'large', correct: 320, accuracy: 0.64 },
  problems: 500,
  unpaired: 0,
  difference: 0.04,
  interval: { low: 0.004, high: 0.076 },
  gained: 51,
  lost: 31,
  test: { name: 'mcnemar', pValue: 0.0353, draws: 0 },
  smallestGap: 0.051,
  flips: [
    { id: 'x', direction: 'gained', a: { wrong: 1 }, b: { correct: 1 } },
    { id: 'y', direction: 'gained', a: { truncated: 1 }, b: { correct: 1 } },
    { id: 'z', direction: 'lost', a: { correct: 4 }, b: { correct: 3, wrong: 1 } },
  ],
  notes: ['Allowed by --allow-other-protocols: the protocols differ.'],
};

const benchmark: BenchmarkComparison = { ...comparison, holmPValue: 0.0706 };

test('a comparison says what changed, how surprising that is, and what it could have seen', () => {
  const text = formatComparison(comparison, { flips: 20 });
  expect(text).toContain('B - A: +4.0 points, 95 % interval [0.4, 7.6]');
  expect(text).toContain('correct in B only 51, in A only 31; exact McNemar p = 0.0353');
  expect(text).toContain('smallest gap seen with 80 % power at 5 %: 5.1 points (500 problems, 82 of them changed)');
  expect(text).toContain('Allowed by --allow-other-protocols');
  expect(text).toContain('grader ours@3');
});

test('nothing between two runs has no sign, and one problem is written as one', () => {
  const nothing = { difference: -0.0001, interval: { low: -0.0004, high: 0.0004 }, gained: 0, lost: 1, problems: 1 };
  const text = formatComparison({ ...comparison, ...nothing }, { flips: 0 });
  expect(text).toContain('B - A: 0.0 points, 95 % interval [0.0, 0.0]');
  expect(text).toContain('math-500: 1 problem in both runs');
  expect(text).toContain('(1 problem, 1 of them changed)');
});

test('a protocol that is not known is called so', () => {
  const text = formatComparison({ ...comparison, a: { ...comparison.a, protocol: null } }, { flips: 0 });
  expect(text).toMatch(/^A {2}small {2}not known +300/m);
});

test('flips are listed both ways, each direction up to the number asked', () => {
  const text = formatComparison(comparison, { flips: 1 });
  expect(text).toMatch(/better in B {2}A {6}B\nx {12}wrong {2}correct/);
  expect(text).toContain('and 1 more better in B (--flips 2, or --json)');
  expect(text).toMatch(/better in A {2}A {10}B\nz {12}correct 4 {2}correct 3, wrong 1/);
  expect(formatComparison(comparison, { flips: 0 })).not.toContain('truncated');
});

test('a permutation test says whether it is exact or drawn', () => {
  const exact = { ...comparison, test: { name: 'permutation', pValue: 0.00001, draws: 0 } } as const;
  expect(formatComparison(exact, { flips: 0 })).toContain('paired permutation over problems (exact) p < 0.0001');
  const drawn = { ...comparison, test: { name: 'permutation', pValue: 0.2, draws: 20_000 } } as const;
  expect(formatComparison(drawn, { flips: 0 })).toContain('(20,000 seeded draws) p = 0.2000');
});

test('where no gap could be seen the text says why', () => {
  const text = formatComparison({ ...comparison, problems: 30, gained: 2, lost: 1, smallestGap: null }, { flips: 0 });
  expect(text).toContain('no gap would be seen with 80 % power at 5 %: 30 problems, 3 of them changed');
  expect(text).toContain('at least 6 changes in one direction');
});

test('two models are compared in one table with Holm\u2019s p-values', () => {
  const text = formatModelComparison(
    { benchmarks: [benchmark, { ...benchmark, benchmark: 'gsm8k', smallestGap: null }], notes: ['Left out: aime24.'] },
    { flips: 1 },
  );
  expect(text).toMatch(/^A: small\nB: large\n/);
  expect(text).toMatch(
    /math-500 +60\.0 % +64\.0 % +\+4\.0 points +\[0\.4, 7\.6\] +51 +31 +0\.0353 +0\.0706 +5\.1 points/,
  );
  expect(text).toContain('adjusted for 2 benchmarks');
  expect(text).toContain('Left out: aime24.');
  expect(text).toMatch(/math-500:\nAllowed by --allow-other-protocols/);
});
