import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, getSystemErrorCode } from '@scalequest/core';

/** Files that an atomic write had begun when its process was killed. */
const halfWritten = /^(?:run\.json|summary\.json|sent\.jsonl)\.[0-9a-f]{12}\.tmp$/;
/** The same for a claim to the folder; another process may be about to put this one down. */
const halfClaimed = /^run\.\d+-[0-9a-f]{12}\.lock\.tmp$/;
const claimMs = 60_000;
/** The scores of a grader that was judging a run again; they take their place when all are made. */
const halfJudged = /^\..+\.jsonl\.tmp$/;

/** Removes what killed sessions left half written. Only for the process that holds the folder. */
export async function removeLeftovers(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (halfWritten.test(name) || (halfClaimed.test(name) && (await isOld(path)))) await rm(path, { force: true });
    }
    const scores = join(folder, 'scores');
    for (const name of await listIfThere(scores)) {
      if (halfJudged.test(name)) await rm(join(scores, name), { force: true });
    }
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

async function listIfThere(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > claimMs;
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
