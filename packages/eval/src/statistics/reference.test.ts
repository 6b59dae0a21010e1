// Constants from independent implementations: benchmarks/support/statistics-reference.py prints them all, with scipy
// 1.17.1, statsmodels 0.15.0 and numpy 2.4.6. Each test names the function.
import { expect, test } from 'vitest';
import { estimateBestOfK } from './best-of-k.ts';
import { computeClusteredInterval } from './clustered.ts';
import { testDealtAnew } from './dealt-anew.ts';
import { adjustByHolm } from './holm.ts';
import { computeLogLogistic } from './log-logistic.ts';
import { estimateMajAtK } from './maj-at-k.ts';
import { testMcNemar } from './mcnemar.ts';
import { computePairedDifferenceInterval } from './paired-difference.ts';
import { estimatePassAtK } from './pass-at-k.ts';
import { testPermutation } from './permutation.ts';
import { describePrecision } from './precision.ts';
import { findSmallestGap, findSmallestMeanGap, normal80 } from './smallest-gap.ts';
import { estimateWeightedMajAtK } from './weighted-maj-at-k.ts';
import { computeWilsonInterval, normal95 } from './wilson.ts';

test('the normal quantiles are scipy.stats.norm.ppf of 0.975 and 0.8', () => {
  expect([normal95, normal80]).toEqual([1.959963984540054, 0.8416212335729143]);
});

// statsmodels.stats.proportion.proportion_confint(k, n, method='wilson')
test.each([
  [0, 30, 0, 0.1135133931739688],
  [1, 30, 0.005908590381612455, 0.16670390991409176],
  [15, 30, 0.3315412564053376, 0.6684587435946624],
  [30, 30, 0.8864866068260311, 1],
  [3674, 5000, 0.7223872552019851, 0.7468522319646161],
  [455, 500, 0.8816905887106665, 0.9320574521108607],
  [1, 1, 0.2065493143772374, 1],
])('the Wilson interval of %i of %i is that of statsmodels', (successes, trials, low, high) => {
  const interval = computeWilsonInterval({ successes, trials });
  expect(interval.low).toBeCloseTo(low, 12);
  expect(interval.high).toBeCloseTo(high, 12);
});

// numpy.var(ddof=1) of the problems' means and the two that are added, then proportion_confint(method='wilson').
test.each([
  [[4, 3, 0, 2, 4, 1, 4, 4, 0, 3], 4, 0.3616471387309074, 0.8305983005102315],
  [new Array<number>(10).fill(8), 8, 0.7046877488669188, 1],
  [new Array<number>(10).fill(0), 8, 0, 0.29531225113308135],
  [[5], 8, 0.0814511817347357, 0.9690649699316105],
  [[64], 64, 0.14788112454628127, 1],
])('the clustered interval of %j in %i epochs is that of numpy and statsmodels', (correct, epochs, low, high) => {
  const interval = computeClusteredInterval(correct, epochs);
  expect(interval.low).toBeCloseTo(low, 10);
  expect(interval.high).toBeCloseTo(high, 10);
});

test('for many problems the clustered interval is that of the cluster-robust standard error', () => {
  // statsmodels OLS on a constant, fit(cov_type='cluster') with the problem as the group: 0.5, standard error 0.018727.
  const correct = Array.from({ length: 500 }, (_, i) => (7 * i + i * i) % 5);
  const { low, high } = computeClusteredInterval(correct, 4);
  expect((low + high) / 2).toBeCloseTo(0.5, 3);
  expect(Math.abs((high - low) / 2 / normal95 / 0.01872702333008667 - 1)).toBeLessThan(0.01);
});

// statsmodels.stats.contingency_tables.mcnemar(exact=True). The first two are also in M. W. Fagerland, S. Lydersen and
// P. Laake, BMC Medical Research Methodology 13:91 (2013): 0.0525 and 0.0703.
test.each([
  [6, 16, 0.052478790283203125],
  [1, 7, 0.0703125],
  [150, 86, 3.7159361395713866e-5],
  [0, 6, 0.03125],
  [0, 5, 0.0625],
  [1, 9, 0.021484375],
  [120, 90, 0.045114087864840696],
  [1050, 950, 0.026824146240280546],
  [3, 3, 1],
])('McNemar of %i against %i is that of statsmodels', (gained, lost, pValue) => {
  expect(testMcNemar({ gained, lost }) / pValue).toBeCloseTo(1, 9);
});

// scipy.stats.permutation_test(permutation_type='samples', n_resamples=inf) of the sum.
test.each([
  [[1, 2, 3, -1, 4, 0, 2, 1, -2, 3], 0.0859375],
  [[4, -4, 3, 1, -1, 2, 2, 0, 1], 0.3515625],
  [[1, 1, 1, 1, 1, 1], 0.03125],
  [[3, -1, 2, -2, 1, 4, 3, -1, 2, 1, -3, 2], 0.21533203125],
])('the permutation test of %j is that of scipy, exact and simulated', (differences, pValue) => {
  expect(testPermutation(differences, { seed: 'test' })).toEqual({ pValue, draws: 0, seed: 'test' });
  // A common factor that is no whole number leaves nothing to count out.
  const simulated = testPermutation(
    differences.map((difference) => difference * 0.3),
    { seed: 'test' },
  );
  expect(simulated.draws).toBe(20_000);
  expect(Math.abs(simulated.pValue - pValue)).toBeLessThan(4 * Math.sqrt((pValue * (1 - pValue)) / 20_000) + 1e-4);
});

// scipy.stats.hypergeom for each problem, and all ways to deal all of them counted out with itertools.product.
test.each([
  [[0, 0, 1, 0, 0, 0, 1], 1, [2, 4, 3, 0, 1, 3, 4], 4, 0.1184],
  [[2, 3, 0, 1, 3], 3, [1, 4, 0, 0, 5], 5, 0.11830357142857142],
  [[1, 0, 0, 1, 0, 0], 1, [1, 1, 1, 1, 0, 1], 1, 0.25],
  [[0, 2, 4, 1], 4, [3, 4, 4, 1], 4, 0.08090379008746358],
])('dealing the replies anew, %j of %i against %j of %i, gives what counting out gives', (a, inA, b, inB, pValue) => {
  const problems = a.map((correct, i) => ({
    a: { correct, epochs: inA },
    b: { correct: b[i] as number, epochs: inB },
  }));
  const exact = testDealtAnew(problems, { seed: 'test' });
  expect(exact.draws).toBe(0);
  expect(exact.pValue).toBeCloseTo(pValue, 12);
  const simulated = testDealtAnew(problems, { seed: 'test', exactWork: 0 });
  expect(simulated.draws).toBe(20_000);
  expect(Math.abs(simulated.pValue - pValue)).toBeLessThan(4 * Math.sqrt((pValue * (1 - pValue)) / 20_000) + 1e-4);
});

test('means over 3 and over 5 replies whose sum is 0 are as far from 0 as any, by scipy 1', () => {
  // Fifteenths: 10, 0, -1, -6, 1, -10, 7, -1. As floats their sum is not 0.
  const [a, b] = [[0, 1, 2, 2, 1, 2, 1, 2], [...[10, 5, 9, 4, 6, 0, 12, 9].map((fifteenths) => fifteenths / 3)]];
  const differences = a.map((correct, i) => (b[i] as number) / 5 - correct / 3);
  expect(testPermutation(differences, { seed: 'compare' }).pValue).toBe(1);
});

test('Holm\u2019s p-values are those of statsmodels multipletests', () => {
  const adjusted = adjustByHolm([0.01, 0.04, 0.03, 0.005, 0.5, 0.0499]);
  expect(adjusted).toEqual([0.05, 0.12, 0.12, 0.03, 0.5, 0.12].map((value) => expect.closeTo(value, 12)));
});

// Python's fractions: 1 - comb(n - c, k) / comb(n, k).
test.each([
  [200, 13, 1, 0.065],
  [200, 13, 10, 0.49755111473060615],
  [200, 13, 100, 0.9999194971988055],
  [64, 1, 32, 0.5],
  [10, 9, 2, 1],
  [100_000, 1, 2, 2e-5],
])('pass@k of n = %i, c = %i, k = %i is exact to twelve digits', (n, c, k, value) => {
  expect(estimatePassAtK({ n, c, k }) / value).toBeCloseTo(1, 12);
});

// itertools.combinations and fractions.
test.each([
  [[5, 4, 2], 12, 5, 0.5568181818181818],
  [[3, 3, 3, 1], 12, 6, 0.3308982683982684],
  [[2, 5], 10, 3, 0.24166666666666667],
])('maj@k of %j among %i samples at k = %i is what counting out gives', (counts, n, k, value) => {
  const classes = counts.map((count, i) => ({ count, correctShare: i === 0 ? 1 : 0 }));
  expect(estimateMajAtK(classes, { n, k, seed: '' }).value).toBeCloseTo(value, 12);
});

test('best-of-k is what counting out gives', () => {
  const samples = (
    [
      [0.9, true],
      [0.9, false],
      [0.8, true],
      [0.4, false],
      [0.7, false],
      [0.7, true],
      [0.1, true],
      [0.2, false],
    ] as const
  ).map(([score, isCorrect]) => ({ score, isCorrect }));
  const expected = { 1: 0.5, 2: 0.5357142857142857, 3: 0.5803571428571429, 4: 0.5714285714285714, 8: 0.5 };
  for (const [k, value] of Object.entries(expected)) {
    expect(estimateBestOfK(samples, Number(k))).toBeCloseTo(value, 12);
  }
});

test('the vote weighted by scores is what counting out gives, exact and simulated', () => {
  const votes = (
    [
      [0.9, 0],
      [0.2, 1],
      [0.3, 1],
      [0.3, 1],
      [0.1, 0],
      [0.5, 2],
      [0.5, undefined],
      [0.6, 1],
    ] as const
  ).map(([weight, answer]) => ({ logWeight: Math.log(weight), answer }));
  const expected = { 2: 0.2857142857142857, 3: 0.35714285714285715, 4: 0.42857142857142855, 8: 0 };
  for (const [k, value] of Object.entries(expected)) {
    const options = { worths: [1, 0, 0], k: Number(k), seed: 'test' };
    const exact = estimateWeightedMajAtK(votes, options);
    expect(exact.draws).toBe(0);
    expect(exact.value).toBeCloseTo(value, 12);
    const simulated = estimateWeightedMajAtK(votes, { ...options, exactWork: 0 });
    expect(simulated.draws).toBe(10_000);
    expect(Math.abs(simulated.value - value)).toBeLessThan(0.02);
  }
});

// Weights by 1 / (1 + e^-score) in decimals that do not underflow, and fractions; and weights that are all 0.
test('votes weighted by log-probabilities, or by nothing, are what counting out gives', () => {
  const scores = [-800, -801, -801, -802, -799, -799];
  const answers = [0, 1, 1, 2, 1, 0];
  const votes = scores.map((score, i) => ({ logWeight: computeLogLogistic(score), answer: answers[i] }));
  for (const [k, value] of Object.entries({ 2: 0.5, 3: 0.525, 6: 1 })) {
    expect(estimateWeightedMajAtK(votes, { worths: [1, 0, 0], k: Number(k), seed: '' }).value).toBeCloseTo(value, 12);
  }
  const zeros = [0, 0, 0, 1].map((answer) => ({ logWeight: Number.NEGATIVE_INFINITY, answer }));
  for (const [k, value] of Object.entries({ 2: 0.75, 4: 0.5 })) {
    expect(estimateWeightedMajAtK(zeros, { worths: [1, 0], k: Number(k), seed: '' }).value).toBeCloseTo(value, 12);
  }
});

// numpy.var of the differences with one +1 and one -1 added, and scipy.stats.norm.
test.each([
  [0, 0, 30, -0.08661898902185487, 0.08661898902185487],
  [7, 1, 13, 0.013379823768343235, 0.5083593066664394],
  [4, 0, 26, -0.01864134315270305, 0.26864134315270305],
  [0, 9, 0, -1, -0.4784086662676968],
])(
  'the paired interval of %i gained, %i lost and %i alike is Bonett and Price\u2019s',
  (gained, lost, same, low, high) => {
    const repeat = (value: number, times: number): number[] => new Array<number>(times).fill(value);
    const a = [...repeat(0, gained), ...repeat(1, lost), ...repeat(1, same)];
    const b = [...repeat(1, gained), ...repeat(0, lost), ...repeat(1, same)];
    const interval = computePairedDifferenceInterval({ a: { correct: a, epochs: 1 }, b: { correct: b, epochs: 1 } });
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  },
);

test('the paired interval of means is that of the differences with one +1 and one -1 added', () => {
  const a = { correct: [1, 0, 1, 2, 3, 0, 4, 2], epochs: 4 };
  const b = { correct: [4, 0, 6, 2, 6, 6, 8, 6], epochs: 8 };
  const { low, high } = computePairedDifferenceInterval({ a, b });
  expect(low).toBeCloseTo(-0.1764972929049519, 12);
  expect(high).toBeCloseTo(0.4764972929049519, 12);
});

// The power of the exact test, summed over scipy.stats.binom, and scipy.optimize.brentq for 80 %. Connor's formula (Biometrics
// 43, 1987) gives 0.0484, 0.0125, 0.0218, 0.3476, 0.7445 and 0.0181 here, where the exact test has a power of 72 to 80 %.
test.each([
  [500, 0.15, 0.04985755498631292],
  [5000, 0.1, 0.012707768309060785],
  [1319, 0.08, 0.022378833202117525],
  [30, 0.5, 0.3623101520123111],
  [10, 0.9, 0.7818751792383626],
  [12_000, 0.5, 0.018164599223129026],
])('the smallest gap of %i problems at discordance %f has 80 % power by scipy', (problems, discordance, gap) => {
  expect(findSmallestGap({ problems, discordance })).toBeCloseTo(gap, 8);
});

test('where too few problems changed no gap would be seen', () => {
  expect(findSmallestGap({ problems: 30, discordance: 0.1 })).toBeNull();
  expect(findSmallestGap({ problems: 30, discordance: 0 })).toBeNull();
  // Six changes in one direction would do, but so many come in fewer than 80 of 100 repetitions.
  expect(findSmallestGap({ problems: 30, discordance: 6 / 30 })).toBeNull();
  expect(findSmallestMeanGap([0, 0, 0])).toBeNull();
  expect(findSmallestMeanGap([0.5])).toBeNull();
});

test('where fewer than six differences are not 0 no gap of means would be seen', () => {
  const same = new Array<number>(28).fill(0);
  expect(findSmallestMeanGap([...same, 0.25, 0.25])).toBeNull();
  expect(findSmallestMeanGap([...same, 0.25, -0.25, 0.5, 0.25, 0.25])).toBeNull();
  expect(findSmallestMeanGap([...same, 0.25, -0.25, 0.5, 0.25, 0.25, 0.25])).not.toBeNull();
});

// scipy.optimize.brentq; the test of two shares has a power of 83, 81, 80, 83, 84 and 82 % at these gaps, by scipy.stats.binom.
test.each([
  [30, 30, 0.28418294886829726],
  [27, 30, 0.3283832535787677],
  [15, 30, 0.334228209104212],
  [0, 30, 0.2841829488682972],
  [100, 100, 0.09997470828698271],
  [495, 500, 0.02952429502060516],
])('the gap that two runs with %i of %i show side by side has 80 % power', (successes, problems, gap) => {
  const correct = Array.from({ length: problems }, (_, i) => Number(i < successes));
  expect(describePrecision({ correct, epochs: 1 }).smallestGap).toBeCloseTo(gap, 10);
});

test('the smallest gap of means allows for the shift in the yardstick, by scipy.optimize.brentq and numpy.var', () => {
  expect(findSmallestMeanGap([0.25, 0, 0.5, -0.25, 0, 0.75, 0, 0.25, 0.5])).toBeCloseTo(0.44734488103784253, 10);
  expect(findSmallestMeanGap(new Array<number>(9).fill(0.25))).toBeNull();
});
