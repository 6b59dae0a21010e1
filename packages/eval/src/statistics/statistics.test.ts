import { expect, test } from 'vitest';
import { computeClusteredInterval } from './clustered.ts';
import { testMcNemar } from './mcnemar.ts';
import { estimatePassAtK } from './pass-at-k.ts';
import { computeWilsonInterval } from './wilson.ts';

// R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without continuity correction).
test.each([
  { successes: 81, trials: 263, low: 0.2553, high: 0.3662 },
  { successes: 15, trials: 148, low: 0.0624, high: 0.1605 },
  { successes: 0, trials: 20, low: 0, high: 0.1611 },
  { successes: 1, trials: 29, low: 0.0061, high: 0.1718 },
])('the Wilson interval of $successes of $trials is the published one', ({ successes, trials, low, high }) => {
  const interval = computeWilsonInterval({ successes, trials });
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('the Wilson interval touches 1 when all succeed, and says nothing without trials', () => {
  expect(computeWilsonInterval({ successes: 30, trials: 30 }).high).toBe(1);
  expect(computeWilsonInterval({ successes: 0, trials: 0 })).toMatchObject({ low: 0, high: 1 });
});

test('pass@k is the share of k-subsets with a correct sample, counted out', () => {
  for (const { n, c, k } of [
    { n: 5, c: 2, k: 2 },
    { n: 6, c: 1, k: 3 },
    { n: 7, c: 4, k: 4 },
    { n: 4, c: 0, k: 2 },
    { n: 4, c: 4, k: 1 },
  ]) {
    let subsets = 0;
    let passing = 0;
    for (let mask = 0; mask < 2 ** n; mask++) {
      const members = Array.from({ length: n }, (_, i) => i).filter((i) => (mask >> i) & 1);
      if (members.length !== k) continue;
      subsets++;
      if (members.some((i) => i < c)) passing++;
    }
    expect(estimatePassAtK({ n, c, k })).toBeCloseTo(passing / subsets, 12);
  }
});

test('pass@k does not overflow for a thousand samples', () => {
  // 1 - C(500, 2) / C(1000, 2) = 1 - 500 * 499 / (1000 * 999).
  expect(estimatePassAtK({ n: 1000, c: 500, k: 2 })).toBeCloseTo(1 - (500 * 499) / (1000 * 999), 10);
});

test('the exact McNemar test is the two-sided binomial test, worked out by hand', () => {
  expect(testMcNemar({ gained: 6, lost: 0 })).toBeCloseTo(2 / 64, 12);
  expect(testMcNemar({ gained: 1, lost: 9 })).toBeCloseTo((2 * (1 + 10)) / 1024, 12);
  expect(testMcNemar({ gained: 9, lost: 1 })).toBe(testMcNemar({ gained: 1, lost: 9 }));
  expect(testMcNemar({ gained: 3, lost: 3 })).toBe(1);
  expect(testMcNemar({ gained: 0, lost: 0 })).toBe(1);
});

test('the exact McNemar test does not underflow for thousands of changes', () => {
  // Normal approximation with continuity correction: z = (|1050 - 950| - 1) / sqrt(2000) = 2.2137, p = 0.02685.
  expect(testMcNemar({ gained: 1050, lost: 950 })).toBeCloseTo(0.0269, 3);
});

test('the clustered interval takes the problem as the unit', () => {
  // Means 1, 0, 0.5, 1: mean 0.625, variance of the mean 0.6875 / 3 / 4, half width 1.96 * 0.239357 = 0.469131.
  const interval = computeClusteredInterval([2, 0, 1, 2], 2);
  expect(interval).toMatchObject({ method: 'clustered', high: 1 });
  expect(interval.low).toBeCloseTo(0.155869, 5);
});

test('with one sample a problem the clustered interval is Wilson\u2019s', () => {
  expect(computeClusteredInterval([1, 0, 1, 1], 1)).toEqual(computeWilsonInterval({ successes: 3, trials: 4 }));
});
