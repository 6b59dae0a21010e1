import type { ForeignLog } from './foreign-log.ts';
import { createDocumentMapper } from './map-document.ts';
import type { ComparedProblems } from './read-log-run.ts';

/** Samples that are looked at: enough to tell MATH from its 500, which hold every tenth of its problems. */
const samplesTried = 50;

/**
 * Finds which benchmark a log is of: the one that has the problems of most of its first samples; of two that have as many
 * the smaller. Undefined where none has any.
 */
export async function findLogBenchmark(
  log: ForeignLog,
  benchmarks: readonly ComparedProblems[],
): Promise<ComparedProblems | undefined> {
  const candidates = benchmarks.map((benchmark) => ({
    benchmark,
    map: createDocumentMapper(benchmark.problems),
    found: 0,
  }));
  let tried = 0;
  for await (const { document } of log.readSamples()) {
    for (const candidate of candidates) if ('ids' in candidate.map(document)) candidate.found++;
    if (++tried === samplesTried) break;
  }
  const [best] = candidates
    .filter(({ found }) => found > 0)
    .sort((x, y) => y.found - x.found || x.benchmark.problems.length - y.benchmark.problems.length);
  return best?.benchmark;
}
