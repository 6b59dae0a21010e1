import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateBestOfK } from './best-of-k.ts';
import { computeClusteredInterval } from './clustered.ts';
import { adjustByHolm } from './holm.ts';
import { estimateMajAtK } from './maj-at-k.ts';
import { testMcNemar } from './mcnemar.ts';
import { computePairedDifferenceInterval } from './paired-difference.ts';
import { estimatePassAtK } from './pass-at-k.ts';
import { testPermutation } from './permutation.ts';
import { describePrecision } from './precision.ts';
import { findSmallestGap } from './smallest-gap.ts';
import { computeWilsonInterval } from './wilson.ts';

// The same cases in every run.
fc.configureGlobal({ seed: 6 });

const rounding = 1e-12;

const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);

const counts = fc.integer({ min: 1, max: 16 }).chain((epochs) =>
  fc.record({
    epochs: fc.constant(epochs),
    correct: fc.array(fc.integer({ min: 0, max: epochs }), { minLength: 1, maxLength: 60 }),
  }),
);

test('the Wilson interval holds k/n, is a mirror image at n - k, and moves up with k', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (trials, k) => {
      const successes = k % trials;
      const { low, high } = computeWilsonInterval({ successes, trials });
      expect(low).toBeLessThanOrEqual(successes / trials + rounding);
      expect(high).toBeGreaterThanOrEqual(successes / trials - rounding);
      const mirrored = computeWilsonInterval({ successes: trials - successes, trials });
      expect(mirrored.low).toBeCloseTo(1 - high, 10);
      expect(mirrored.high).toBeCloseTo(1 - low, 10);
      const next = computeWilsonInterval({ successes: successes + 1, trials });
      expect(next.low).toBeGreaterThan(low);
      expect(next.high).toBeGreaterThan(high);
    }),
  );
});

test('the clustered interval holds the mean, is a mirror image, and is never narrower than that of all samples', () => {
  fc.assert(
    fc.property(counts, ({ correct, epochs }) => {
      const trials = correct.length * epochs;
      const successes = correct.reduce((sum, count) => sum + count, 0);
      const { low, high } = computeClusteredInterval(correct, epochs);
      expect(low).toBeLessThanOrEqual(successes / trials + rounding);
      expect(high).toBeGreaterThanOrEqual(successes / trials - rounding);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      const mirrored = computeClusteredInterval(
        correct.map((count) => epochs - count),
        epochs,
      );
      expect(mirrored.low).toBeCloseTo(1 - high, 10);
      expect(mirrored.high).toBeCloseTo(1 - low, 10);
      const wilson = computeWilsonInterval({ successes, trials });
      expect(high - low).toBeGreaterThanOrEqual(wilson.high - wilson.low - rounding);
    }),
  );
});

test('the paired interval holds the difference and changes sign with the order of the runs', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 60 }), (pairs) => {
      const a = { correct: pairs.map(([ofA]) => ofA), epochs: 4 };
      const b = { correct: pairs.map(([, ofB]) => ofB), epochs: 4 };
      const difference = pairs.reduce((sum, [ofA, ofB]) => sum + ofB - ofA, 0) / (4 * pairs.length);
      const { low, high } = computePairedDifferenceInterval({ a, b });
      expect(low).toBeLessThanOrEqual(difference + rounding);
      expect(high).toBeGreaterThanOrEqual(difference - rounding);
      const turned = computePairedDifferenceInterval({ a: b, b: a });
      expect(turned.low).toBeCloseTo(-high, 10);
      expect(turned.high).toBeCloseTo(-low, 10);
    }),
  );
});

test('for differences of 0, 1 and -1 the permutation test is McNemar\u2019s, exactly when it counts and nearly when it draws', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (gained, lost, same) => {
      const differences = [
        ...new Array<number>(gained).fill(1),
        ...new Array<number>(lost).fill(-1),
        ...new Array<number>(same).fill(0),
      ];
      const expected = testMcNemar({ gained, lost });
      expect(testPermutation(differences, { seed: '' }).pValue).toBeCloseTo(expected, 10);
      const simulated = testPermutation(differences, { seed: 'test', draws: 5000, exactWork: 0 });
      // Five standard errors: of a hundred runs none goes beyond.
      expect(Math.abs(simulated.pValue - expected)).toBeLessThan(5 * Math.sqrt(0.25 / 5000));
    }),
    { numRuns: 100 },
  );
});

test('a permutation test does not change with order, sign or unit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { maxLength: 40 }), (differences) => {
      const { pValue } = testPermutation(differences, { seed: '' });
      expect(pValue).toBeGreaterThan(0);
      expect(pValue).toBeLessThanOrEqual(1);
      for (const same of [differences.toReversed(), differences.map((d) => -d), differences.map((d) => 3 * d)]) {
        expect(testPermutation(same, { seed: '' }).pValue).toBeCloseTo(pValue, 10);
      }
    }),
  );
});

test('Holm never lowers a p-value, keeps their order, and asks less than Bonferroni', () => {
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 12 }), (pValues) => {
      const adjusted = adjustByHolm(pValues);
      pValues.forEach((pValue, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(pValue);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, pValues.length * Math.max(...pValues)));
        pValues.forEach((other, j) => {
          if (pValue <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number);
        });
      });
      const lowest = Math.min(...pValues);
      expect(Math.min(...adjusted)).toBeCloseTo(Math.min(1, pValues.length * lowest), 12);
    }),
  );
});

test('pass@k grows with k and with c, and pass@1 is the share of correct samples', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2000 }), fc.nat(), fc.nat(), (n, someC, someK) => {
      const c = someC % n;
      const k = 1 + (someK % (n - 1));
      const value = estimatePassAtK({ n, c, k });
      expect(value).toBeGreaterThanOrEqual(c === 0 ? 0 : c / n - rounding);
      expect(value).toBeLessThanOrEqual(1);
      expect(estimatePassAtK({ n, c, k: k + 1 })).toBeGreaterThanOrEqual(value - rounding);
      expect(estimatePassAtK({ n, c: c + 1, k })).toBeGreaterThanOrEqual(value - rounding);
      expect(estimatePassAtK({ n, c, k: 1 })).toBe(c / n);
    }),
  );
});

/** Three or four answers and some silent samples, at most ten in all. */
const votes = fc
  .record({
    counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    rights: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    silent: fc.nat(2),
    k: fc.nat(),
  })
  .map(({ counts: sizes, rights, silent, k }) => {
    const n = sizes.reduce((sum, count) => sum + count, 0) + silent;
    const classes = sizes.map((count, i) => ({ count, correctShare: Number(rights[i]) }));
    return { classes, n, k: 1 + (k % n) };
  });

test('maj@k is what counting every choice gives', () => {
  fc.assert(
    fc.property(votes, ({ classes, n, k }) => {
      const samples = classes.flatMap(({ count }, i) => new Array<number>(count).fill(i));
      while (samples.length < n) samples.push(-1);
      let sum = 0;
      let ways = 0;
      for (let mask = 0; mask < 1 << n; mask++) {
        const chosen = samples.filter((_, i) => (mask >> i) & 1);
        if (chosen.length !== k) continue;
        ways++;
        const sizes = classes.map((_, i) => chosen.filter((vote) => vote === i).length);
        const tied = classes.filter((_, i) => sizes[i] === Math.max(1, ...sizes));
        if (tied.length > 0) sum += tied.reduce((worth, { correctShare }) => worth + correctShare, 0) / tied.length;
      }
      const { value, draws } = estimateMajAtK(classes, { n, k, seed: '' });
      expect(draws).toBe(0);
      expect(value).toBeCloseTo(sum / ways, 10);
    }),
  );
});

test('best-of-k of a score that tells right from wrong is pass@k, and of one that says nothing the accuracy', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), fc.nat(), (rights, someK) => {
      const n = rights.length;
      const k = 1 + (someK % n);
      const c = rights.filter(Boolean).length;
      const perfect = rights.map((isCorrect) => ({ isCorrect, score: isCorrect ? 1.5 : -2 }));
      expect(estimateBestOfK(perfect, k)).toBeCloseTo(estimatePassAtK({ n, c, k }), 10);
      const flat = rights.map((isCorrect) => ({ isCorrect, score: undefined }));
      expect(estimateBestOfK(flat, k)).toBeCloseTo(c / n, 10);
    }),
  );
});

test('more problems show a smaller gap, and more discordance hides it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 1500 }), fc.double({ min: 0.05, max: 0.5, noNaN: true }), (problems, s) => {
      const gap = findSmallestGap({ problems, discordance: s });
      if (gap === null) return;
      expect(gap).toBeLessThanOrEqual(s);
      expect(findSmallestGap({ problems: 2 * problems, discordance: s })).toBeLessThan(gap);
      expect(findSmallestGap({ problems, discordance: s * 1.2 })).toBeGreaterThan(gap);
    }),
    { numRuns: 40 },
  );
});

test('a small benchmark wants as many epochs as bring its sampling error to 1.6 points, AIME 2024 thirty-two', () => {
  const describe = (problems: number, epochs = 1): ReturnType<typeof describePrecision> => {
    const correct = Array.from({ length: problems }, (_, i) => (i % 2 === 0 ? epochs : 0));
    return describePrecision({ correct, epochs });
  };
  expect(describe(30).epochsWanted).toBe(32);
  expect(describe(40).epochsWanted).toBe(24);
  expect([describe(500).epochsWanted, describe(5000).epochsWanted]).toEqual([1, 1]);
  expect(describe(30).samplingError).toBeCloseTo(Math.sqrt(0.25 / 30), 12);
  // Each problem always has the same outcome: what is left is the guard, two replies of 964.
  expect(describe(30, 32).samplingError).toBeCloseTo(Math.sqrt(2 / 964 / 960), 12);
  // 2.8 standard errors of a difference: 2.8016 * sqrt(2) * sqrt(0.25 / 5000).
  expect(describe(5000).smallestGap).toBeCloseTo(0.028, 3);
});

test('asking again may move a score of all right or none right too', () => {
  for (const c of [0, 30]) {
    const correct = Array.from({ length: 30 }, (_, i) => Number(i < c));
    expect(describePrecision({ correct, epochs: 1 }).samplingError).toBeCloseTo(
      Math.sqrt(((2 / 34) * (32 / 34)) / 30),
      12,
    );
  }
});

test('the gap that two runs show side by side is the same for a share and for its mirror image, and at most 1', () => {
  fc.assert(
    fc.property(counts, ({ correct, epochs }) => {
      const { smallestGap } = describePrecision({ correct, epochs });
      const mirrored = describePrecision({ correct: correct.map((count) => epochs - count), epochs });
      expect(mirrored.smallestGap).toBeCloseTo(smallestGap, 10);
      expect(smallestGap).toBeGreaterThan(0);
      expect(smallestGap).toBeLessThanOrEqual(1);
    }),
  );
});
