import { expect, test } from 'vitest';
import { type AnswerClass, estimateMajAtK } from './maj-at-k.ts';

const classes = (...counts: readonly (readonly [count: number, isCorrect: boolean])[]): readonly AnswerClass[] =>
  counts.map(([count, isCorrect]) => ({ count, isCorrect }));

/** Every way to choose k of the samples, one by one. */
function simulate(groups: readonly AnswerClass[], n: number, k: number): number {
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
    if (first.length > 0) sum += first.filter(({ isCorrect }) => isCorrect).length / first.length;
  }
  return sum / ways;
}

test('one sample is a draw from all samples', () => {
  expect(estimateMajAtK(classes([3, true], [1, false]), { n: 4, k: 1 })).toBeCloseTo(3 / 4, 12);
});

test('all samples are one vote, and a tie counts half', () => {
  expect(estimateMajAtK(classes([3, true], [1, false]), { n: 4, k: 4 })).toBe(1);
  expect(estimateMajAtK(classes([2, true], [2, false]), { n: 4, k: 4 })).toBeCloseTo(1 / 2, 12);
  expect(estimateMajAtK(classes([1, true], [2, false]), { n: 4, k: 4 })).toBe(0);
});

test('samples without an answer do not vote', () => {
  expect(estimateMajAtK(classes([1, true]), { n: 4, k: 4 })).toBe(1);
  expect(estimateMajAtK([], { n: 4, k: 2 })).toBe(0);
});

test('it is what counting every choice gives', () => {
  const groups = [
    classes([3, true], [2, false], [2, false]),
    classes([2, true], [2, false], [1, true], [1, false]),
    classes([1, true], [1, false], [1, false], [1, false]),
  ];
  for (const group of groups) {
    for (let k = 1; k <= 8; k++) expect(estimateMajAtK(group, { n: 8, k })).toBeCloseTo(simulate(group, 8, k), 10);
  }
});

test('64 samples of 64 different answers take no time', () => {
  const group = Array.from({ length: 64 }, (_, i) => ({ count: 1, isCorrect: i === 0 }));
  const startedAt = performance.now();
  expect(estimateMajAtK(group, { n: 64, k: 64 })).toBeCloseTo(1 / 64, 10);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
