import { digest } from '@scalequest/core';
import { type PairsTested, testPairs } from '../comparison/test-pairs.ts';
import { adjustByHolm } from '../statistics/holm.ts';
import type { MeasuredRow } from './board.ts';
import { countCorrectByProblem } from './letters.ts';
import type { ResultFile } from './result-file.ts';

/** A difference with a smaller adjusted p-value is one. */
export const significance = 0.05;

/**
 * The places that each result of one benchmark may have. Every two that have the same problems, references, epochs and
 * grader are tested as pairs, and Holm's correction is over all these tests; of others nothing is known.
 */
export function rankResults(results: readonly ResultFile[]): readonly MeasuredRow['rank'][] {
  const keys = results.map(describeComparable);
  const pairs = results.flatMap((a, i) =>
    results.flatMap((b, j) => (j > i && keys[i] === keys[j] ? [{ i, j, ...testResults(a, b) }] : [])),
  );
  const adjusted = adjustByHolm(pairs.map(({ test }) => test.pValue));
  const better = results.map(() => 0);
  const worse = results.map(() => 0);
  pairs.forEach(({ i, j, difference }, pair) => {
    if ((adjusted[pair] as number) >= significance) return;
    const [winner, loser] = difference > 0 ? [j, i] : [i, j];
    better[loser] = (better[loser] as number) + 1;
    worse[winner] = (worse[winner] as number) + 1;
  });
  return results.map((_, i) => ({ best: 1 + (better[i] as number), worst: results.length - (worse[i] as number) }));
}

/** Two results with the same of these can be tested as pairs. */
export function describeComparable(result: ResultFile): string {
  const { rowsSha256, goldFixes, idsSha256, epochs, grader } = result;
  return digest([rowsSha256, [...goldFixes].sort(), idsSha256, epochs, grader]);
}

/** Tests b against a by one grader's letters. */
export function testResults(a: ResultFile, b: ResultFile, grader: string = a.grader): PairsTested {
  const [ofA, ofB] = [a, b].map(({ outcomes, problems }) => countCorrectByProblem(outcomes[grader] ?? [], problems));
  return testPairs(
    Array.from({ length: a.problems }, (_, i) => ({
      a: { correct: ofA?.[i] ?? 0, epochs: a.epochs },
      b: { correct: ofB?.[i] ?? 0, epochs: b.epochs },
    })),
  );
}
