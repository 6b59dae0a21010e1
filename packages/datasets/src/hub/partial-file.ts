import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { getSystemErrorCode, isProcessAlive, writeFileAtomic } from '@scalequest/core';
import { z } from 'zod';

/** What must be known of a begun download to go on with it. */
export interface PartialState {
  readonly url: string;
  readonly contentEtag: string;
  readonly contentSha256: string | null;
  readonly rangeEtag: string;
  readonly totalBytes: number | null;
  readonly commit: string | null;
}

const stateSchema: z.ZodType<PartialState> = z.object({
  url: z.string(),
  contentEtag: z.string(),
  contentSha256: z.string().nullable(),
  rangeEtag: z.string(),
  totalBytes: z.number().nullable(),
  commit: z.string().nullable(),
});

/** A download that is not in its place yet. It belongs to one process, so that two never write the same file. */
export interface PartialFile {
  readonly path: string;
  readonly readState: () => Promise<PartialState | undefined>;
  readonly writeState: (state: PartialState) => Promise<void>;
  readonly readSizeBytes: () => Promise<number>;
  /** Puts the file into its place. */
  readonly moveTo: (path: string) => Promise<void>;
  /** Empties it, to begin anew. */
  readonly clear: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Leaves the file for the next attempt, of this process or another. */
  readonly release: () => void;
}

/** A file that nobody wrote to for so long is nobody's, whatever process its name gives. */
const abandonedAfterMs = 60 * 60 * 1000;
const host = hostname().replaceAll(/[^a-zA-Z0-9]/g, '') || 'host';
const heldPaths = new Set<string>();
let serial = 0;

/**
 * Takes over what a killed download of the same file left, or begins anew. The owner stands in the name
 * (`test.jsonl.<host>-<process>-<n>.incomplete`) and a file changes hands by a rename, so of two processes that want
 * the same one only one gets it.
 */
export async function claimPartialFile(target: string): Promise<PartialFile> {
  serial++;
  const path = `${target}.${host}-${process.pid}-${serial}.incomplete`;
  heldPaths.add(path);
  for (const abandoned of await findAbandoned(target)) {
    if ((await tryRename(abandoned, path)) && (await tryRename(`${abandoned}.json`, `${path}.json`))) break;
  }
  return openPartialFile(path);
}

function openPartialFile(path: string): PartialFile {
  const statePath = `${path}.json`;
  const release = (): void => void heldPaths.delete(path);
  const clear = async (): Promise<void> => {
    await rm(statePath, { force: true });
    await rm(path, { force: true });
  };
  return {
    path,
    readState: async () => {
      try {
        return stateSchema.safeParse(JSON.parse(await readFile(statePath, 'utf8'))).data;
      } catch {
        return undefined; // Without a readable state the download begins anew.
      }
    },
    writeState: (state) => writeFileAtomic(statePath, `${JSON.stringify(state)}\n`),
    readSizeBytes: async () => {
      try {
        return (await stat(path)).size;
      } catch (error) {
        if (getSystemErrorCode(error) === 'ENOENT') return 0;
        throw error;
      }
    },
    moveTo: async (target) => {
      await rename(path, target);
      await rm(statePath, { force: true });
      release();
    },
    clear,
    remove: async () => {
      await clear();
      release();
    },
    release,
  };
}

async function findAbandoned(target: string): Promise<readonly string[]> {
  const folder = dirname(target);
  const prefix = `${basename(target)}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.incomplete'));
  const paths = names.map((name) => join(folder, name));
  const checks = await Promise.all(paths.map(isAbandoned));
  return paths.filter((_, index) => checks[index]);
}

async function isAbandoned(path: string): Promise<boolean> {
  const owner = /\.([a-zA-Z0-9]+)-(\d+)-\d+\.incomplete$/.exec(path);
  if (owner === null || heldPaths.has(path)) return false;
  const [, ownerHost, pid] = owner;
  if (ownerHost === host && (Number(pid) === process.pid || !isProcessAlive(Number(pid)))) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > abandonedAfterMs;
  } catch {
    return false; // Somebody else has just taken it.
  }
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
