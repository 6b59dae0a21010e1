import { mkdir } from 'node:fs/promises';
import { asFileError, pathExists } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import type { TrainConfig } from '../config/train-config.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import { createLauncher, findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import { cancelledCode, type Launcher } from '../launchers/launcher.ts';
import { checkLauncherChoice, type LauncherChoice } from '../launchers/launcher-choice.ts';
import { readWorkerClaim, type WorkerClaim } from '../launchers/worker-claim.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { cancelGraceMs, refuseElsewhere, requestCancel } from './cancel-training.ts';
import { explainFailure } from './explain-failure.ts';
import { prepareRun } from './prepare-run.ts';
import { describeHost, readProvenance, writeProvenance } from './provenance.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { nameRunFiles } from './run-files.ts';
import { writeModelCard } from './write-model-card.ts';

export interface TrainOptions {
  /** Name of a recipe, such as `nano.solver`. */
  readonly recipe: string;
  /** The run folder; made where it is missing. */
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number | undefined;
  /** @defaultValue the recipe's */
  readonly steps?: number | undefined;
  /** The user's own rows as JSON Lines, instead of those that the recipe makes. */
  readonly dataFile?: string | undefined;
  /** Where a worker is started, should one be needed. One that is at work is followed wherever it runs. @defaultValue local */
  readonly launcher?: LauncherChoice | undefined;
  readonly access?: LauncherAccess | undefined;
  /** Asked for when a worker must be started, not before: a finished run needs no Python. */
  readonly getPython: () => Promise<TrainPython>;
  /** The command line, for the model card. */
  readonly command: string;
  /** Of the software, for provenance. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** Write a checkpoint and stop, within 120 s. */
  readonly stop?: AbortSignal | undefined;
  /** Stop at once. */
  readonly abort?: AbortSignal | undefined;
  /** Called at each event and once a second. */
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** The interpreter that trains. Of one on a cluster only the path may be known. */
export type TrainPython = Pick<ReadyPython, 'python' | 'packages'> & { readonly version: string | null };

export interface TrainProgress {
  readonly state: TrainState;
  /** Since the worker's last event. From a minute on something is wrong with it. */
  readonly silentMs: number;
}

export interface TrainResult {
  readonly status: 'finished' | 'interrupted';
  /** `nothing`: it was finished before. `followed`: a worker was at it already, and was waited for. */
  readonly did: 'trained' | 'followed' | 'nothing';
  readonly folder: string;
  readonly config: TrainConfig;
  readonly state: TrainState;
}

/**
 * Trains by a recipe in a run folder. The same call goes on where an earlier one was stopped or killed, follows a worker
 * that an earlier one left behind, writes a model that is gone again, and does nothing where all is done.
 *
 * @throws TrainBridgeError where configuration or data differ from what the folder holds, and where the worker fails;
 * RunsError `RUN_LOCKED` where another process is at it
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { folder, command, onMessage } = options;
  const recipe = findRecipe(options.recipe);
  const choice = checkLauncherChoice(options.launcher ?? { launcher: 'local' });
  await makeFolder(folder);
  const release = await acquireRunLock(folder);
  try {
    const config = await prepareRun({
      folder,
      recipe,
      seed: options.seed ?? 0,
      steps: options.steps ?? recipe.steps,
      dataFile: options.dataFile,
      command,
      signal: options.stop,
      onMessage,
    });
    const before = await readTrainingStatus(folder, { access: options.access });
    const isFinished = before.standing === 'finished';
    if (isFinished && (await pathExists(nameRunFiles(folder).metrics))) {
      await finish({ folder, recipe, config, state: before.state });
      return { status: 'finished', did: 'nothing', folder, config, state: before.state };
    }
    if (isFinished)
      onMessage?.('This training is finished, and its model is gone: it is written again from the last checkpoint.');
    const left = await findLeft(folder, options.access);
    const isLeft = left !== undefined;
    if (isLeft) {
      const name = left.launcher.describe(left.claim);
      onMessage?.(`A worker is at it already (${name}), left by an earlier command: following it.`);
    }
    const { launcher, claim } = left ?? (await start({ options, choice, config, attempt: before.state.attempt + 1 }));
    const state = await follow({ launcher, claim, config, options });
    const ended = state.phase === 'done' ? undefined : await launcher.readEnd(folder, claim);
    if (state.phase === 'done') {
      await finish({ folder, recipe, config, state });
      return { status: 'finished', did: isLeft ? 'followed' : 'trained', folder, config, state };
    }
    // A worker that fails while it stops has failed: its checkpoint may not have been written.
    // What stands above several ranks has a code of its own for any end of theirs.
    const isOddEnd = state.phase !== 'cancelled' && ![undefined, null, cancelledCode].includes(ended?.code);
    const isFailed = state.phase === 'failed' || isOddEnd;
    const isAskedToStop = options.stop?.aborted === true || ended?.code === cancelledCode;
    const isStopped = state.phase === 'cancelled' || (isAskedToStop && !isFailed);
    if (!isStopped) throw await explainFailure({ folder, state, claim, ended });
    return { status: 'interrupted', did: isLeft ? 'followed' : 'trained', folder, config, state };
  } finally {
    await release();
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

interface StartedWorker {
  readonly launcher: Launcher;
  readonly claim: WorkerClaim;
}

/** A worker that an earlier command has left behind and that can be followed from here. */
async function findLeft(folder: string, access: LauncherAccess | undefined): Promise<StartedWorker | undefined> {
  const claim = readWorkerClaim(folder);
  if (claim === undefined) return undefined;
  const launcher = findLauncher(claim, access);
  const whereabouts = await launcher.look(folder, claim);
  if (whereabouts === 'elsewhere') throw refuseElsewhere({ folder, launcher, claim });
  return whereabouts === 'gone' ? undefined : { launcher, claim };
}

interface StartInput {
  readonly options: TrainOptions;
  readonly choice: LauncherChoice;
  readonly config: TrainConfig;
  readonly attempt: number;
}

async function start({ options, choice, config, attempt }: StartInput): Promise<StartedWorker> {
  const { folder, getPython, versions, stop, access } = options;
  const python = await getPython();
  stop?.throwIfAborted();
  const provenance = await readProvenance(folder);
  if (provenance !== undefined) {
    const session = {
      startedAt: new Date().toISOString(),
      versions,
      python: { version: python.version, packages: python.packages },
      host: describeHost(),
      launcher: choice,
    };
    await writeProvenance(folder, { ...provenance, sessions: [...provenance.sessions, session] });
  }
  const launcher = createLauncher(choice, access);
  return { launcher, claim: await launcher.submit({ folder, config, python: python.python, attempt }) };
}

interface FollowInput {
  readonly launcher: Launcher;
  readonly claim: WorkerClaim;
  readonly config: TrainConfig;
  readonly options: TrainOptions;
}

/** From here on the wait for a place on a cluster is worth a word. */
const tellWaitAfterMs = 10_000;

/** Follows the events of one worker to its end, and hands on what the caller wants of it. */
async function follow({ launcher, claim, config, options }: FollowInput): Promise<TrainState> {
  const { folder, stop, abort, onProgress, onMessage } = options;
  let state = initialTrainState;
  let lastEventMs = Date.now();
  const report = (): void => onProgress?.({ state, silentMs: Date.now() - lastEventMs });
  const tell = (error: unknown): void => onMessage?.(String(error));
  const onAbort = (): void => void launcher.kill(folder, claim).catch(tell);
  let grace: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    requestCancel({ folder, launcher, claim }).catch(tell);
    grace = setTimeout(onAbort, cancelGraceMs);
  };
  const timer = setInterval(report, 1000);
  stop?.addEventListener('abort', onStop);
  abort?.addEventListener('abort', onAbort);
  if (stop?.aborted === true) onStop();
  if (abort?.aborted === true) onAbort();
  const beganMs = Date.now();
  let isWaitTold = false;
  const isOver = async (): Promise<boolean> => {
    const whereabouts = await launcher.look(folder, claim);
    if (whereabouts === 'waiting' && !isWaitTold && Date.now() - beganMs > tellWaitAfterMs) {
      isWaitTold = true;
      onMessage?.(`${launcher.describe(claim)} waits: what it reserves is in use, or the cluster has not so much.`);
    }
    return whereabouts === 'gone';
  };
  try {
    const events = tailEvents(nameRunFiles(folder).events, {
      offset: claim.eventsOffset,
      isOver,
      ...(onMessage === undefined ? {} : { onTrouble: onMessage }),
    });
    for await (const event of events) {
      lastEventMs = Date.now();
      state = updateTrainState(state, event);
      if (event.t === 'start' && config.maxSteps !== undefined && event.totalSteps < config.maxSteps)
        onMessage?.(
          `The rows are enough for ${event.totalSteps} of the ${config.maxSteps} steps, and it ends with them.`,
        );
      if (event.t === 'warning') onMessage?.(`Warning ${event.code}: ${event.message}`);
      report();
    }
    return state;
  } finally {
    clearInterval(timer);
    clearTimeout(grace);
    stop?.removeEventListener('abort', onStop);
    abort?.removeEventListener('abort', onAbort);
  }
}

/** What is written behind the worker. Done again it changes nothing, so a kill in between costs nothing. */
async function finish({
  folder,
  recipe,
  config,
  state,
}: {
  readonly folder: string;
  readonly recipe: ReturnType<typeof findRecipe>;
  readonly config: TrainConfig;
  readonly state: TrainState;
}): Promise<void> {
  const provenance = await readProvenance(folder);
  if (provenance === undefined || (provenance.metrics !== null && (await pathExists(nameRunFiles(folder).card))))
    return;
  // An attempt that only wrote the model again has no loss and no time of its own.
  const isTrained = state.resumedFrom === undefined || state.resumedFrom !== state.done?.step;
  const measured = state.done?.metrics ?? {};
  const metrics = isTrained ? measured : (provenance.metrics ?? measured);
  const whole = { ...provenance, configHash: state.configHash ?? null, metrics };
  await writeModelCard({ folder, recipe, config, state, provenance: whole });
  await writeProvenance(folder, whole);
}
