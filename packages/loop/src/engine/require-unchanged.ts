import { join } from 'node:path';
import { hashFile, pathExists } from '@scalequest/core';
import { LoopError } from '../errors.ts';
import { nameStepFolder } from './loop-folder.ts';
import type { StepEntry } from './step-log.ts';

/**
 * Sees that the files of a step are what it made: one that somebody changed would be in every number behind it.
 *
 * @param folder - of the loop
 * @throws LoopError `FILE_CHANGED`
 */
export async function requireUnchanged(folder: string, { step, files }: StepEntry): Promise<void> {
  for (const { path, sha256 } of Object.values(files)) {
    const at = join(nameStepFolder(folder, step), path);
    if ((await pathExists(at)) && (await hashFile(at)) === sha256) continue;
    throw new LoopError({
      code: 'FILE_CHANGED',
      what: `'${at}' is gone, or is not what its step made.`,
      why: 'Every step behind it would rest on something else.',
      next: `Restore the file. Or remove it, and the line of '${step}' from steps.jsonl, and the step makes it again.`,
      fields: { path: at },
    });
  }
}
