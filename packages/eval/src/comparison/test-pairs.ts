import type { PairedTest } from '../compare-runs.ts';
import { testMcNemar } from '../statistics/mcnemar.ts';
import { type CorrectOfProblem, type PairedProblem, testPairedMeans } from '../statistics/paired-means.ts';

/** Whether b is better than a on the same problems. */
export interface PairsTested {
  /** Mean over the problems of b less that of a. */
  readonly difference: number;
  /** Problems that are better in b, and in a. */
  readonly gained: number;
  readonly lost: number;
  readonly test: PairedTest;
}

/** The exact McNemar test of one sample a problem, else a permutation test of the means. */
export function testPairs(pairs: readonly PairedProblem[]): PairsTested {
  const differences = pairs.map(({ a, b }) => share(b) - share(a));
  const gained = differences.filter((difference) => difference > 0).length;
  const lost = differences.filter((difference) => difference < 0).length;
  const difference = differences.reduce((sum, one) => sum + one, 0) / pairs.length;
  if (pairs.every(({ a, b }) => a.epochs === 1 && b.epochs === 1)) {
    return { difference, gained, lost, test: { name: 'mcnemar', pValue: testMcNemar({ gained, lost }), draws: 0 } };
  }
  const { pValue, draws } = testPairedMeans(pairs, { seed: 'compare' });
  return { difference, gained, lost, test: { name: 'permutation', pValue, draws } };
}

function share({ correct, epochs }: CorrectOfProblem): number {
  return correct / epochs;
}
