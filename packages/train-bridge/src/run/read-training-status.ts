import { pathExists } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import { readTrainConfig } from './prepare-run.ts';
import { nameRunFiles } from './run-files.ts';
import { isTrainedElsewhere } from './trained-elsewhere.ts';
import { isWorkerAlive, readWorkerClaim, silentAfterMs } from './worker-claim.ts';

/**
 * - `running`; `silent`: runs, and has not said a word for a minute
 * - `finished`; `failed`: the worker said so
 * - `stopped`: cancelled, killed or not begun; the same command goes on
 */
export type TrainingStanding = 'running' | 'silent' | 'finished' | 'failed' | 'stopped';

export interface TrainingStatus {
  readonly folder: string;
  readonly run: string;
  readonly standing: TrainingStanding;
  /** Of the worker, where it runs. */
  readonly pid: number | undefined;
  /** Of the worker, where it runs on another host that shares the folder. */
  readonly host: string | undefined;
  /** Since the last event, where it runs. */
  readonly silentMs: number | undefined;
  readonly state: TrainState;
}

/**
 * How far the training in a folder is, whoever runs it.
 *
 * @throws TrainBridgeError `NOT_A_TRAINING`
 */
export async function readTrainingStatus(folder: string, nowMs: number = Date.now()): Promise<TrainingStatus> {
  const config = (await pathExists(folder)) ? await readTrainConfig(folder) : undefined;
  if (config === undefined) {
    throw new TrainBridgeError({
      code: 'NOT_A_TRAINING',
      kind: 'request',
      what: `'${folder}' holds no training.`,
      next: 'Give the folder that --out named.',
      fields: { folder },
    });
  }
  let state = initialTrainState;
  for await (const event of tailEvents(nameRunFiles(folder).events, { isOver: () => true })) {
    state = updateTrainState(state, event);
  }
  const claim = readWorkerClaim(folder);
  const isElsewhere = claim !== undefined && (await isTrainedElsewhere(folder, claim, nowMs));
  const isAlive = isElsewhere || (claim !== undefined && isWorkerAlive(claim));
  const silentMs =
    isAlive && state.lastEventAt !== undefined ? Math.max(0, nowMs - Date.parse(state.lastEventAt)) : undefined;
  return {
    folder,
    run: config.run,
    standing: isAlive ? ((silentMs ?? 0) >= silentAfterMs ? 'silent' : 'running') : judgeEnded(state),
    pid: isAlive ? claim?.pid : undefined,
    host: isElsewhere ? claim?.host : undefined,
    silentMs,
    state,
  };
}

function judgeEnded({ phase }: TrainState): TrainingStanding {
  if (phase === 'done') return 'finished';
  return phase === 'failed' ? 'failed' : 'stopped';
}
