import { rename } from 'node:fs/promises';
import { asFileError, digest, pathExists } from '@scalequest/core';
import type { StepEntry } from './step-log.ts';

/**
 * Gives a step that read what was made anew since an empty folder: its run there is of other inputs, and a training that is finished
 * would be taken as it is. Done once for what was noted, so that a step which is killed after it goes on.
 *
 * @param own - folder of the step
 * @param before - what was noted of it, which does not hold any more; undefined where nothing was
 * @returns where the earlier work is now; undefined where nothing was to be done
 */
export async function setAside(own: string, before: StepEntry | undefined): Promise<string | undefined> {
  if (before === undefined || !(await pathExists(own))) return undefined;
  // No step is called so: the names of steps have no dots.
  const kept = `${own}.before-${digest(before).slice(0, 8)}`;
  if (await pathExists(kept)) return undefined;
  try {
    await rename(own, kept);
  } catch (error) {
    throw asFileError(error, { path: own, action: 'written' });
  }
  return kept;
}
