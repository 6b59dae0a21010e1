import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createJsonLinesWriter,
  cutTornTail,
  type JsonLinesWriter,
  pathExists,
  readJsonLines,
  writeFileAtomic,
} from '@scalequest/core';
import { z } from 'zod';
import { SynthError } from '../errors.ts';
import type { ShardHashes, ShardPlace } from './shard-files.ts';
import type { Usage } from './shard-models.ts';

/**
 * A shard that a stage is done with. Nothing in it comes from a clock or from who answered, so a run that was killed has the
 * entries of one that was not.
 */
export interface ManifestEntry extends ShardPlace {
  readonly rows: number;
  readonly kept: number;
  /** Rows by the reason for which they were dropped. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly sha256: ShardHashes;
  /** Of models; none where the stage asked none. */
  readonly usage?: Usage;
}

const count = z.int().nonnegative();
const entrySchema: z.ZodType<ManifestEntry> = z.object({
  stage: z.string(),
  generator: z.string(),
  number: count,
  rows: count,
  kept: count,
  dropped: z.record(z.string(), count),
  sha256: z.object({
    kept: z.string().optional(),
    dropped: z.string().optional(),
    memory: z.string().optional(),
  }),
  usage: z.object({ requests: count, promptTokens: count, completionTokens: count }).optional(),
}) as z.ZodType<ManifestEntry>;

export const manifestName = 'manifest.jsonl';

/** What a run must remember of a shard: how many rows are left, and what the files hold. */
export type Sealed = Pick<ManifestEntry, 'kept' | 'sha256'>;

/** What is done. */
export interface Manifest {
  readonly find: (place: ShardPlace) => Sealed | undefined;
  /** Resolves when the disk holds it. */
  readonly add: (entry: ManifestEntry) => Promise<void>;
  /** What is known of a shard that has ended is asked for no more: memory is of those that are on their way. */
  readonly forget: (shard: Omit<ShardPlace, 'stage'>) => void;
  readonly close: () => Promise<void>;
}

export interface OpenManifestOptions {
  /** Through which a generator's rows go, in their order. */
  readonly listStages: (generator: string) => readonly string[];
  /** Told of each entry that counts. */
  readonly onEntry: (entry: ManifestEntry) => void;
}

/**
 * Opens the manifest of a folder. Where somebody took a stage's line out, so that its shard is made again, the lines of the stages
 * behind it say nothing any more and go too.
 *
 * @throws SynthError `MANIFEST_DAMAGED`; CoreError where the disk refuses
 */
export async function openManifest(folder: string, { listStages, onEntry }: OpenManifestOptions): Promise<Manifest> {
  const path = join(folder, manifestName);
  if (!(await pathExists(path))) await requireNoShards(folder);
  await cutTornTail(path);
  const shards = new Map<string, Map<string, Sealed>>();
  for await (const { stage, kept, sha256, ...shard } of readManifest(folder)) {
    const stages = shards.get(formatShard(shard)) ?? new Map<string, Sealed>();
    shards.set(formatShard(shard), stages.set(stage, { kept, sha256 }));
  }
  const isCut = cutAtGaps(shards, listStages);
  const counted: string[] = [];
  for await (const entry of readManifest(folder)) {
    if (shards.get(formatShard(entry))?.has(entry.stage) !== true) continue;
    if (isCut) counted.push(`${JSON.stringify(entry)}\n`);
    onEntry(entry);
  }
  if (isCut) await writeFileAtomic(path, counted.join(''));
  const writer: JsonLinesWriter = await createJsonLinesWriter(path);
  return {
    find: (place) => shards.get(formatShard(place))?.get(place.stage),
    add: async (entry) => {
      await writer.append(entry);
      await writer.flush();
      const { stage, kept, sha256 } = entry;
      const stages = shards.get(formatShard(entry)) ?? new Map<string, Sealed>();
      shards.set(formatShard(entry), stages.set(stage, { kept, sha256 }));
    },
    forget: (shard) => void shards.delete(formatShard(shard)),
    close: writer.close,
  };
}

/** The manifest is there before the first shard: without it all that was made would be asked for again. */
async function requireNoShards(folder: string): Promise<void> {
  const shards = join(folder, 'shards');
  if (!(await pathExists(shards))) return;
  const [first] = (await readdir(shards, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  if (first === undefined) return;
  const path = join(folder, manifestName);
  throw new SynthError({
    code: 'MANIFEST_DAMAGED',
    what: `'${path}' is gone, and '${shards}' holds shards of a run.`,
    why: 'Without it nobody knows which of them are whole, and all would be asked for again.',
    next: `Nothing was changed. Restore the file; or remove '${folder}' to begin anew, or give another folder.`,
    fields: { path },
  });
}

/** @returns whether there was a gap */
function cutAtGaps(
  shards: ReadonlyMap<string, Map<string, Sealed>>,
  listStages: OpenManifestOptions['listStages'],
): boolean {
  let isCut = false;
  for (const [shard, sealed] of shards) {
    const stages = listStages(shard.slice(0, shard.lastIndexOf('/')));
    const open = stages.findIndex((stage) => !sealed.has(stage));
    if (open < 0) continue;
    for (const stage of stages.slice(open)) isCut = sealed.delete(stage) || isCut;
  }
  return isCut;
}

/** The entries of a run, also while it goes on: a last line that is not whole is left out. */
export async function* readManifest(folder: string): AsyncGenerator<ManifestEntry> {
  const path = join(folder, manifestName);
  if (!(await pathExists(path))) return;
  const passTorn = ({ isTorn, line, why }: { isTorn: boolean; line: number; why: string }): void => {
    if (!isTorn) throw damaged(path, { line, why: `It is not JSON: ${why}.` });
  };
  const seen = new Set<string>();
  for await (const { value, line } of readJsonLines(path, { onBadLine: passTorn })) {
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw damaged(path, { line, why: `${issue?.path.join('.')}: ${issue?.message}.` });
    }
    const place = `${parsed.data.stage}/${formatShard(parsed.data)}`;
    if (seen.has(place)) throw damaged(path, { line, why: `'${place}' stands there twice.` });
    seen.add(place);
    yield parsed.data;
  }
}

function formatShard({ generator, number }: Omit<ShardPlace, 'stage'>): string {
  return `${generator}/${number}`;
}

function damaged(path: string, { line, why }: { readonly line: number; readonly why: string }): SynthError {
  return new SynthError({
    code: 'MANIFEST_DAMAGED',
    what: `Line ${line} of '${path}' is damaged.`,
    why,
    next: `Nothing was changed. Restore the file, or remove line ${line} (\`sed -i ${line}d\` on a copy): what it was about is then made again.`,
    fields: { path, line },
  });
}
