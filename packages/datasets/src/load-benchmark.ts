import { pathExists } from '@scalequest/core';
import type { Benchmark } from './benchmark.ts';
import { checkPin, type PinCheck, type RowsSource, wrongRowsError } from './check-pin.ts';
import { DatasetsError } from './errors.ts';
import { fetchProblems } from './fetch-benchmark.ts';
import { describeDataFile, findInCache, findInDataDir, getHubOrigin } from './find-files.ts';
import { applyGoldFixes } from './gold-fixes.ts';
import type { FetchEvent, HubOptions } from './hub/hub-options.ts';
import type { Problem } from './problem.ts';
import { type ReadProblems, readProblems } from './read-problems.ts';
import { getBenchmark } from './registry.ts';

export interface LoadOptions {
  /** A folder with `benchmark/<name>/<split>.jsonl.gz`. Where it is given it must have the data: nothing else is tried. */
  readonly dataDir?: string | undefined;
  readonly cacheDir: string;
  readonly hub?: HubOptions | undefined;
  /** Whether to download what is neither in the data folder nor in the cache. @defaultValue true */
  readonly allowDownload?: boolean;
  /** Correct the references that are known to be wrong or incomplete. @defaultValue false */
  readonly goldFixes?: boolean;
  /** Take rows that are not the pinned ones; `matchesPin` then says so. @defaultValue false */
  readonly acceptUnpinned?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: FetchEvent) => void) | undefined;
}

export interface LoadedBenchmark extends PinCheck {
  readonly name: string;
  readonly split: string;
  readonly licence: string;
  readonly source: RowsSource;
  readonly problems: readonly Problem[];
  /** Why each record that gave no problem was left out. */
  readonly excluded: readonly string[];
  /** Ids of the problems whose reference was corrected; empty unless `goldFixes` was asked for. */
  readonly appliedFixes: readonly string[];
}

/**
 * Loads a benchmark by name, or one of your own: from the data folder where one is given, else from the cache, else from
 * the hub into the cache. Nothing is silently replaced, and rows other than the pinned ones are an error.
 *
 * @throws DatasetsError, CoreError
 * @example
 * const { problems } = await loadBenchmark('math-500', { cacheDir: '/tmp/cache' });
 */
export async function loadBenchmark(name: string | Benchmark, options: LoadOptions): Promise<LoadedBenchmark> {
  const benchmark = getBenchmark(name);
  const { read, source } = await readFromSource(benchmark, options);
  const check = checkPin(benchmark, read);
  if (!check.isAcceptable && options.acceptUnpinned !== true) {
    throw wrongRowsError(benchmark, check, source);
  }
  const fixed = options.goldFixes === true ? applyGoldFixes(read.problems, benchmark.goldFixes) : undefined;
  return {
    ...check,
    name: benchmark.name,
    split: benchmark.split,
    licence: benchmark.licence,
    source,
    problems: fixed?.problems ?? read.problems,
    excluded: read.excluded,
    appliedFixes: fixed?.appliedFixes ?? [],
  };
}

interface SourcedProblems {
  readonly read: ReadProblems;
  readonly source: RowsSource;
}

/** The order of the sources: made here, its own file, data folder, cache, hub. */
export async function readFromSource(benchmark: Benchmark, options: LoadOptions): Promise<SourcedProblems> {
  if (benchmark.rows.kind === 'generated') {
    return { read: await readProblems(benchmark, []), source: { kind: 'generated', path: '' } };
  }
  const { file } = benchmark.rows;
  if (file !== undefined) {
    if (!(await pathExists(file))) throw fileNotFoundError(benchmark.name, file);
    const read = await readProblems(benchmark, [file], options);
    if (read.problems.length === 0) throw noProblemsError(benchmark.name, file, read.excluded.length);
    return { read, source: { kind: 'file', path: file } };
  }
  const { dataDir, cacheDir } = options;
  const found =
    dataDir === undefined ? await findInCache(benchmark, cacheDir) : await findInDataDir(benchmark, dataDir);
  if (found !== undefined) {
    return {
      read: await readProblems(benchmark, found.files, options),
      source: { kind: found.kind, path: found.path },
    };
  }
  if (dataDir !== undefined || options.allowDownload === false || getHubOrigin(benchmark) === undefined) {
    throw dataNotFoundError(benchmark, options);
  }
  try {
    const { read, result } = await fetchProblems(benchmark, options);
    return { read, source: { kind: 'hub', path: result.url } };
  } catch (error) {
    // The user asked for the data, not for a download: that it failed is one reason among the ways to get it.
    if (error instanceof DatasetsError && hubFailures.has(error.code))
      throw dataNotFoundError(benchmark, options, error);
    throw error;
  }
}

/** The hub did not give the file. One that gave a wrong file is another matter, and keeps its own error. */
const hubFailures: ReadonlySet<string> = new Set([
  'HUB_UNREACHABLE',
  'HUB_NOT_FOUND',
  'HUB_REFUSED',
  'HUB_RATE_LIMITED',
  'HUB_FAILED',
]);

function fileNotFoundError(name: string, file: string): DatasetsError {
  return new DatasetsError({
    code: 'DATA_NOT_FOUND',
    kind: 'request',
    what: `The data of benchmark '${name}' was not found.`,
    why: `There is no file '${file}'.`,
    next: 'Put it there, or correct the path in the definition.',
    fields: { name, file },
  });
}

function noProblemsError(name: string, file: string, excludedCount: number): DatasetsError {
  return new DatasetsError({
    code: 'NO_PROBLEMS',
    kind: 'request',
    what: `Benchmark '${name}' has no problem.`,
    why: excludedCount === 0 ? `'${file}' is empty.` : `All ${excludedCount} records of '${file}' were left out.`,
    next: 'Give a file with at least one record that becomes a problem.',
    fields: { name, file, excludedCount },
  });
}

function dataNotFoundError(
  benchmark: Benchmark,
  { dataDir, cacheDir }: LoadOptions,
  hubError?: DatasetsError,
): DatasetsError {
  const { name } = benchmark;
  const file = describeDataFile(benchmark);
  const looked = dataDir === undefined ? `the cache '${cacheDir}'` : `the data folder '${dataDir}'`;
  const ways: readonly [string, ...string[]] = [
    `give a folder with ${file} (or .jsonl, .json, .parquet): --data-dir DIR, or SCALEQUEST_DATA_DIR`,
    ...(getHubOrigin(benchmark) === undefined
      ? []
      : [
          `fill the cache once, with network: \`scalequest data fetch ${name}\``,
          hubError === undefined
            ? 'leave out the data folder and allow the download: it then comes from the hub, or a mirror named by HF_ENDPOINT'
            : 'run the same command again where the hub can be reached, or name a mirror by HF_ENDPOINT',
        ]),
  ];
  return new DatasetsError({
    code: 'DATA_NOT_FOUND',
    kind: 'request',
    what: `Dataset '${name}' was not found.`,
    why:
      hubError === undefined
        ? `It is not in ${looked}.`
        : `It is not in ${looked}, and the hub did not give it: ${hubError.message.split('\n', 1)[0]}`,
    next:
      ways.length === 1
        ? `Bring the file: ${ways[0]}.`
        : `Do one of these: ${ways.map((way, index) => `(${index + 1}) ${way}`).join('; ')}.`,
    fields: { name, dataDir, cacheDir, file, hubCode: hubError?.code },
    cause: hubError,
  });
}
