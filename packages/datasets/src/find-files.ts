import { readdir } from 'node:fs/promises';
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
  const { folder, splits, fileName } = benchmark.rows;
  for (const base of [join(dataDir, 'benchmark', folder), join(dataDir, folder)]) {
    const files = await findSplits(base, splits);
    if (files !== undefined) return { kind: 'data-dir', path: files.length === 1 ? files[0] : base, files };
    const named = fileName === undefined ? undefined : await findNamedFile(base, fileName);
    if (named !== undefined) return { kind: 'data-dir', path: named, files: [named] };
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
  if (benchmark.rows.kind === 'generated') return benchmark.name;
  const { folder, splits, fileName } = benchmark.rows;
  const [split] = splits;
  const named = fileName === undefined ? '' : ` or ${fileName}.jsonl.gz`;
  return `benchmark/${folder}/${splits.length === 1 ? split : `{${splits.join(',')}}`}.jsonl.gz${named}`;
}

export function getCacheFolder(benchmark: Benchmark, cacheDir: string): string {
  return join(cacheDir, 'datasets', benchmark.name);
}

export function getHubOrigin(benchmark: Benchmark): HubOrigin | undefined {
  return benchmark.origins.find((origin) => origin.kind === 'hub');
}

const dataExtensions = ['.jsonl.gz', '.jsonl', '.json', '.parquet'] as const;

/** One file for each split, or none at all: a part would be another benchmark. */
async function findSplits(
  base: string,
  splits: readonly string[],
): Promise<readonly [string, ...string[]] | undefined> {
  const [first, ...rest] = await Promise.all(splits.map((split) => findSplit(base, split)));
  const files = [first, ...rest];
  return files.every((file) => file !== undefined) ? (files as [string, ...string[]]) : undefined;
}

async function findSplit(base: string, split: string): Promise<string | undefined> {
  for (const extension of dataExtensions) {
    const path = join(base, `${split}${extension}`);
    if (await pathExists(path)) return path;
  }
  return undefined;
}

/** Of several releases of a file the newest. */
async function findNamedFile(base: string, fileName: string): Promise<string | undefined> {
  if (!(await pathExists(base))) return undefined;
  const name = new RegExp(`^${fileName.replaceAll('.', '\\.').replace('*', '[\\d.]+')}$`);
  const newestFirst = new Intl.Collator('en', { numeric: true });
  const files = (await readdir(base))
    .filter((file) => dataExtensions.some((end) => file.endsWith(end) && name.test(file.slice(0, -end.length))))
    .sort((a, b) => newestFirst.compare(b, a));
  return files[0] === undefined ? undefined : join(base, files[0]);
}

async function findHubFiles(benchmark: Benchmark, folder: string): Promise<readonly string[] | undefined> {
  const files = getHubOrigin(benchmark)?.files.map((file) => join(folder, file)) ?? [];
  if (files.length === 0) return undefined;
  for (const file of files) if (!(await pathExists(file))) return undefined;
  return files;
}
