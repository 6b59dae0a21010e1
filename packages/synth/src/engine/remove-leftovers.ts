import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import type { Manifest } from './manifest.ts';

/** What a killed session left beside the files that it was about to write. Only for the process that holds the folder. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const shards = join(folder, 'shards');
  const folders = [folder, ...(await listFolder(shards)).map((stage) => join(shards, stage))];
  for (const place of folders) {
    for (const name of await listFolder(place)) {
      if (/\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(place, name), { force: true });
    }
  }
}

/** The journals of shards that are in the manifest: a kill came between the two. */
export async function removeDoneJournals(folder: string, manifest: Pick<Manifest, 'find'>): Promise<void> {
  const open = join(folder, 'open');
  for (const stage of await listFolder(open)) {
    for (const name of await listFolder(join(open, stage))) {
      const [, generator = '', number = ''] = /^(.+)-(\d+)$/.exec(name) ?? [];
      if (manifest.find({ stage, generator, number: Number(number) }) === undefined) continue;
      await rm(join(open, stage, name), { recursive: true, force: true });
    }
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = getSystemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw asFileError(error, { path: folder, action: 'read' });
  }
}
