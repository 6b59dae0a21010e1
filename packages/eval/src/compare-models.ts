import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, pathExists } from '@scalequest/core';
import { runFiles } from '@scalequest/runs';
import { type CompareRunsInput, type Comparison, compareRuns } from './compare-runs.ts';
import { readRunHead } from './comparison/read-run.ts';
import { EvaluationError } from './errors.ts';
import { adjustByHolm } from './statistics/holm.ts';

export interface CompareModelsInput extends Pick<CompareRunsInput, 'grader' | 'allow'> {
  /** Run folders of one model, and of the other; a folder that is no run stands for the runs in it, one level down. */
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** One benchmark of several, with the p-value that its company asks for. */
export interface BenchmarkComparison extends Comparison {
  /** Holm's adjusted p-value over all benchmarks of this comparison. */
  readonly holmPValue: number;
}

export interface ModelComparison {
  /** By name of the benchmark. */
  readonly benchmarks: readonly BenchmarkComparison[];
  /** Benchmarks that only one of the models has a run of, and runs of several models on one side. */
  readonly notes: readonly string[];
}

/**
 * Compares two models on several benchmarks: one paired comparison each, and Holm's correction over all of them, as one
 * of twenty benchmarks differs at 5 % by chance alone.
 *
 * @throws EvaluationError `RUNS_NOT_COMPARABLE` (no benchmark in common, or two runs of one on one side), and what
 *   {@link compareRuns} throws
 */
export async function compareModels({ a, b, ...options }: CompareModelsInput): Promise<ModelComparison> {
  const [ofA, ofB] = [await listRuns(a, 'A'), await listRuns(b, 'B')];
  const names = [...ofA.keys()].filter((name) => ofB.has(name)).sort();
  if (names.length === 0) throw nothingSharedError(ofA, ofB);
  const comparisons: Comparison[] = [];
  for (const name of names) {
    const folders = { a: (ofA.get(name) as Run).folder, b: (ofB.get(name) as Run).folder };
    comparisons.push(await compareRuns({ ...folders, ...options }));
  }
  const adjusted = adjustByHolm(comparisons.map(({ test }) => test.pValue));
  const benchmarks = comparisons.map((comparison, i) => ({ ...comparison, holmPValue: adjusted[i] as number }));
  return { benchmarks, notes: [...listLeftOut(ofA, ofB), ...listModels(ofA, 'A'), ...listModels(ofB, 'B')] };
}

interface Run {
  readonly folder: string;
  readonly model: string;
}

type RunsByBenchmark = ReadonlyMap<string, Run>;

async function listRuns(folders: readonly string[], side: 'A' | 'B'): Promise<RunsByBenchmark> {
  const runs = new Map<string, Run>();
  for (const folder of (await Promise.all(folders.map(expandFolder))).flat()) {
    const { benchmark, model } = await readRunHead(folder);
    const other = runs.get(benchmark);
    if (other !== undefined) throw twoRunsError({ benchmark, side, first: other.folder, second: folder });
    runs.set(benchmark, { folder, model });
  }
  return runs;
}

async function expandFolder(folder: string): Promise<readonly string[]> {
  if (await pathExists(join(folder, runFiles.summary))) return [folder];
  const inside: string[] = [];
  for (const name of await listFolders(folder)) {
    if (await pathExists(join(folder, name, runFiles.summary))) inside.push(join(folder, name));
  }
  // Without a run in it the folder itself is named in the error.
  return inside.length === 0 ? [folder] : inside;
}

async function listFolders(folder: string): Promise<readonly string[]> {
  try {
    if (!(await pathExists(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'read' });
  }
}

function listLeftOut(ofA: RunsByBenchmark, ofB: RunsByBenchmark): string[] {
  const [onlyA, onlyB] = [
    [...ofA.keys()].filter((name) => !ofB.has(name)),
    [...ofB.keys()].filter((name) => !ofA.has(name)),
  ];
  return [
    ...(onlyA.length === 0 ? [] : [`Left out, as only A has a run of it: ${onlyA.join(', ')}.`]),
    ...(onlyB.length === 0 ? [] : [`Left out, as only B has a run of it: ${onlyB.join(', ')}.`]),
  ];
}

function listModels(runs: RunsByBenchmark, side: 'A' | 'B'): string[] {
  const models = [...new Set([...runs.values()].map(({ model }) => model))];
  return models.length === 1 ? [] : [`The runs of ${side} name several models: ${models.join(', ')}.`];
}

function twoRunsError({
  benchmark,
  side,
  first,
  second,
}: {
  readonly benchmark: string;
  readonly side: 'A' | 'B';
  readonly first: string;
  readonly second: string;
}): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `Side ${side} has two runs of ${benchmark}: '${first}' and '${second}'.`,
    why: 'Which of them to compare cannot be known.',
    next: 'Give one run of each benchmark.',
    fields: { benchmark, first, second },
  });
}

function nothingSharedError(ofA: RunsByBenchmark, ofB: RunsByBenchmark): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: 'The two sides have no benchmark in common.',
    why: `A has ${[...ofA.keys()].join(', ')}; B has ${[...ofB.keys()].join(', ')}.`,
    next: 'Give runs of the same benchmarks, or two single runs: `scalequest compare RUN_A RUN_B`.',
    fields: { a: [...ofA.keys()], b: [...ofB.keys()] },
  });
}
