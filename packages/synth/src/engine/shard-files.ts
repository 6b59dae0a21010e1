import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { asFileError, getSystemErrorCode, sha256Hex, writeFileAtomic } from '@scalequest/core';
import { SynthError } from '../errors.ts';
import type { Fields } from './row.ts';
import type { Decision } from './stage.ts';

const gzipAsync: (data: string, options: { readonly level: number }) => Promise<Buffer> = promisify(gzip);
const gunzipAsync: (data: Buffer) => Promise<Buffer> = promisify(gunzip);

/** Characters that are packed at once: the replies of a shard may be more than one string can hold. */
const pieceLength = 8 * 2 ** 20;

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

/** A shard whose files are there, with what they must hold. */
export interface SealedShard extends ShardPlace {
  readonly sha256: ShardHashes;
}

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
  const kept = await packLines(listKept(indices, decisions));
  if (kept !== undefined) await writeFileAtomic(files.kept, kept.packed);
  const dropped = await packLines(listDropped(indices, decisions));
  if (dropped !== undefined) await writeFileAtomic(files.dropped, dropped.packed);
  if (memory !== undefined) await writeFileAtomic(files.memory, memory);
  return {
    ...(kept === undefined ? {} : { kept: kept.sha256 }),
    ...(dropped === undefined ? {} : { dropped: dropped.sha256 }),
    ...(memory === undefined ? {} : { memory: sha256Hex(memory) }),
  };
}

/** @throws SynthError `SHARD_DAMAGED` where it is not what was written; CoreError where the disk refuses */
export async function readKept(folder: string, shard: SealedShard): Promise<readonly KeptRow[]> {
  const { kept } = nameShardFiles(folder, shard);
  return (await readRows(kept, { shard, sha256: shard.sha256.kept })) as readonly KeptRow[];
}

/** @throws SynthError `SHARD_DAMAGED` where it is not what was written; CoreError where the disk refuses */
export async function readDropped(folder: string, shard: SealedShard): Promise<readonly DroppedRow[]> {
  const { dropped } = nameShardFiles(folder, shard);
  return (await readRows(dropped, { shard, sha256: shard.sha256.dropped })) as readonly DroppedRow[];
}

/** @throws SynthError `SHARD_DAMAGED` where it is not what was written; CoreError where the disk refuses */
export async function readMemory(folder: string, shard: SealedShard): Promise<Uint8Array> {
  const path = nameShardFiles(folder, shard).memory;
  const memory = await readBytes(path, shard);
  if (sha256Hex(memory) !== shard.sha256.memory) throw damaged(path, { shard, why: 'It is not what was written.' });
  return memory;
}

function* listKept(indices: readonly number[], decisions: readonly Decision[]): Generator<string> {
  for (const [position, decision] of decisions.entries()) {
    if ('keep' in decision) yield `${JSON.stringify({ index: indices[position], fields: decision.keep })}\n`;
  }
}

function* listDropped(indices: readonly number[], decisions: readonly Decision[]): Generator<string> {
  for (const [position, decision] of decisions.entries()) {
    if ('keep' in decision) continue;
    const { drop, because } = decision;
    yield `${JSON.stringify({ index: indices[position], drop, because })}\n`;
  }
}

/** A gzip file may be made of several, one behind the other. The hash is of the lines, which no release of zlib changes. */
async function packLines(
  lines: Iterable<string>,
): Promise<{ readonly packed: Buffer; readonly sha256: string } | undefined> {
  const hash = createHash('sha256');
  const members: Buffer[] = [];
  let piece = '';
  const pack = async (): Promise<void> => {
    hash.update(piece);
    members.push(await gzipAsync(piece, { level: 1 }));
    piece = '';
  };
  for (const line of lines) {
    piece += line;
    if (piece.length >= pieceLength) await pack();
  }
  if (piece !== '') await pack();
  return members.length === 0 ? undefined : { packed: Buffer.concat(members), sha256: hash.digest('hex') };
}

/** Of lines whose hash is right every one is as it was written. */
async function readRows(
  path: string,
  { shard, sha256 }: { readonly shard: SealedShard; readonly sha256: string | undefined },
): Promise<readonly unknown[]> {
  if (sha256 === undefined) return [];
  const packed = await readBytes(path, shard);
  let lines: Buffer;
  try {
    lines = await gunzipAsync(packed);
  } catch (error) {
    throw damaged(path, { shard, why: 'Its gzip data are cut short or damaged.', cause: error });
  }
  if (sha256Hex(lines) !== sha256) throw damaged(path, { shard, why: 'It is not what was written.' });
  const rows: unknown[] = [];
  for (let start = 0, end = lines.indexOf(10); end >= 0; start = end + 1, end = lines.indexOf(10, start)) {
    rows.push(JSON.parse(lines.toString('utf8', start, end)));
  }
  return rows;
}

async function readBytes(path: string, shard: SealedShard): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') throw damaged(path, { shard, why: 'It is gone.', cause: error });
    throw asFileError(error, { path, action: 'read' });
  }
}

function damaged(
  path: string,
  { shard, why, cause }: { readonly shard: SealedShard; readonly why: string; readonly cause?: unknown },
): SynthError {
  const { stage, generator, number } = shard;
  const manifest = join(dirname(path), '..', '..', 'manifest.jsonl');
  const line = `"stage":"${stage}","generator":"${generator}","number":${number},`;
  return new SynthError({
    code: 'SHARD_DAMAGED',
    what: `'${path}' cannot be used.`,
    why,
    next:
      'Nothing was changed. Restore the file. Or have its shard made again from this stage on, which asks its models again: ' +
      `\`sed -i '/${line}/d' '${manifest}'\`, then the same command.`,
    fields: { path, stage, generator, number },
    ...(cause === undefined ? {} : { cause }),
  });
}
