import { createRandom, type Random } from '@scalequest/core';
import { expect, test } from 'vitest';
import { computeClusteredInterval } from './clustered.ts';
import { testMcNemar } from './mcnemar.ts';
import { computePairedDifferenceInterval, type PairedDifferenceInput } from './paired-difference.ts';
import { type CorrectOfProblem, type PairedProblem, testPairedMeans } from './paired-means.ts';
import { estimatePassAtK } from './pass-at-k.ts';
import { testPermutation } from './permutation.ts';
import { findSmallestMeanGap } from './smallest-gap.ts';
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

/** Problems of which some are right in one run only, the others in both or in neither, half and half. */
function drawChanges(
  random: Random,
  { problems, gained, lost }: { readonly problems: number; readonly gained: number; readonly lost: number },
): PairedDifferenceInput {
  const a: number[] = [];
  const b: number[] = [];
  for (let i = 0; i < problems; i++) {
    const where = random.next();
    const isSame = where >= gained + lost;
    const isRight = isSame && random.next() < 0.5;
    a.push(Number(isRight || (!isSame && where >= gained)));
    b.push(Number(isRight || where < gained));
  }
  return once(a, b);
}

test.each([
  { problems: 30, gained: 0.04, lost: 0 },
  { problems: 30, gained: 0.02, lost: 0.02 },
  { problems: 100, gained: 0.02, lost: 0 },
  { problems: 100, gained: 0.15, lost: 0.1 },
  { problems: 500, gained: 0.01, lost: 0.01 },
])('the paired interval covers the true difference about as often as it says: %o', (changes) => {
  const truth = changes.gained - changes.lost;
  const coverage = measureCoverage(2000, (random) => {
    const { low, high } = computePairedDifferenceInterval(drawChanges(random, changes));
    return low <= truth && truth <= high;
  });
  expect(coverage).toBeGreaterThan(0.94);
});

test.each([10, 30, 100])('the paired interval of means over epochs covers the true difference of %i problems', (n) => {
  const coverage = measureCoverage(1000, (random) => {
    const draw = (chance: number): number =>
      Array.from({ length: 4 }, () => random.next() < chance).filter(Boolean).length;
    const chances = Array.from({ length: n }, () => 0.1 + 0.8 * random.next());
    const a = { correct: chances.map((chance) => draw(chance - 0.05)), epochs: 4 };
    const b = { correct: chances.map((chance) => draw(chance + 0.05)), epochs: 4 };
    const { low, high } = computePairedDifferenceInterval({ a, b });
    return low <= 0.1 && 0.1 <= high;
  });
  expect(coverage).toBeGreaterThan(0.94);
});

test.each([
  [9, 9],
  [15, 30],
  [3, 30],
])('the paired interval keeps a width where nothing changed, %i right of %i', (right, problems) => {
  const all = Array.from({ length: problems }, (_, i) => Number(i < right));
  const { low, high } = computePairedDifferenceInterval(once(all, all));
  expect(high).toBeCloseTo((1.96 * Math.SQRT2) / (problems + 2), 4);
  expect(low).toBeCloseTo(-high, 12);
});

test('the paired interval holds 0 where up to four problems changed, as no test of them gives a p below 5 %', () => {
  for (const gained of [1, 2, 3, 4]) {
    const b = Array.from({ length: 30 }, (_, i) => Number(i < gained));
    const { low, high } = computePairedDifferenceInterval(once(new Array<number>(30).fill(0), b));
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(gained / 30);
  }
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

/** The share of seeded experiments in which one model, asked twice, is told from itself at 5 %. */
function measureLevel(
  epochs: { readonly a: number; readonly b: number },
  drawChance: (random: Random) => number,
): number {
  return measureCoverage(300, (random) => {
    const problems = Array.from({ length: 20 }, () => {
      const chance = drawChance(random);
      const draw = (samples: number): CorrectOfProblem => ({
        correct: Array.from({ length: samples }, () => random.next() < chance).filter(Boolean).length,
        epochs: samples,
      });
      return { a: draw(epochs.a), b: draw(epochs.b) };
    });
    return testPairedMeans(problems, { seed: 'level' }).pValue <= 0.05;
  });
}

test('a model is told from itself in about 5 of 100 cases at most, whatever the epochs of the two runs', () => {
  // Signs alone would tell 1 epoch from 8 in 23 of 100 cases where one reply in twenty is right.
  expect(measureLevel({ a: 1, b: 8 }, () => 0.05)).toBeLessThan(0.08);
  expect(measureLevel({ a: 8, b: 1 }, () => 0.95)).toBeLessThan(0.08);
  expect(measureLevel({ a: 1, b: 8 }, (random) => random.next())).toBeLessThan(0.08);
  expect(measureLevel({ a: 4, b: 4 }, (random) => random.next())).toBeLessThan(0.08);
});

test('with equal epochs the means are tested by their signs alone, with others by the more careful of two tests', () => {
  // One of 8 replies right in B, the only one in A wrong, six times: all differences have one sign, 2 / 2^6. Of the 9 replies
  // to a problem the right one is dealt to B with 8 / 9, and only five of six are nearer to what is expected than six.
  const problems = Array.from({ length: 6 }, () => ({ a: { correct: 0, epochs: 1 }, b: { correct: 1, epochs: 8 } }));
  const pValue = 1 - 6 * (8 / 9) ** 5 * (1 / 9);
  expect(testPairedMeans(problems, { seed: '' })).toMatchObject({ pValue: expect.closeTo(pValue, 12), draws: 0 });
  const equal = problems.map(({ a, b }) => ({ a: { ...a, epochs: 8 }, b }));
  expect(testPairedMeans(equal, { seed: '' })).toEqual(testPermutation([1, 1, 1, 1, 1, 1], { seed: '' }));
});

test('epochs that have no small common multiple are tested all the same', () => {
  const problems = [61, 59, 53, 47, 43, 41].map((epochs, i) => ({
    a: { correct: i, epochs: 37 + i },
    b: { correct: epochs - i, epochs },
  }));
  const { pValue, draws } = testPairedMeans(problems, { seed: '' });
  expect(draws).toBe(20_000);
  // All six differences have one sign: 2 / 64.
  expect(Math.abs(pValue - 2 / 64)).toBeLessThan(0.005);
});

test('the smallest gap of means is seen in about 80 of 100 repetitions', () => {
  const random = createRandom('gap');
  const draw = (chance: number): CorrectOfProblem => ({
    correct: Array.from({ length: 4 }, () => random.next() < chance).filter(Boolean).length,
    epochs: 4,
  });
  const drawRuns = (gap: number): PairedProblem[] =>
    Array.from({ length: 30 }, () => {
      const chance = 0.15 + 0.7 * random.next();
      return { a: draw(chance - gap / 2), b: draw(chance + gap / 2) };
    });
  const gaps = Array.from({ length: 100 }, () =>
    findSmallestMeanGap(drawRuns(0).map(({ a, b }) => (b.correct - a.correct) / 4)),
  );
  const gap = gaps.reduce<number>((sum, value) => sum + (value as number), 0) / gaps.length;
  const seen = Array.from({ length: 500 }, () => testPairedMeans(drawRuns(gap), { seed: '' }).pValue < 0.05);
  // Three standard errors to either side; 2.8 standard errors of the differences are seen in 71 of 100.
  expect(Math.abs(seen.filter(Boolean).length / seen.length - 0.8)).toBeLessThan(3 * Math.sqrt(0.16 / 500));
});
