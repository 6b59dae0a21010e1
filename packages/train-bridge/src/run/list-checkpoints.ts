import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists } from '@scalequest/core';

/** The steps of the checkpoints that are whole, in order. */
export async function listCheckpoints(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, 'checkpoints')).catch(() => [] as string[]);
  const steps = await Promise.all(
    names.map(async (name) => {
      const [, step] = /^checkpoint-(\d+)$/.exec(name) ?? [];
      return step !== undefined && (await pathExists(join(folder, 'checkpoints', name, 'COMPLETE.json')))
        ? [Number(step)]
        : [];
    }),
  );
  return steps.flat().sort((a, b) => a - b);
}
