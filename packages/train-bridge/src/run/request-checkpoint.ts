import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asFileError } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import { readWorkerClaim } from '../launchers/worker-claim.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { nameRunFiles } from './run-files.ts';

export interface RequestCheckpointOptions {
  readonly access?: LauncherAccess | undefined;
  readonly stop?: AbortSignal | undefined;
  readonly pollMs?: number | undefined;
}

/**
 * Asks the training in a folder for a checkpoint now and waits until it is whole. The training goes on.
 *
 * @returns its step and its path in the run folder
 * @throws TrainBridgeError `NOT_RUNNING` where none runs, or where it ends first; `NOT_A_TRAINING`
 */
export async function requestCheckpoint(
  folder: string,
  { access, stop, pollMs = 200 }: RequestCheckpointOptions = {},
): Promise<{ readonly step: number; readonly path: string }> {
  const { standing } = await readTrainingStatus(folder, { access });
  const claim = readWorkerClaim(folder);
  if (claim === undefined || !['running', 'silent', 'waiting', 'unreachable'].includes(standing))
    throw refuse(folder, `Its training is ${standing}.`);
  const { checkpoint, events } = nameRunFiles(folder);
  const launcher = findLauncher(claim, access);
  const { size: offset } = await stat(events).catch(() => ({ size: 0 }));
  try {
    await mkdir(dirname(checkpoint), { recursive: true });
    await writeFile(checkpoint, '');
  } catch (error) {
    throw asFileError(error, { path: checkpoint, action: 'written' });
  }
  const isOver = async (): Promise<boolean> =>
    stop?.aborted === true || (await launcher.look(folder, claim)) === 'gone';
  for await (const event of tailEvents(events, { offset, isOver, pollMs })) {
    if (event.t === 'checkpoint') return { step: event.step, path: event.path };
  }
  await rm(checkpoint, { force: true });
  stop?.throwIfAborted();
  throw refuse(folder, 'The worker ended before it wrote one.');
}

function refuse(folder: string, why: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'NOT_RUNNING',
    kind: 'request',
    what: `No training runs in '${folder}' that could write a checkpoint.`,
    why,
    next: 'Begin it with its train command; `scalequest train status` says how far it is.',
    fields: { folder },
  });
}
