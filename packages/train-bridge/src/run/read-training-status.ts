import { pathExists } from '@scalequest/core';
import { isUnreachable } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import { findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import type { WorkerWhereabouts } from '../launchers/launcher.ts';
import { hasToldEnd, readPhase } from '../launchers/read-phase.ts';
import { readWorkerClaim, silentAfterMs, type WorkerClaim } from '../launchers/worker-claim.ts';
import { readTrainConfig } from './read-train-config.ts';
import { refuseNoTraining } from './refuse-no-training.ts';
import { nameRunFiles } from './run-files.ts';

/**
 * - `running`; `silent`: runs, and has not said a word for a minute
 * - `waiting`: for a place on a cluster
 * - `unreachable`: its cluster does not answer, and it has not said a word for a minute
 * - `finished`; `failed`: the worker said so
 * - `stopped`: cancelled, killed or not begun; the same command goes on
 */
export type TrainingStanding = 'running' | 'silent' | 'waiting' | 'unreachable' | 'finished' | 'failed' | 'stopped';

export interface TrainingStatus {
  readonly folder: string;
  readonly run: string;
  readonly standing: TrainingStanding;
  /** Of the worker, where it runs as a process of a host. */
  readonly pid: number | undefined;
  /** Of the worker, where it runs on another host that shares the folder. */
  readonly host: string | undefined;
  /** Who works, in words, where somebody does. */
  readonly worker: string | undefined;
  /** Since the last event, where it runs. */
  readonly silentMs: number | undefined;
  readonly state: TrainState;
}

export interface ReadTrainingStatusOptions {
  readonly access?: LauncherAccess | undefined;
  readonly nowMs?: number;
}

/**
 * How far the training in a folder is, whoever runs it.
 *
 * @throws TrainBridgeError `NOT_A_TRAINING`
 */
export async function readTrainingStatus(
  folder: string,
  { access, nowMs = Date.now() }: ReadTrainingStatusOptions = {},
): Promise<TrainingStatus> {
  const config = (await pathExists(folder)) ? await readTrainConfig(folder) : undefined;
  if (config === undefined) {
    throw refuseNoTraining(folder);
  }
  const state = await readState(folder);
  const claim = readWorkerClaim(folder);
  const whereabouts = claim === undefined ? 'gone' : await look({ folder, claim, access, nowMs });
  const isAlive = whereabouts !== 'gone';
  const silentMs =
    isAlive && state.lastEventAt !== undefined ? Math.max(0, nowMs - Date.parse(state.lastEventAt)) : undefined;
  const ofProcess = isAlive && claim !== undefined && claim.launcher !== 'ray' ? claim : undefined;
  return {
    folder,
    run: config.run,
    standing: judgeStanding({ whereabouts, silentMs, state }),
    pid: ofProcess?.pid,
    host: whereabouts === 'elsewhere' ? ofProcess?.host : undefined,
    worker: isAlive && claim !== undefined ? findLauncher(claim).describe(claim) : undefined,
    silentMs,
    state,
  };
}

async function readState(folder: string): Promise<TrainState> {
  let state = initialTrainState;
  for await (const event of tailEvents(nameRunFiles(folder).events, { isOver: () => true })) {
    state = updateTrainState(state, event);
  }
  return state;
}

interface LookInput {
  readonly folder: string;
  readonly claim: WorkerClaim;
  readonly access: LauncherAccess | undefined;
  readonly nowMs: number;
}

async function look({ folder, claim, access, nowMs }: LookInput): Promise<WorkerWhereabouts | 'unreachable'> {
  // What has said that it is done needs no cluster any more.
  if (claim.launcher === 'ray' && (await readPhase(folder, claim)) === 'done') return 'gone';
  try {
    // Whoever asks how far it is waits for an answer.
    return await findLauncher(claim, { patienceMs: 3000, ...access }).look(folder, claim, nowMs);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return (await hasToldEnd(folder, claim)) ? 'gone' : 'unreachable';
  }
}

interface JudgeInput {
  readonly whereabouts: WorkerWhereabouts | 'unreachable';
  readonly silentMs: number | undefined;
  readonly state: TrainState;
}

function judgeStanding({
  whereabouts,
  silentMs = 0,
  state: { phase, lastEventAt, done },
}: JudgeInput): TrainingStanding {
  if (whereabouts === 'waiting') return 'waiting';
  if (whereabouts === 'gone') {
    // A model was written on the way.
    if (phase === 'done') return done?.partial === true ? 'stopped' : 'finished';
    return phase === 'failed' ? 'failed' : 'stopped';
  }
  const isSilent = silentMs >= silentAfterMs;
  if (whereabouts === 'unreachable' && (isSilent || lastEventAt === undefined)) return 'unreachable';
  return isSilent ? 'silent' : 'running';
}
