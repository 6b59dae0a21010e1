import type { BenchmarkComparison } from '../compare-models.ts';
import { judgeChange } from '../leaderboard/judge-change.ts';
import { formatCsvLine } from './format-csv.ts';

/** Comparisons as CSV (RFC 4180): its header, then a line for each benchmark. Figures keep all of their digits. */
export function* formatComparisonCsv(comparisons: readonly BenchmarkComparison[]): Generator<string> {
  const rows = comparisons.map(describeRow);
  yield formatCsvLine(Object.keys(rows[0] ?? {}));
  for (const row of rows) yield formatCsvLine(Object.values(row));
}

function describeRow(comparison: BenchmarkComparison): Readonly<Record<string, string | number | null>> {
  const { a, b, test } = comparison;
  return {
    benchmark: comparison.benchmark,
    grader: comparison.grader,
    verdict: judgeChange(comparison),
    modelA: a.model,
    modelB: b.model,
    protocolA: a.protocol,
    protocolB: b.protocol,
    problems: comparison.problems,
    unpaired: comparison.unpaired,
    correctA: a.correct,
    samplesA: a.samples,
    accuracyA: a.accuracy,
    correctB: b.correct,
    samplesB: b.samples,
    accuracyB: b.accuracy,
    difference: comparison.difference,
    intervalLow: comparison.interval.low,
    intervalHigh: comparison.interval.high,
    gained: comparison.gained,
    lost: comparison.lost,
    test: test.name,
    pValue: test.pValue,
    holmPValue: comparison.holmPValue,
    smallestGap: comparison.smallestGap,
    notes: comparison.notes.join(' '),
  };
}
