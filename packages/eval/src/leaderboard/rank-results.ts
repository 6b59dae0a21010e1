import { digest } from '@scalequest/core';
import { type PairsTested, testPairs } from '../comparison/test-pairs.ts';
import { adjustByHolm } from '../statistics/holm.ts';
import type { MeasuredRow } from './board.ts';
import { groupRows } from './group-rows.ts';
import { countCorrectByProblem } from './letters.ts';
import type { ResultFile } from './result-file.ts';

/** A difference with a smaller adjusted p-value is one. */
export const significance = 0.05;

/** Where a row stands among those of its table. */
export type Standing = Pick<MeasuredRow, 'rank' | 'groups'>;

/**
 * The places that each result of one benchmark may have, and the groups that it is in. Every two that have the same
 * problems, references, epochs and grader are tested as pairs, and Holm's correction is over all these tests; of others
 * nothing is known.
 *
 * @param results - the best first, so that groups are named in this order
 */
export function rankResults(results: readonly ResultFile[]): readonly Standing[] {
  const keys = results.map(describeComparable);
  const pairs = results.flatMap((a, i) =>
    results.flatMap((b, j) => (j > i && keys[i] === keys[j] ? [{ i, j, ...testResults(a, b) }] : [])),
  );
  const adjusted = adjustByHolm(pairs.map(({ test }) => test.pValue));
  const better = results.map(() => new Set<number>());
  const worse = results.map(() => new Set<number>());
  pairs.forEach(({ i, j, difference }, pair) => {
    if ((adjusted[pair] as number) >= significance) return;
    const [winner, loser] = difference > 0 ? [j, i] : [i, j];
    better[loser]?.add(winner);
    worse[winner]?.add(loser);
  });
  const groups = groupRows(results.length, (i, j) => better[i]?.has(j) !== true && worse[i]?.has(j) !== true);
  return results.map((_, i) => ({
    rank: { best: 1 + (better[i]?.size ?? 0), worst: results.length - (worse[i]?.size ?? 0) },
    groups: groups[i] ?? [],
  }));
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
