import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CoreError, readJsonLines, sha256Hex, writeFileAtomic } from '@scalequest/core';
import { z } from 'zod';
import { SynthError } from '../errors.ts';
import type { Fields, Json } from './row.ts';
import type { Decision } from './stage.ts';

const gzipAsync: (data: string, options: { readonly level: number }) => Promise<Buffer> = promisify(gzip);

/** Which shard, after which stage. */
export interface ShardPlace {
  readonly stage: string;
  readonly generator: string;
  readonly number: number;
}

export interface KeptRow {
  readonly index: number;
  /** What the stage gave, and nothing that stages before it gave. */
  readonly fields: Fields;
}

export interface DroppedRow {
  readonly index: number;
  readonly drop: string;
  readonly because?: Fields;
}

/** SHA-256 of each file of a shard, before it is packed; undefined where it has no rows. */
export interface ShardHashes {
  readonly kept?: string;
  readonly dropped?: string;
  readonly memory?: string;
}

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const fields: z.ZodType<Fields> = z.record(z.string(), json);
const keptSchema = z.object({ index: z.int().nonnegative(), fields });
const droppedSchema = z.object({
  index: z.int().nonnegative(),
  drop: z.string(),
  because: fields.optional(),
});

/** Where the files of a shard lie: `shards/STAGE/GENERATOR-000012.kept.jsonl.gz`, and so on. */
export function nameShardFiles(
  folder: string,
  { stage, generator, number }: ShardPlace,
): { readonly kept: string; readonly dropped: string; readonly memory: string } {
  const base = join(folder, 'shards', stage, `${generator}-${String(number).padStart(6, '0')}`);
  return { kept: `${base}.kept.jsonl.gz`, dropped: `${base}.dropped.jsonl.gz`, memory: `${base}.memory` };
}

/** What one stage said of one shard. Each file is whole or not there. */
export async function writeShard(
  folder: string,
  place: ShardPlace,
  {
    indices,
    decisions,
    memory,
  }: {
    readonly indices: readonly number[];
    readonly decisions: readonly Decision[];
    readonly memory: Uint8Array | undefined;
  },
): Promise<ShardHashes> {
  const files = nameShardFiles(folder, place);
  let kept = '';
  let dropped = '';
  decisions.forEach((decision, position) => {
    const index = indices[position];
    if ('keep' in decision) kept += `${JSON.stringify({ index, fields: decision.keep })}\n`;
    else dropped += `${JSON.stringify({ index, drop: decision.drop, because: decision.because })}\n`;
  });
  if (kept !== '') await writeFileAtomic(files.kept, await gzipAsync(kept, { level: 1 }));
  if (dropped !== '') await writeFileAtomic(files.dropped, await gzipAsync(dropped, { level: 1 }));
  if (memory !== undefined) await writeFileAtomic(files.memory, memory);
  return {
    ...(kept === '' ? {} : { kept: sha256Hex(kept) }),
    ...(dropped === '' ? {} : { dropped: sha256Hex(dropped) }),
    ...(memory === undefined ? {} : { memory: sha256Hex(memory) }),
  };
}

/** @throws SynthError `SHARD_DAMAGED` */
export async function readKept(folder: string, place: ShardPlace): Promise<readonly KeptRow[]> {
  return await readRows(nameShardFiles(folder, place).kept, keptSchema);
}

/** @throws SynthError `SHARD_DAMAGED` */
export async function readDropped(folder: string, place: ShardPlace): Promise<readonly DroppedRow[]> {
  return (await readRows(nameShardFiles(folder, place).dropped, droppedSchema)) as readonly DroppedRow[];
}

async function readRows<T>(path: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const rows: T[] = [];
  try {
    for await (const { value } of readJsonLines(path)) rows.push(schema.parse(value));
  } catch (error) {
    if (!(error instanceof CoreError) && !(error instanceof z.ZodError)) throw error;
    throw new SynthError({
      code: 'SHARD_DAMAGED',
      what: `'${path}' cannot be read.`,
      why: error.message,
      next: 'Nothing was changed. Restore the file, or remove it: its shard is then made again.',
      fields: { path },
      cause: error,
    });
  }
  return rows;
}
