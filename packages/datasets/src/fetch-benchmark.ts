import { join } from 'node:path';
import type { Benchmark, HubOrigin } from './benchmark.ts';
import { checkPin, type PinCheck, wrongRowsError } from './check-pin.ts';
import { DatasetsError } from './errors.ts';
import { findInCache, getCacheFolder, getHubOrigin } from './find-files.ts';
import { type DownloadedFile, downloadHubFile } from './hub/download-hub-file.ts';
import { defaultHubEndpoint, type FetchEvent, type HubOptions } from './hub/hub-options.ts';
import { type ReadProblems, readProblems } from './read-problems.ts';
import { getBenchmark } from './registry.ts';

export interface FetchOptions {
  readonly cacheDir: string;
  readonly hub?: HubOptions | undefined;
  /** Download again what is in the cache. @defaultValue false */
  readonly force?: boolean;
  /** Keep rows that are not the pinned ones. @defaultValue false */
  readonly acceptUnpinned?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: FetchEvent) => void) | undefined;
}

export interface FetchedFile {
  readonly path: string;
  readonly url: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The commit of the hub's repository, where the hub named it. */
  readonly commit: string | undefined;
}

export interface FetchResult extends PinCheck {
  readonly name: string;
  /** The folder in the cache. */
  readonly path: string;
  readonly url: string;
  /** Whether everything was in the cache already, so that nothing was downloaded. */
  readonly wasCached: boolean;
  /** What was downloaded; empty where `wasCached`. */
  readonly files: readonly FetchedFile[];
}

/**
 * Brings a benchmark from the hub into the cache. Its rows are checked before any file takes its place, so the cache
 * never holds a copy that would be refused, and a copy that is there stays until a better one is whole.
 *
 * @throws DatasetsError
 */
export async function fetchBenchmark(benchmark: string | Benchmark, options: FetchOptions): Promise<FetchResult> {
  const { result } = await fetchProblems(getBenchmark(benchmark), options);
  return result;
}

/** The same, with the problems that were read for the check. */
export async function fetchProblems(
  benchmark: Benchmark,
  options: FetchOptions,
): Promise<{ readonly result: FetchResult; readonly read: ReadProblems }> {
  const origin = getHubOrigin(benchmark);
  if (origin === undefined) throw nothingToFetchError(benchmark);
  const path = getCacheFolder(benchmark, options.cacheDir);
  const url = `${(options.hub?.endpoint ?? defaultHubEndpoint).replace(/\/+$/, '')}/datasets/${origin.repository}`;
  const common = { name: benchmark.name, path, url };

  const cached = options.force === true ? undefined : await findInCache(benchmark, options.cacheDir);
  if (cached !== undefined) {
    const read = await readProblems(benchmark, cached.files, options);
    const check = checkPin(benchmark, read);
    assertAccepted(benchmark, check, { source: { kind: 'cache', path }, options });
    return { result: { ...common, ...check, wasCached: true, files: [] }, read };
  }

  const downloads = await downloadAll(origin, path, options);
  try {
    const read = await readProblems(
      benchmark,
      downloads.map((download) => download.path),
      options,
    );
    const check = checkPin(benchmark, read);
    assertAccepted(benchmark, check, { source: { kind: 'hub', path: url }, options });
    for (const download of downloads) await download.keep();
    const files = downloads.map((download, index) => ({
      path: join(path, origin.files[index] ?? ''),
      url: download.url,
      sizeBytes: download.sizeBytes,
      sha256: download.sha256,
      commit: download.commit,
    }));
    return { result: { ...common, ...check, wasCached: false, files }, read };
  } catch (error) {
    for (const download of downloads) await download.discard();
    throw error;
  }
}

async function downloadAll(origin: HubOrigin, folder: string, options: FetchOptions): Promise<DownloadedFile[]> {
  const downloads: DownloadedFile[] = [];
  for (const path of origin.files) {
    const file = { repository: origin.repository, revision: origin.revision, path };
    try {
      downloads.push(
        await downloadHubFile(file, join(folder, path), {
          ...options.hub,
          signal: options.signal,
          onEvent: options.onProgress,
        }),
      );
    } catch (error) {
      // What is whole stays for the next call, which asks for the rest only.
      for (const download of downloads) download.release();
      throw error;
    }
  }
  return downloads;
}

function assertAccepted(
  benchmark: Benchmark,
  check: PinCheck,
  { source, options }: { readonly source: Parameters<typeof wrongRowsError>[2]; readonly options: FetchOptions },
): void {
  if (!check.isAcceptable && options.acceptUnpinned !== true) {
    throw wrongRowsError(benchmark, check, source);
  }
}

function nothingToFetchError(benchmark: Benchmark): DatasetsError {
  const isGenerated = benchmark.rows.kind === 'generated';
  return new DatasetsError({
    code: 'DATA_NOT_FOUND',
    kind: 'request',
    what: `Benchmark '${benchmark.name}' cannot be downloaded.`,
    why: isGenerated ? 'This package makes its problems itself.' : 'No copy on the hub is known.',
    next: isGenerated
      ? 'Just use it: it needs no data.'
      : 'Give a folder that has it: --data-dir DIR, or SCALEQUEST_DATA_DIR.',
    fields: { name: benchmark.name },
  });
}
