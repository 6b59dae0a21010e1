import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import type { Benchmark, HubOrigin } from './benchmark.ts';

/** Where the files of a benchmark were found. */
export interface FoundFiles {
  readonly kind: 'data-dir' | 'cache';
  /** The file, or the folder of several files. */
  readonly path: string;
  readonly files: readonly string[];
}

/** Looks into a data folder: `benchmark/<folder>/`, then `<folder>/`; one file, or the files as on the hub. */
export async function findInDataDir(benchmark: Benchmark, dataDir: string): Promise<FoundFiles | undefined> {
  if (benchmark.rows.kind === 'generated') return undefined;
  const { folder } = benchmark.rows;
  for (const base of [join(dataDir, 'benchmark', folder), join(dataDir, folder)]) {
    for (const extension of dataExtensions) {
      const path = join(base, `${benchmark.split}${extension}`);
      if (await pathExists(path)) return { kind: 'data-dir', path, files: [path] };
    }
    const copied = await findHubFiles(benchmark, base);
    if (copied !== undefined) return { kind: 'data-dir', path: base, files: copied };
  }
  return undefined;
}

/** Looks for an earlier download. Only whole sets count: a fetch that was stopped between two files goes on later. */
export async function findInCache(benchmark: Benchmark, cacheDir: string): Promise<FoundFiles | undefined> {
  const folder = getCacheFolder(benchmark, cacheDir);
  const files = await findHubFiles(benchmark, folder);
  return files === undefined ? undefined : { kind: 'cache', path: folder, files };
}

/** The file names that a data folder may have, for the message where it has none. */
export function describeDataFile(benchmark: Benchmark): string {
  const folder = benchmark.rows.kind === 'records' ? benchmark.rows.folder : benchmark.name;
  return `benchmark/${folder}/${benchmark.split}.jsonl.gz`;
}

export function getCacheFolder(benchmark: Benchmark, cacheDir: string): string {
  return join(cacheDir, 'datasets', benchmark.name);
}

export function getHubOrigin(benchmark: Benchmark): HubOrigin | undefined {
  return benchmark.origins.find((origin) => origin.kind === 'hub');
}

const dataExtensions = ['.jsonl.gz', '.jsonl', '.parquet'] as const;

async function findHubFiles(benchmark: Benchmark, folder: string): Promise<readonly string[] | undefined> {
  const files = getHubOrigin(benchmark)?.files.map((file) => join(folder, file)) ?? [];
  if (files.length === 0) return undefined;
  for (const file of files) if (!(await pathExists(file))) return undefined;
  return files;
}
