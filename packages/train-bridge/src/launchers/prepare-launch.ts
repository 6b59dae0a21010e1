import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cutTornTail, getSystemErrorCode } from '@scalequest/core';
import { nameRunFiles } from '../run/run-files.ts';

/** Takes back what was asked of earlier workers. */
export async function clearWishes(folder: string): Promise<void> {
  const { cancel, checkpoint, kill } = nameRunFiles(folder);
  await mkdir(dirname(cancel), { recursive: true });
  for (const wish of [cancel, checkpoint, kill]) await rm(wish, { force: true });
}

/** Where the events and the words of the next worker begin, in bytes. */
export async function mendLogs(
  folder: string,
): Promise<{ readonly eventsOffset: number; readonly stderrOffset: number }> {
  const { events, stderr } = nameRunFiles(folder);
  // A killed worker may leave a torn last line, and the next one's first event would become a part of it.
  await ignoreMissing(cutTornTail(events));
  return { eventsOffset: await measureFile(events), stderrOffset: await measureFile(stderr) };
}

async function measureFile(path: string): Promise<number> {
  return (await ignoreMissing(stat(path)))?.size ?? 0;
}

async function ignoreMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
