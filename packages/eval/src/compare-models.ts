import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asFileError, pathExists } from '@scalequest/core';
import { runFiles } from '@scalequest/runs';
import { type CompareOptions, type Comparison, compareSides } from './compare-runs.ts';
import { noProblemsError } from './comparison/no-problems-error.ts';
import { readRunHead } from './comparison/read-run.ts';
import type { Side } from './comparison/read-sides.ts';
import { EvaluationError } from './errors.ts';
import { findLogBenchmark } from './foreign/find-log-benchmark.ts';
import type { ForeignLog } from './foreign/foreign-log.ts';
import { joinForeignLogs, openForeignLogs } from './foreign/open-foreign-log.ts';
import type { ComparedProblems } from './foreign/read-log-run.ts';
import { adjustByHolm } from './statistics/holm.ts';

export interface CompareModelsInput extends Omit<CompareOptions, 'benchmark'> {
  /**
   * Of one model, and of the other: run folders, and logs of lm-eval or inspect. A folder that is neither stands for the
   * runs in it, one level down, or else for the logs in it.
   */
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Benchmarks that the logs may be of. @defaultValue those of the runs */
  readonly logsOf?: readonly string[] | undefined;
}

/** One benchmark of several, with the p-value that its company asks for. */
export interface BenchmarkComparison extends Comparison {
  /** Holm's adjusted p-value over all benchmarks of this comparison. */
  readonly holmPValue: number;
}

export interface ModelComparison {
  /** By name of the benchmark. */
  readonly benchmarks: readonly BenchmarkComparison[];
  /** Benchmarks that only one of the models has, logs of none of them, and runs of several models on one side. */
  readonly notes: readonly string[];
}

/**
 * Compares two models on several benchmarks: one paired comparison each, and Holm's correction over all of them, as one
 * of twenty benchmarks differs at 5 % by chance alone.
 *
 * @throws EvaluationError `RUNS_NOT_COMPARABLE` (no benchmark in common, or two runs of one on one side), and what
 *   {@link compareRuns} throws
 */
export async function compareModels({
  a,
  b,
  loadProblems,
  logsOf,
  ...options
}: CompareModelsInput): Promise<ModelComparison> {
  const sources = { a: await listSources(a), b: await listSources(b) };
  const notes: string[] = [];
  const benchmarks = await loadForLogs(sources, { loadProblems, logsOf });
  const [ofA, ofB] = [
    listByBenchmark(await listSides(sources.a, { side: 'A', benchmarks, notes }), 'A'),
    listByBenchmark(await listSides(sources.b, { side: 'B', benchmarks, notes }), 'B'),
  ];
  const names = [...ofA.keys()].filter((name) => ofB.has(name)).sort();
  if (names.length === 0) throw nothingSharedError(ofA, ofB, notes);
  const comparisons: Comparison[] = [];
  for (const name of names) {
    const sides = { a: ofA.get(name) as Side, b: ofB.get(name) as Side };
    const problems = benchmarks.get(name);
    const load = problems === undefined ? {} : { benchmark: name, loadProblems: async () => problems };
    comparisons.push(await compareSides(sides, { ...options, ...load }));
  }
  const adjusted = adjustByHolm(comparisons.map(({ test }) => test.pValue));
  const compared = comparisons.map((comparison, i) => ({ ...comparison, holmPValue: adjusted[i] as number }));
  return {
    benchmarks: compared,
    notes: [...notes, ...listLeftOut(ofA, ofB), ...listModels(ofA, 'A'), ...listModels(ofB, 'B')],
  };
}

/** What the paths of one side stand for; of the logs it is not known yet which benchmark they are of. */
interface Sources {
  readonly runs: readonly (Side & { readonly log?: undefined })[];
  readonly logs: readonly ForeignLog[];
}

async function listSources(paths: readonly string[]): Promise<Sources> {
  const runs: Sources['runs'][number][] = [];
  const logs: ForeignLog[] = [];
  for (const path of paths) {
    const folders = await listRunFolders(path);
    const found = folders.length === 0 ? await openForeignLogs(path) : [];
    logs.push(...found);
    // With nothing in it the path itself is named in the error.
    const toRead = folders.length === 0 && found.length === 0 ? [path] : folders;
    for (const folder of toRead) runs.push({ path: folder, head: await readRunHead(folder) });
  }
  return { runs, logs };
}

type Loading = Pick<CompareModelsInput, 'loadProblems' | 'logsOf'>;

/** The benchmarks that a log may be of, by name. */
async function loadForLogs(
  { a, b }: { readonly a: Sources; readonly b: Sources },
  { loadProblems, logsOf }: Loading,
): Promise<ReadonlyMap<string, ComparedProblems>> {
  const [log] = [...a.logs, ...b.logs];
  if (log === undefined) return new Map();
  const runs = [...a.runs, ...b.runs].map(({ head }) => head);
  const names = logsOf ?? [...new Set(runs.map(({ benchmark }) => benchmark))];
  if (loadProblems === undefined || names.length === 0) throw noProblemsError(log.samplesFiles[0] as string);
  const loaded = new Map<string, ComparedProblems>();
  for (const name of names) {
    const goldFixes = runs.find(({ benchmark }) => benchmark === name)?.goldFixes ?? [];
    const problems = await loadProblems({ benchmark: name, goldFixes });
    loaded.set(problems.name, problems);
  }
  return loaded;
}

interface BenchmarkSide {
  readonly benchmark: string;
  readonly side: Side;
}

interface ListSidesInput {
  readonly side: 'A' | 'B';
  readonly benchmarks: ReadonlyMap<string, ComparedProblems>;
  /** What is left out is said here. */
  readonly notes: string[];
}

async function listSides(
  { runs, logs }: Sources,
  { side, benchmarks, notes }: ListSidesInput,
): Promise<readonly BenchmarkSide[]> {
  const sides: BenchmarkSide[] = runs.map((run) => ({ benchmark: run.head.benchmark, side: run }));
  const byBenchmark = new Map<string, ForeignLog[]>();
  for (const log of logs) {
    const benchmark = await findLogBenchmark(log, [...benchmarks.values()]);
    if (benchmark === undefined) {
      const names = [...benchmarks.keys()].join(', ');
      notes.push(`Left out of ${side}, as it is of none of ${names}: the log ${log.samplesFiles.join(', ')}.`);
    } else byBenchmark.set(benchmark.name, [...(byBenchmark.get(benchmark.name) ?? []), log]);
  }
  for (const [benchmark, parts] of byBenchmark) {
    for (const log of await joinForeignLogs(parts)) sides.push({ benchmark, side: { path: namePath(log), log } });
  }
  return sides;
}

/** Several files of one log are named by their folder. */
function namePath({ samplesFiles }: ForeignLog): string {
  const first = samplesFiles[0] as string;
  return samplesFiles.length === 1 ? first : dirname(first);
}

type SidesByBenchmark = ReadonlyMap<string, Side>;

function listByBenchmark(sides: readonly BenchmarkSide[], name: 'A' | 'B'): SidesByBenchmark {
  const byBenchmark = new Map<string, Side>();
  for (const { benchmark, side } of sides) {
    const other = byBenchmark.get(benchmark);
    if (other !== undefined) throw twoRunsError({ benchmark, side: name, first: other.path, second: side.path });
    byBenchmark.set(benchmark, side);
  }
  return byBenchmark;
}

/** The folder where it is a run, else the runs in it. */
async function listRunFolders(folder: string): Promise<readonly string[]> {
  if (await pathExists(join(folder, runFiles.summary))) return [folder];
  const inside: string[] = [];
  for (const name of await listFolders(folder)) {
    if (await pathExists(join(folder, name, runFiles.summary))) inside.push(join(folder, name));
  }
  return inside;
}

async function listFolders(folder: string): Promise<readonly string[]> {
  try {
    if (!(await pathExists(folder)) || !(await stat(folder)).isDirectory()) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'read' });
  }
}

function listLeftOut(ofA: SidesByBenchmark, ofB: SidesByBenchmark): string[] {
  const [onlyA, onlyB] = [
    [...ofA.keys()].filter((name) => !ofB.has(name)),
    [...ofB.keys()].filter((name) => !ofA.has(name)),
  ];
  return [
    ...(onlyA.length === 0 ? [] : [`Left out, as only A has a run of it: ${onlyA.join(', ')}.`]),
    ...(onlyB.length === 0 ? [] : [`Left out, as only B has a run of it: ${onlyB.join(', ')}.`]),
  ];
}

function listModels(runs: SidesByBenchmark, side: 'A' | 'B'): string[] {
  const models = [...new Set([...runs.values()].map((side) => (side.log ?? side.head).model))];
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

function nothingSharedError(ofA: SidesByBenchmark, ofB: SidesByBenchmark, notes: readonly string[]): EvaluationError {
  const list = (side: SidesByBenchmark): string => (side.size === 0 ? 'none' : [...side.keys()].join(', '));
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: 'The two sides have no benchmark in common.',
    why: [`A has ${list(ofA)}; B has ${list(ofB)}.`, ...notes].join(' '),
    next: 'Give runs of the same benchmarks, or two single runs: `scalequest compare RUN_A RUN_B`.',
    fields: { a: [...ofA.keys()], b: [...ofB.keys()] },
  });
}
