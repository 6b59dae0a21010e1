import { createRandom, type Random } from '@scalequest/core';
import { expect, test } from 'vitest';
import { computeClusteredInterval } from './clustered.ts';
import { testMcNemar } from './mcnemar.ts';
import { computePairedDifferenceInterval, type PairedDifferenceInput } from './paired-difference.ts';
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

test('the clustered interval is Wilson\u2019s for as many independent samples as the spread of the problems shows', () => {
  // Means 1, 0, 0.5, 1 and the added 0, 1: their mean is 7/12, the sum of squares 1.2083333, so the variance of the mean is
  // 1.2083333 / 5 / 4 = 0.06041667, and 7/12 * 5/12 / 0.06041667 = 4.0229885 samples.
  const interval = computeClusteredInterval([2, 0, 1, 2], 2);
  const { low, high } = computeWilsonInterval({ successes: 0.625 * 4.0229885, trials: 4.0229885 });
  expect(interval.method).toBe('clustered');
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test('the clustered interval is about as wide as that of the problems where every sample is right', () => {
  const interval = computeClusteredInterval(new Array<number>(10).fill(4), 4);
  expect(interval.high).toBe(1);
  expect(interval.low).toBeLessThan(computeWilsonInterval({ successes: 10, trials: 10 }).low);
  expect(interval.low).toBeGreaterThan(computeWilsonInterval({ successes: 8, trials: 8 }).low);
});

/** One sample of each problem in both runs. */
const once = (a: readonly number[], b: readonly number[]): PairedDifferenceInput => ({
  a: { correct: a, epochs: 1 },
  b: { correct: b, epochs: 1 },
});

/** The share of seeded experiments whose interval holds the truth. */
function measureCoverage(experiments: number, isCovered: (random: Random) => boolean): number {
  const random = createRandom('coverage');
  let covered = 0;
  for (let i = 0; i < experiments; i++) if (isCovered(random)) covered++;
  return covered / experiments;
}

/** 30 problems of which each is nearly always right or nearly always wrong, in 4 epochs. */
function drawCorrect(random: Random, accuracy: number): number[] {
  return Array.from({ length: 30 }, () => {
    const chance = random.next() < accuracy ? 1 : 0;
    return Array.from({ length: 4 }, () => random.next() < 0.9 * chance + 0.1 * accuracy).filter(Boolean).length;
  });
}

test('the clustered interval covers the truth about as often as it says, near the edge too', () => {
  for (const accuracy of [0.5, 0.8, 0.95]) {
    const coverage = measureCoverage(2000, (random) => {
      const { low, high } = computeClusteredInterval(drawCorrect(random, accuracy), 4);
      return low <= accuracy && accuracy <= high;
    });
    expect(coverage).toBeGreaterThan(0.94);
    expect(coverage).toBeLessThan(0.99);
  }
});

test('the paired interval covers the true difference about as often as it says', () => {
  const coverage = measureCoverage(2000, (random) => {
    const a: number[] = [];
    const b: number[] = [];
    for (let i = 0; i < 60; i++) {
      const isRight = random.next() < 0.7;
      a.push(Number(random.next() < 0.1 ? !isRight : isRight));
      b.push(Number(random.next() < 0.05 ? !isRight : isRight));
    }
    // P(right) is 0.7 with 10 % flipped, 0.7 * 0.9 + 0.3 * 0.1 = 0.66, and with 5 %, 0.68.
    const { low, high } = computePairedDifferenceInterval(once(a, b));
    return low <= 0.02 && 0.02 <= high;
  });
  expect(coverage).toBeGreaterThan(0.92);
  expect(coverage).toBeLessThan(0.995);
});

test('the paired interval keeps a width where nothing changed', () => {
  const all = new Array<number>(9).fill(1);
  const { low, high } = computePairedDifferenceInterval(once(all, all));
  expect(low).toBeCloseTo(computeWilsonInterval({ successes: 9, trials: 9 }).low - 1, 10);
  expect(high).toBeCloseTo(-low, 10);
});

test('the more alike two runs are, the narrower the interval of their difference', () => {
  const a = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
  const alike = computePairedDifferenceInterval(once(a, [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]));
  const unlike = computePairedDifferenceInterval(once(a, [0, 1, 0, 1, 0, 0, 0, 1, 0, 1]));
  expect(alike.high - alike.low).toBeLessThan(unlike.high - unlike.low);
});

test('with one sample a problem the clustered interval is Wilson\u2019s', () => {
  expect(computeClusteredInterval([1, 0, 1, 1], 1)).toEqual(computeWilsonInterval({ successes: 3, trials: 4 }));
});
