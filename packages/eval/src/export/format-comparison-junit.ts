import type { BenchmarkComparison, ModelComparison } from '../compare-models.ts';
import { judgeChange } from '../leaderboard/judge-change.ts';
import { type JunitCase, writeJunit } from './junit.ts';

export interface ComparisonReport extends ModelComparison {
  /** What a reader may want to see of each benchmark, in their order. */
  readonly texts: readonly string[];
}

/**
 * A comparison as JUnit's XML: a test case for each benchmark, which fails where the paired test says that B is worse than
 * A. A difference that chance may have made passes, as does a better B.
 */
export function formatComparisonJunit({ benchmarks, notes, texts }: ComparisonReport): Generator<string> {
  const cases = benchmarks.map((comparison, i) => describeCase(comparison, texts[i]));
  const models = (side: 'a' | 'b'): string => [...new Set(benchmarks.map((one) => one[side].model))].join(', ');
  const suite = {
    name: `${models('b')} against ${models('a')}`,
    tests: cases.length,
    failures: cases.filter(({ problem }) => problem !== undefined).length,
    errors: 0,
    ms: 0,
    properties: { modelA: models('a'), modelB: models('b') },
    cases,
    text: notes.join('\n'),
  };
  return writeJunit([suite]);
}

function describeCase(comparison: BenchmarkComparison, text = ''): JunitCase {
  const { benchmark, grader, a, b, holmPValue } = comparison;
  const start = { classname: `compare.${grader}`, name: benchmark, ms: 0, text };
  if (judgeChange(comparison) !== 'worse') return start;
  const percent = ({ accuracy }: { readonly accuracy: number }): string => (100 * accuracy).toFixed(1);
  const p = holmPValue < 0.0001 ? '< 0.0001' : `= ${holmPValue.toFixed(4)}`;
  const message = `worse: ${percent(a)} % in A, ${percent(b)} % in B, p ${p} adjusted for all of the benchmarks here`;
  return { ...start, problem: { kind: 'failure', type: 'worse', message } };
}
