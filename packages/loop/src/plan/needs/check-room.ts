import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathExists } from '@scalequest/core';
import { showBytes } from '../show-amounts.ts';
import { type Finding, ok } from './need-check.ts';

/** Bytes that are free where a folder is, or will be. */
export type MeasureFreeBytes = (folder: string) => Promise<number>;

/** Looks at whether what the plan leaves on the disk has room there. A fifth more is wanted, for what is written and removed again. */
export async function checkRoom(
  folder: string,
  { bytes, measure = measureFreeBytes }: { readonly bytes: number; readonly measure?: MeasureFreeBytes },
): Promise<Finding> {
  const free = await measure(folder);
  const seen = `${showBytes(free)} are free where '${folder}' is, for about ${showBytes(bytes)}`;
  if (free >= bytes * 1.2) return ok(`${seen}.`);
  const next = 'Give --out DIR on a larger disk, a smaller --scale, or fewer "students" in the configuration.';
  return free >= bytes
    ? { status: 'warn', what: `${seen}: that is close.`, next }
    : { status: 'missing', what: `${seen}: that is too little.`, next };
}

const measureFreeBytes: MeasureFreeBytes = async (folder) => {
  let path = resolve(folder);
  while (!(await pathExists(path)) && path !== dirname(path)) path = dirname(path);
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};
