import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, createJsonLinesWriter, getSystemErrorCode, pathExists, readJsonLines } from '@scalequest/core';
import { requestJournalFiles } from '@scalequest/runs';
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

/**
 * Takes the requests that were given up out of the journals of open shards: they are asked again. For a run that ended because a
 * server took none. Only when all its shards have ended.
 */
export async function forgetGivenUp(folder: string): Promise<void> {
  const open = join(folder, 'open');
  for (const stage of await listFolder(open)) {
    for (const shard of await listFolder(join(open, stage))) {
      const path = join(open, stage, shard, requestJournalFiles.answers);
      if (!(await pathExists(path))) continue;
      const temporary = `${path}.tmp`;
      const writer = await createJsonLinesWriter(temporary, { mode: 'replace' });
      let givenUp = 0;
      for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
        if (typeof value === 'object' && value !== null && 'error' in value) givenUp += 1;
        else await writer.append(value);
      }
      await writer.close();
      if (givenUp > 0) await rename(temporary, path);
      else await rm(temporary);
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
