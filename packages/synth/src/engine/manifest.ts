import { join } from 'node:path';
import { createJsonLinesWriter, cutTornTail, type JsonLinesWriter, pathExists, readJsonLines } from '@scalequest/core';
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

/** What is done, in the order in which it was. */
export interface Manifest {
  readonly find: (place: ShardPlace) => ManifestEntry | undefined;
  /** Resolves when the disk holds it. */
  readonly add: (entry: ManifestEntry) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @throws SynthError `MANIFEST_DAMAGED`; CoreError where the disk refuses */
export async function openManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  await cutTornTail(path);
  const entries = new Map<string, ManifestEntry>();
  for await (const entry of readManifest(folder)) entries.set(formatPlace(entry), entry);
  const writer: JsonLinesWriter = await createJsonLinesWriter(path);
  return {
    find: (place) => entries.get(formatPlace(place)),
    add: async (entry) => {
      await writer.append(entry);
      await writer.flush();
      entries.set(formatPlace(entry), entry);
    },
    close: writer.close,
  };
}

/** The entries of a run, also while it goes on: a last line that is not whole is left out. */
export async function* readManifest(folder: string): AsyncGenerator<ManifestEntry> {
  const path = join(folder, manifestName);
  if (!(await pathExists(path))) return;
  const passTorn = ({ isTorn, line, why }: { isTorn: boolean; line: number; why: string }): void => {
    if (!isTorn) throw damaged(path, { line, why });
  };
  for await (const { value, line } of readJsonLines(path, { onBadLine: passTorn })) {
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) throw damaged(path, { line, why: parsed.error.issues[0]?.message ?? '' });
    yield parsed.data;
  }
}

function formatPlace({ stage, generator, number }: ShardPlace): string {
  return `${stage}/${generator}/${number}`;
}

function damaged(path: string, { line, why }: { readonly line: number; readonly why: string }): SynthError {
  return new SynthError({
    code: 'MANIFEST_DAMAGED',
    what: `Line ${line} of '${path}' is damaged.`,
    why,
    next: `Nothing was changed. Restore the file, or remove line ${line} on a copy: its shard is then made again.`,
    fields: { path, line },
  });
}
