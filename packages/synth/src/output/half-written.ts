import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { getSystemErrorCode, isProcessAlive } from '@scalequest/core';

const host = hostname().replace(/[^\w-]+/g, '_');

/** Where this process writes what shall become `out`: beside it, on the same disk, under a name that is no other process's. */
export function nameHalfWritten(out: string): string {
  return `${out}.${host}.${process.pid}.tmp`;
}

/** Removes what processes of this machine that were killed left of `out`. */
export async function removeHalfWritten(out: string): Promise<void> {
  const start = `${basename(out)}.${host}.`;
  let names: readonly string[];
  try {
    names = await readdir(dirname(out));
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    const [, pid] = name.startsWith(start) ? (/^(\d+)\.tmp$/.exec(name.slice(start.length)) ?? []) : [];
    if (pid !== undefined && !isProcessAlive(Number(pid)))
      await rm(join(dirname(out), name), { recursive: true, force: true });
  }
}
