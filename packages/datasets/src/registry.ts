import { describeCloseNames, pathExists } from '@scalequest/core';
import type { Benchmark, BenchmarkInfo } from './benchmark.ts';
import { aime24 } from './benchmarks/aime24.ts';
import { amc23 } from './benchmarks/amc23.ts';
import { collegeMath } from './benchmarks/college-math.ts';
import { gsmHard } from './benchmarks/gsm-hard.ts';
import { gsm8k } from './benchmarks/gsm8k.ts';
import { gsm8kTrain } from './benchmarks/gsm8k-train.ts';
import { humanEval } from './benchmarks/humaneval.ts';
import { humanEvalPlus } from './benchmarks/humaneval-plus.ts';
import { math } from './benchmarks/math.ts';
import { math500 } from './benchmarks/math-500.ts';
import { mathEmbedded } from './benchmarks/math-embedded.ts';
import { mathTrain } from './benchmarks/math-train.ts';
import { mbpp } from './benchmarks/mbpp.ts';
import { mbppAll } from './benchmarks/mbpp-all.ts';
import { mbppPlus } from './benchmarks/mbpp-plus.ts';
import { mbppPlusV020 } from './benchmarks/mbpp-plus-v0.2.0.ts';
import { mbppPrompt } from './benchmarks/mbpp-prompt.ts';
import { mbppSanitized } from './benchmarks/mbpp-sanitized.ts';
import { mbppTrain } from './benchmarks/mbpp-train.ts';
import { mbppValidation } from './benchmarks/mbpp-validation.ts';
import { olympiadbench } from './benchmarks/olympiadbench.ts';
import { wordProblems } from './benchmarks/word-problems.ts';
import { DatasetsError } from './errors.ts';
import { findInCache, findInDataDir } from './find-files.ts';

/** All that is known by name. A new benchmark is one file in `benchmarks/` and one entry here. */
const benchmarks: readonly Benchmark[] = [
  math,
  math500,
  mathTrain,
  gsm8k,
  gsm8kTrain,
  gsmHard,
  collegeMath,
  olympiadbench,
  aime24,
  amc23,
  humanEval,
  humanEvalPlus,
  mbpp,
  mbppTrain,
  mbppValidation,
  mbppPrompt,
  mbppAll,
  mbppSanitized,
  mbppPlus,
  mbppPlusV020,
  mathEmbedded,
  wordProblems,
];

const byName: ReadonlyMap<string, Benchmark> = new Map(benchmarks.map((benchmark) => [benchmark.name, benchmark]));

/**
 * The benchmark of that name. One that is given as a definition passes through, so that every function takes both.
 *
 * @throws DatasetsError `UNKNOWN_BENCHMARK`
 */
export function getBenchmark(benchmark: string | Benchmark): Benchmark {
  if (typeof benchmark !== 'string') return benchmark;
  const known = byName.get(benchmark);
  if (known === undefined) throw unknownBenchmarkError(benchmark);
  return known;
}

/** What is known of each benchmark, without reading any data. */
export function listBenchmarks(): readonly BenchmarkInfo[] {
  return benchmarks.map(({ rows: _, goldFixes: __, ...info }) => info);
}

/** Where the next load would find a benchmark; `missing` where it would have to download or fail. */
export type BenchmarkLocation =
  | { readonly kind: 'data-dir' | 'cache' | 'file'; readonly path: string }
  | { readonly kind: 'generated' | 'missing' };

/** Looks, without reading or checking the data. */
export async function locateBenchmark(
  name: string | Benchmark,
  { dataDir, cacheDir }: { readonly dataDir?: string | undefined; readonly cacheDir: string },
): Promise<BenchmarkLocation> {
  const benchmark = getBenchmark(name);
  const { rows } = benchmark;
  if (rows.kind === 'generated') return { kind: 'generated' };
  if (rows.file !== undefined)
    return (await pathExists(rows.file)) ? { kind: 'file', path: rows.file } : { kind: 'missing' };
  const found =
    dataDir === undefined ? await findInCache(benchmark, cacheDir) : await findInDataDir(benchmark, dataDir);
  return found === undefined ? { kind: 'missing' } : { kind: found.kind, path: found.path };
}

function unknownBenchmarkError(name: string): DatasetsError {
  const close = describeCloseNames(name, byName.keys());
  return new DatasetsError({
    code: 'UNKNOWN_BENCHMARK',
    kind: 'request',
    what: `Benchmark '${name}' is not known.${close === '' ? '' : ` ${close}`} Run \`scalequest data list\` for all.`,
    fields: { name },
  });
}
