import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError, pathExists } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import { createLauncher, findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import { cancelledCode, type Launcher, type WorkerEnd } from '../launchers/launcher.ts';
import { checkLauncherChoice, type LauncherChoice } from '../launchers/launcher-choice.ts';
import { readWorkerClaim, type WorkerClaim } from '../launchers/worker-claim.ts';
import { writePlot } from '../plot/plot-training.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { checkBase } from './base-model.ts';
import { cancelGraceMs, refuseElsewhere, requestCancel } from './cancel-training.ts';
import { explainFailure } from './explain-failure.ts';
import { listCheckpoints } from './list-checkpoints.ts';
import { planRetry, type RetryPlan, retryDelaysMs } from './plan-retry.ts';
import { prepareRun } from './prepare-run.ts';
import { describeHost, readProvenance, writeProvenance } from './provenance.ts';
import { writeTrainConfig } from './read-train-config.ts';
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
  /** @defaultValue the recipe's, or what its epochs make of the rows */
  readonly steps?: number | undefined;
  /** Put over the recipe, by key: `{ 'optimizer.learningRate': 1e-5 }`. */
  readonly settings?: TrainSettings | undefined;
  /** The user's own rows, instead of those that the recipe makes: JSON Lines, or a folder that holds them. */
  readonly dataFile?: string | undefined;
  /** A model to begin with: a folder as transformers writes it, a GGUF file of ScaleQuest, or the run folder of a training. */
  readonly model?: string | undefined;
  /** The file of the model that ScaleQuest ships, which some recipes go on from where no model is given. */
  readonly embeddedModel?: string | undefined;
  /** Write the model of the newest checkpoint and do not train. The same call without it goes on with the training. */
  readonly exportOnly?: boolean | undefined;
  /** Waits before an attempt is begun again that the disk, the network or the system has ended. @defaultValue 10, 30 and 90 s */
  readonly retryDelaysMs?: readonly number[] | undefined;
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
  readonly did: 'trained' | 'followed' | 'exported' | 'nothing';
  readonly folder: string;
  readonly config: TrainConfig;
  readonly state: TrainState;
}

/**
 * Trains by a recipe in a run folder. The same call goes on where an earlier one was stopped or killed, follows a worker
 * that an earlier one left behind, writes a model that is gone again, and does nothing where all is done. What may pass is
 * begun again by itself: `plan-retry.ts` says what and how.
 *
 * @throws TrainBridgeError where configuration or data differ from what the folder holds, and where the worker fails;
 * RunsError `RUN_LOCKED` where another process is at it
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { folder, onMessage, exportOnly = false } = options;
  const recipe = findRecipe(options.recipe);
  const choice = checkLauncherChoice(exportOnly ? { launcher: 'local' } : (options.launcher ?? { launcher: 'local' }));
  if (exportOnly) await requireCheckpoint(folder);
  await makeFolder(folder);
  const release = await acquireRunLock(folder);
  try {
    const config = await prepareRun({
      folder,
      recipe,
      seed: options.seed ?? 0,
      steps: options.steps,
      settings: options.settings ?? {},
      data: options.dataFile,
      model: options.model,
      embeddedModel: options.embeddedModel,
      command: options.command,
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
    if (left !== undefined) {
      const name = left.launcher.describe(left.claim);
      onMessage?.(`A worker is at it already (${name}), left by an earlier command: following it.`);
    }
    const ended = await attempt({ options, choice, config, left, attempt: before.state.attempt + 1, failures: [] });
    if (ended.state.phase !== 'done') {
      return { status: 'interrupted', did: left === undefined ? 'trained' : 'followed', folder, ...ended };
    }
    await finish({ folder, recipe, ...ended });
    const did = ended.state.done?.partial === true ? 'exported' : left === undefined ? 'trained' : 'followed';
    return { status: 'finished', did, folder, ...ended };
  } finally {
    await release();
  }
}

interface AttemptInput {
  readonly options: TrainOptions;
  readonly choice: LauncherChoice;
  readonly config: TrainConfig;
  readonly left: StartedWorker | undefined;
  readonly attempt: number;
  /** Of the attempts of this command that were begun again. */
  readonly failures: readonly string[];
}

/**
 * One attempt after the other until one ends well, is stopped, or fails in a way that does not pass.
 *
 * @throws TrainBridgeError `WORKER_FAILED`, `WORKER_REFUSED`
 */
async function attempt(input: AttemptInput): Promise<Pick<TrainResult, 'config' | 'state'>> {
  const { options, config, left, failures } = input;
  const { folder, stop } = options;
  const { launcher, claim } = left ?? (await start(input));
  const state = await follow({ launcher, claim, config, options });
  if (state.phase === 'done') return { config, state };
  const ended = await launcher.readEnd(folder, claim);
  // A worker that fails while it stops has failed: its checkpoint may not have been written.
  // What stands above several ranks has a code of its own for any end of theirs.
  const isOddEnd = state.phase !== 'cancelled' && ![undefined, null, cancelledCode].includes(ended?.code);
  const isFailed = state.phase === 'failed' || isOddEnd;
  const isAskedToStop = stop?.aborted === true || ended?.code === cancelledCode;
  if (state.phase === 'cancelled' || (isAskedToStop && !isFailed)) return { config, state };
  const error = await explainFailure({ folder, state, claim, ended });
  const failure = nameFailure(error, ended);
  // Whoever asks for the end of a worker does not want another one.
  const isUnwanted =
    stop?.aborted === true || options.abort?.aborted === true || (await pathExists(nameRunFiles(folder).cancel));
  const plan = isUnwanted
    ? undefined
    : planRetry({ failure, config, before: failures, delaysMs: options.retryDelaysMs ?? retryDelaysMs });
  if (plan === undefined || failure === undefined) throw error;
  const next = await prepareRetry({ folder, config, plan, failure, attempt: state.attempt });
  options.onMessage?.(`${error.message.split('\n')[0]} ${describeRetry(plan)}`);
  try {
    await sleep(plan.delayMs, undefined, stop === undefined ? {} : { signal: stop });
  } catch {
    return { config, state };
  }
  const again = { config: next, left: undefined, attempt: state.attempt + 1, failures: [...failures, failure] };
  return await attempt({ ...input, ...again });
}

/** By what the policy knows it. */
function nameFailure(error: TrainBridgeError, ended: WorkerEnd | undefined): string | undefined {
  if (typeof error.fields.class === 'string') return error.fields.class;
  return ended?.signal === 'SIGKILL' ? 'killed' : undefined;
}

function describeRetry({ delayMs, microBatchSize }: RetryPlan): string {
  const when = delayMs === 0 ? 'Going on at once' : `Going on in ${Math.ceil(delayMs / 1000)} s`;
  if (microBatchSize === undefined) return `${when} from the last checkpoint.`;
  return `${when} with microBatchSize ${microBatchSize}, which changes the memory that a step takes and not what is learnt.`;
}

interface PrepareRetryInput {
  readonly folder: string;
  readonly config: TrainConfig;
  readonly plan: RetryPlan;
  readonly failure: string;
  readonly attempt: number;
}

/** Writes down what failed, and the configuration of the next attempt. */
async function prepareRetry({ folder, config, plan, failure, attempt }: PrepareRetryInput): Promise<TrainConfig> {
  const { microBatchSize } = plan;
  const change = microBatchSize === undefined ? {} : { microBatchSize };
  const provenance = await readProvenance(folder);
  if (provenance !== undefined) {
    const record = { at: new Date().toISOString(), attempt, class: failure, ...change };
    await writeProvenance(folder, { ...provenance, retries: [...(provenance.retries ?? []), record] });
  }
  if (microBatchSize === undefined) return config;
  const next = { ...config, microBatchSize };
  await writeTrainConfig(folder, next);
  return next;
}

/** @throws TrainBridgeError `NO_CHECKPOINT` */
async function requireCheckpoint(folder: string): Promise<void> {
  if ((await listCheckpoints(folder)).length > 0) return;
  throw new TrainBridgeError({
    code: 'NO_CHECKPOINT',
    kind: 'request',
    what: `'${folder}' holds no checkpoint to write a model from.`,
    next: 'Run the command without --export-only first.',
    fields: { folder },
  });
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

async function start({ options, choice, config, attempt }: AttemptInput): Promise<StartedWorker> {
  const { folder, getPython, versions, stop, access, exportOnly } = options;
  const begun = await readProvenance(folder);
  if (begun?.model !== undefined) await checkBase(folder, begun.model);
  const python = await getPython();
  stop?.throwIfAborted();
  if (begun !== undefined) {
    const session = {
      startedAt: new Date().toISOString(),
      versions,
      python: { version: python.version, packages: python.packages },
      host: describeHost(),
      launcher: choice,
    };
    await writeProvenance(folder, { ...begun, sessions: [...begun.sessions, session] });
  }
  await wishForExport(folder, exportOnly === true);
  const launcher = createLauncher(choice, access);
  return { launcher, claim: await launcher.submit({ folder, config, python: python.python, attempt }) };
}

/** Tells the next worker to write the model of the newest checkpoint, or takes that back. */
async function wishForExport(folder: string, isWanted: boolean): Promise<void> {
  const { exportOnly } = nameRunFiles(folder);
  await mkdir(dirname(exportOnly), { recursive: true });
  if (isWanted) await writeFile(exportOnly, '');
  else await rm(exportOnly, { force: true });
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
  await writePlot(folder, nameRunFiles(folder).plot);
  await writeModelCard({ folder, recipe, config, state, provenance: whole });
  // What was written on the way is written again at the end.
  if (state.done?.partial !== true) await writeProvenance(folder, whole);
}
