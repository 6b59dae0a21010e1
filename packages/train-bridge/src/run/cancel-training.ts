import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import type { Launcher } from '../launchers/launcher.ts';
import { readWorkerClaim, type WorkerClaim } from '../launchers/worker-claim.ts';
import { nameRunFiles } from './run-files.ts';

/** How long a worker may take for its checkpoint before it is killed. */
export const cancelGraceMs = 120_000;

interface WorkerOfFolder {
  readonly folder: string;
  readonly launcher: Launcher;
  readonly claim: WorkerClaim;
}

/** A worker on another host cannot be reached from here. */
export function refuseElsewhere({ folder, launcher, claim }: WorkerOfFolder): TrainBridgeError {
  const what = launcher.describe(claim);
  return new TrainBridgeError({
    code: 'WORKER_ELSEWHERE',
    kind: 'request',
    what: `${what.charAt(0).toUpperCase()}${what.slice(1)} trains in '${folder}'.`,
    why: 'It has given a sign of life within the last minute, and two in one folder would spoil it.',
    next: launcher.adviseElsewhere(claim),
    fields: { folder },
  });
}

/** Asks the worker for a checkpoint and its end, by the file and by the signal: either may be kept from it. */
export async function requestCancel({ folder, launcher, claim }: WorkerOfFolder): Promise<void> {
  try {
    await writeCancel(folder);
  } finally {
    // A full disk is a reason more to stop.
    await launcher.requestStop(folder, claim);
  }
}

async function writeCancel(folder: string): Promise<void> {
  const { cancel } = nameRunFiles(folder);
  try {
    await mkdir(dirname(cancel), { recursive: true });
    await writeFile(cancel, '');
  } catch (error) {
    throw asFileError(error, { path: cancel, action: 'written' });
  }
}

export interface CancelTrainingOptions {
  /** In milliseconds; then the worker is killed. @defaultValue 120,000 */
  readonly graceMs?: number;
  readonly pollMs?: number;
  readonly access?: LauncherAccess | undefined;
}

/**
 * Stops the training in a folder and waits for its end. The same `train` command goes on from the checkpoint.
 *
 * @returns `idle` where none runs, `killed` where it did not end within its time
 * @throws TrainBridgeError `WORKER_ELSEWHERE` where it runs on another host, `CLUSTER_UNREACHABLE` where nobody tells
 * whether it stops; it has been asked to
 */
export async function cancelTraining(
  folder: string,
  { graceMs = cancelGraceMs, pollMs = 200, access }: CancelTrainingOptions = {},
): Promise<'idle' | 'cancelled' | 'killed'> {
  const claim = readWorkerClaim(folder);
  if (claim === undefined) return 'idle';
  const launcher = findLauncher(claim, access);
  const whereabouts = await launcher.look(folder, claim).catch(async (error: unknown) => {
    // A worker on a cluster that does not answer still sees its folder.
    await writeCancel(folder);
    throw error;
  });
  if (whereabouts === 'elsewhere') throw refuseElsewhere({ folder, launcher, claim });
  if (whereabouts === 'gone') return 'idle';
  await requestCancel({ folder, launcher, claim });
  const isGone = async (limitMs: number): Promise<boolean> => {
    for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pollMs) {
      if ((await launcher.look(folder, claim)) === 'gone') return true;
      await sleep(pollMs);
    }
    return (await launcher.look(folder, claim)) === 'gone';
  };
  if (await isGone(graceMs)) return 'cancelled';
  await launcher.kill(folder, claim);
  await isGone(10_000);
  return 'killed';
}
