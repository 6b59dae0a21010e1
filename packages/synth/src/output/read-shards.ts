import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { sha256Hex } from '@scalequest/core';
import { type ManifestEntry, readManifest } from '../engine/manifest.ts';
import type { Generator } from '../engine/recipe.ts';
import { type Fields, formatRowId, type Row, type RowPlace } from '../engine/row.ts';
import { type RecipeRecord, readRecipeRecord } from '../engine/run-folder.ts';
import { type DroppedRow, type KeptRow, nameShardFiles, type ShardPlace } from '../engine/shard-files.ts';
import { SynthError } from '../errors.ts';

const unpack: (data: Uint8Array, options: { readonly chunkSize: number }) => Promise<Buffer> = promisify(gunzip);
/** By default a shard comes in two hundred pieces, each of which costs a turn of the main thread. */
const chunkSize = 1024 * 1024;

/** A row that a stage dropped, with what the stages before it knew. */
export interface RejectedRow extends RowPlace {
  readonly stage: string;
  readonly reason: string;
  readonly because: Fields | undefined;
  readonly fields: Fields;
}

/** What came of one shard. */
export interface ReadShard {
  readonly generator: string;
  readonly number: number;
  /** Those that are in the dataset. */
  readonly rows: readonly Row[];
  /** By index; none where they were not asked for. */
  readonly rejected: readonly RejectedRow[];
}

/** A shard that every stage is done with and that the dataset takes rows of. */
export interface CountedShard {
  readonly generator: string;
  readonly number: number;
  /** The stages that it went through, in their order. */
  readonly entries: readonly ManifestEntry[];
  /** The first of the rows that passed, so many as are still wanted. */
  readonly take: number;
}

/** A run as its folder tells it, without any row. */
export interface RunPlan {
  readonly folder: string;
  readonly record: RecipeRecord;
  /** Every shard that any stage is done with, also those beyond what is wanted. */
  readonly entries: readonly ManifestEntry[];
  /** In the dataset's order. */
  readonly shards: readonly CountedShard[];
}

/**
 * Which shards the dataset is made of, and how many rows each gives: known from the manifest alone.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`
 */
export async function planRun(folder: string): Promise<RunPlan> {
  const record = await readRecipeRecord(folder);
  const found = new Map<string, ManifestEntry>();
  // A shard that was made again has two lines, of which the later one is of the files that are there.
  for await (const entry of readManifest(folder)) found.set(formatPlace(entry), entry);
  const shards = record.generators.flatMap((generator) => listCounted(record, { generator, found }));
  return { folder, record, entries: [...found.values()], shards };
}

function listCounted(
  { stages }: RecipeRecord,
  { generator, found }: { readonly generator: Generator; readonly found: ReadonlyMap<string, ManifestEntry> },
): readonly CountedShard[] {
  const names = stages.filter(({ generators }) => generators?.includes(generator.name) ?? true).map(({ name }) => name);
  const shards: CountedShard[] = [];
  let left = generator.accept === 'all' ? Number.POSITIVE_INFINITY : generator.accept;
  for (let number = 0; left > 0; number++) {
    const entries = names.map((stage) => found.get(formatPlace({ stage, generator: generator.name, number })));
    const last = entries.at(-1);
    if (last === undefined || !entries.every((entry) => entry !== undefined)) break;
    const take = Math.min(left, last.kept);
    left -= take;
    shards.push({ generator: generator.name, number, entries, take });
  }
  return shards;
}

export interface ReadShardsOptions {
  /** @defaultValue false */
  readonly withRejected?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Shards that are read and unpacked while an earlier one is at work. */
const readAhead = 3;

/**
 * The rows of the dataset, shard by shard in its order, and on wish the rows that were dropped on the way. Every file is checked
 * against the hash that the manifest has of it. In memory are a few shards, whatever the run's size.
 *
 * @throws SynthError `SHARD_DAMAGED`
 */
export async function* readShards(
  { folder, shards }: RunPlan,
  { withRejected = false, signal }: ReadShardsOptions = {},
): AsyncGenerator<ReadShard> {
  const loads: Promise<readonly StageFiles[]>[] = [];
  const begin = (position: number): void => {
    const shard = shards[position];
    if (shard === undefined || loads[position] !== undefined) return;
    const load = Promise.all(shard.entries.map((entry) => loadStage(folder, { entry, withRejected })));
    load.catch(() => undefined);
    loads[position] = load;
  };
  try {
    for (const [position, shard] of shards.entries()) {
      signal?.throwIfAborted();
      for (let ahead = 0; ahead <= readAhead; ahead++) begin(position + ahead);
      const files = await (loads[position] as Promise<readonly StageFiles[]>);
      delete loads[position];
      yield joinShard(shard, { folder, files, withRejected });
    }
  } finally {
    await Promise.allSettled(loads);
  }
}

/**
 * Rows that hold a problem of a benchmark, by id: those that were dropped for it. Also of shards that the dataset takes none of, since
 * a row may repeat one of them.
 *
 * @throws SynthError `SHARD_DAMAGED`
 */
export async function readContaminated({ folder, entries }: RunPlan): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const { dropped, sha256, ...place } of entries) {
    if ((dropped[contaminatedReason] ?? 0) === 0) continue;
    const path = nameShardFiles(folder, place).dropped;
    for (const { index, drop } of readLines<DroppedRow>(await load(path, sha256.dropped), { path }))
      if (drop === contaminatedReason) ids.add(formatRowId({ generator: place.generator, index }));
  }
  return ids;
}

const contaminatedReason = 'contaminated';

/**
 * Whether a dropped row's text must not be shown: it is a benchmark's problem, and published it would contaminate others. So is
 * the text of a row that was dropped as its duplicate before anything was compared with benchmarks.
 */
export function isWithheld({ reason, because }: RejectedRow, contaminated: ReadonlySet<string>): boolean {
  return reason === contaminatedReason || (typeof because?.of === 'string' && contaminated.has(because.of));
}

interface StageFiles {
  readonly kept: string;
  readonly dropped: string;
}

async function loadStage(
  folder: string,
  { entry, withRejected }: { readonly entry: ManifestEntry; readonly withRejected: boolean },
): Promise<StageFiles> {
  const paths = nameShardFiles(folder, entry);
  return {
    kept: await load(paths.kept, entry.sha256.kept),
    dropped: withRejected ? await load(paths.dropped, entry.sha256.dropped) : '',
  };
}

async function load(path: string, sha256: string | undefined): Promise<string> {
  if (sha256 === undefined) return '';
  let data: Buffer;
  try {
    data = await unpack(await readFile(path), { chunkSize });
  } catch (error) {
    throw damaged(path, { why: error instanceof Error ? error.message : String(error), cause: error });
  }
  const seen = sha256Hex(data);
  if (seen !== sha256)
    throw damaged(path, { why: `Its content has SHA-256 ${seen}, and the manifest says ${sha256}.` });
  return data.toString('utf8');
}

function joinShard(
  { generator, number, entries, take }: CountedShard,
  {
    folder,
    files,
    withRejected,
  }: { readonly folder: string; readonly files: readonly StageFiles[]; readonly withRejected: boolean },
): ReadShard {
  const place = (position: number): ShardPlace => ({ stage: entries[position]?.stage ?? '', generator, number });
  const lastFiles = files.at(-1);
  const last = files.length - 1;
  const accepted = readLines<KeptRow>(lastFiles?.kept ?? '', { path: nameShardFiles(folder, place(last)).kept });
  const parts = new Map<number, Fields[]>(accepted.slice(0, take).map(({ index, fields }) => [index, [fields]]));
  const rejected: RejectedRow[] = [];
  const open = new Map<number, { readonly row: DroppedRow; readonly stage: string; readonly parts: Fields[] }>();
  for (let position = last; position >= 0; position--) {
    const { kept, dropped } = files[position] as StageFiles;
    const paths = nameShardFiles(folder, place(position));
    if (position < last) {
      // What a later stage dropped is passed over unread, unless it was asked for.
      const isWanted = (index: number): boolean => parts.has(index) || open.has(index);
      for (const { index, fields } of readLines<KeptRow>(kept, { path: paths.kept, isWanted })) {
        (parts.get(index) ?? open.get(index)?.parts)?.unshift(fields);
      }
    }
    if (!withRejected) continue;
    for (const row of readLines<DroppedRow>(dropped, { path: paths.dropped }))
      open.set(row.index, { row, stage: place(position).stage, parts: [] });
  }
  for (const { row, stage, parts: known } of open.values()) {
    const { index, drop: reason, because } = row;
    rejected.push({ generator, index, stage, reason, because, fields: Object.assign({}, ...known) });
  }
  rejected.sort((a, b) => a.index - b.index);
  const rows = Array.from(parts, ([index, known]) => ({ generator, index, fields: Object.assign({}, ...known) }));
  return { generator, number, rows, rejected };
}

const linePrefix = '{"index":';

function readLines<T extends { readonly index: number }>(
  text: string,
  { path, isWanted }: { readonly path: string; readonly isWanted?: (index: number) => boolean },
): readonly T[] {
  const rows: T[] = [];
  for (let begin = 0; begin < text.length; ) {
    const found = text.indexOf('\n', begin);
    const end = found < 0 ? text.length : found;
    // The index stands first, as `writeShard` writes it: a row that nobody wants need not be parsed.
    const index =
      isWanted === undefined ? undefined : Number.parseInt(text.slice(begin + linePrefix.length, begin + 32), 10);
    if (index === undefined || Number.isNaN(index) || isWanted?.(index) !== false) {
      try {
        rows.push(JSON.parse(text.slice(begin, end)) as T);
      } catch (error) {
        throw damaged(path, { why: error instanceof Error ? error.message : String(error), cause: error });
      }
    }
    begin = end + 1;
  }
  return rows;
}

function formatPlace({ stage, generator, number }: ShardPlace): string {
  return `${stage}/${generator}/${number}`;
}

function damaged(path: string, { why, cause }: { readonly why: string; readonly cause?: unknown }): SynthError {
  return new SynthError({
    code: 'SHARD_DAMAGED',
    what: `'${path}' cannot be read.`,
    why,
    next: 'Nothing was changed. Restore the file, or remove it and its line in manifest.jsonl: its shard is then made again.',
    fields: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
