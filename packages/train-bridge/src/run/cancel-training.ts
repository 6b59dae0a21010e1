import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError } from '@scalequest/core';
import { nameRunFiles } from './run-files.ts';
import { refuseTrainedElsewhere } from './trained-elsewhere.ts';
import { isWorkerAlive, readWorkerClaim, signalWorker, type WorkerClaim } from './worker-claim.ts';

/** How long a worker may take for its checkpoint before it is killed. */
export const cancelGraceMs = 120_000;

/** Asks the worker for a checkpoint and its end, by the file and by the signal: a launcher may keep either from it. */
export async function requestCancel(folder: string, claim: WorkerClaim): Promise<void> {
  const { cancel } = nameRunFiles(folder);
  try {
    await mkdir(dirname(cancel), { recursive: true });
    await writeFile(cancel, '');
  } catch (error) {
    throw asFileError(error, { path: cancel, action: 'written' });
  } finally {
    // A full disk is a reason more to stop.
    signalWorker(claim, 'SIGTERM');
  }
}

export interface CancelTrainingOptions {
  /** In milliseconds; then the worker is killed. @defaultValue 120,000 */
  readonly graceMs?: number;
  readonly pollMs?: number;
}

/**
 * Stops the training in a folder and waits for its end. The same `train` command goes on from the checkpoint.
 *
 * @returns `idle` where none runs, `killed` where it did not end within its time
 * @throws TrainBridgeError `WORKER_ELSEWHERE` where it runs on another host
 */
export async function cancelTraining(
  folder: string,
  { graceMs = cancelGraceMs, pollMs = 200 }: CancelTrainingOptions = {},
): Promise<'idle' | 'cancelled' | 'killed'> {
  const claim = readWorkerClaim(folder);
  if (claim !== undefined) await refuseTrainedElsewhere(folder, claim);
  if (claim === undefined || !isWorkerAlive(claim)) return 'idle';
  await requestCancel(folder, claim);
  const isGone = async (limitMs: number): Promise<boolean> => {
    for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pollMs) {
      if (!isWorkerAlive(claim)) return true;
      await sleep(pollMs);
    }
    return !isWorkerAlive(claim);
  };
  if (await isGone(graceMs)) return 'cancelled';
  signalWorker(claim, 'SIGKILL');
  await isGone(10_000);
  return 'killed';
}
