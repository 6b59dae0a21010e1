import { expect, test } from 'vitest';
import { type AnswerClass, estimateMajAtK } from './maj-at-k.ts';

const classes = (...counts: readonly (readonly [count: number, isCorrect: boolean])[]): readonly AnswerClass[] =>
  counts.map(([count, isCorrect]) => ({ count, correctShare: Number(isCorrect) }));

const estimate = (groups: readonly AnswerClass[], { n, k }: { readonly n: number; readonly k: number }): number => {
  const { value, draws } = estimateMajAtK(groups, { n, k, seed: 'test' });
  expect(draws).toBe(0);
  return value;
};

/** Every way to choose k of the samples, one by one. */
function countOut(groups: readonly AnswerClass[], n: number, k: number): number {
  const votes = groups.flatMap(({ count }, i) => Array.from({ length: count }, () => i));
  while (votes.length < n) votes.push(-1);
  let sum = 0;
  let ways = 0;
  for (let mask = 0; mask < 1 << n; mask++) {
    const chosen = votes.filter((_, i) => (mask >> i) & 1);
    if (chosen.length !== k) continue;
    ways++;
    const counts = groups.map((_, i) => chosen.filter((vote) => vote === i).length);
    const most = Math.max(...counts, 1);
    const first = groups.filter((_, i) => counts[i] === most);
    if (first.length > 0) sum += first.reduce((worth, { correctShare }) => worth + correctShare, 0) / first.length;
  }
  return sum / ways;
}

test('one sample is a draw from all samples', () => {
  expect(estimate(classes([3, true], [1, false]), { n: 4, k: 1 })).toBeCloseTo(3 / 4, 12);
});

test('all samples are one vote, and a tie counts half', () => {
  expect(estimate(classes([3, true], [1, false]), { n: 4, k: 4 })).toBe(1);
  expect(estimate(classes([2, true], [2, false]), { n: 4, k: 4 })).toBeCloseTo(1 / 2, 12);
  expect(estimate(classes([1, true], [2, false]), { n: 4, k: 4 })).toBe(0);
});

test('samples without an answer do not vote', () => {
  expect(estimate(classes([1, true]), { n: 4, k: 4 })).toBe(1);
  expect(estimate([], { n: 4, k: 2 })).toBe(0);
});

test('it is what counting every choice gives', () => {
  const groups = [
    classes([3, true], [2, false], [2, false]),
    classes([2, true], [2, false], [1, true], [1, false]),
    classes([1, true], [1, false], [1, false], [1, false]),
  ];
  for (const group of groups) {
    for (let k = 1; k <= 8; k++) expect(estimate(group, { n: 8, k })).toBeCloseTo(countOut(group, 8, k), 10);
  }
});

test('an answer that was judged in two ways is worth the share of its samples that is correct', () => {
  const group = [
    { count: 4, correctShare: 3 / 4 },
    { count: 2, correctShare: 0 },
  ];
  expect(estimate(group, { n: 6, k: 1 })).toBeCloseTo(3 / 6, 12);
  expect(estimate(group, { n: 6, k: 6 })).toBeCloseTo(3 / 4, 12);
});

test('dozens of samples with as many answers are simulated, say so, and take no time', () => {
  const group = Array.from({ length: 64 }, (_, i) => ({ count: 2, correctShare: i === 0 ? 1 : 0 }));
  const before = process.cpuUsage();
  const { value, draws } = estimateMajAtK(group, { n: 128, k: 64, seed: 'test', exactWork: 20_000 });
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
  expect(draws).toBe(10_000);
  // Both of its samples are drawn with a chance of about 1/4, as those of the 63 others: it wins about one vote in 64.
  expect(Math.abs(value - 1 / 64)).toBeLessThan(0.005);
  expect(estimate(group, { n: 128, k: 128 })).toBeCloseTo(1 / 64, 12);
});

test('the simulation is near the exact figure, and the same for the same seed', () => {
  const group = classes([5, true], [4, false], [3, false]);
  const exact = estimate(group, { n: 14, k: 7 });
  const simulated = estimateMajAtK(group, { n: 14, k: 7, seed: 'test', exactWork: 0 });
  expect(simulated.draws).toBe(10_000);
  // Four standard errors of a share.
  expect(Math.abs(simulated.value - exact)).toBeLessThan(4 * Math.sqrt(0.25 / 10_000));
  expect(estimateMajAtK(group, { n: 14, k: 7, seed: 'test', exactWork: 0 })).toEqual(simulated);
  expect(estimateMajAtK(group, { n: 14, k: 7, seed: 'other', exactWork: 0 }).value).not.toBe(simulated.value);
});
