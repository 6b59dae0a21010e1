import { mkdir, readFile } from 'node:fs/promises';
import { asFileError, pathExists } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { cancelGraceMs, requestCancel } from './cancel-training.ts';
import { prepareRun } from './prepare-run.ts';
import { describeHost, readProvenance, writeProvenance } from './provenance.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { nameRunFiles } from './run-files.ts';
import { startWorker } from './start-worker.ts';
import { refuseTrainedElsewhere } from './trained-elsewhere.ts';
import { isWorkerAlive, readWorkerClaim, signalWorker, type WorkerClaim } from './worker-claim.ts';
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
  /** Asked for when a worker must be started, not before: a finished run needs no Python. */
  readonly getPython: () => Promise<ReadyPython>;
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
  await makeFolder(folder);
  const release = await acquireRunLock(folder);
  try {
    const config = await prepareRun({
      folder,
      recipe,
      seed: options.seed ?? 0,
      steps: options.steps ?? (recipe.rows === 'generated' ? recipe.steps : undefined),
      dataFile: options.dataFile,
      command,
      signal: options.stop,
      onMessage,
    });
    const before = await readTrainingStatus(folder);
    const isFinished = before.standing === 'finished';
    if (isFinished && (await pathExists(nameRunFiles(folder).metrics))) {
      await finish({ folder, recipe, config, state: before.state });
      return { status: 'finished', did: 'nothing', folder, config, state: before.state };
    }
    if (isFinished)
      onMessage?.('This training is finished, and its model is gone: it is written again from the last checkpoint.');
    const left = readWorkerClaim(folder);
    if (left !== undefined) await refuseTrainedElsewhere(folder, left);
    const isLeft = left !== undefined && isWorkerAlive(left);
    if (isLeft)
      onMessage?.(`A worker is at it already (process ${left.pid}), left by an earlier command: following it.`);
    const worker = isLeft ? { claim: left, ended: undefined } : await start(options, config);
    const state = await follow(worker.claim, config, options);
    const ended = await worker.ended;
    if (state.phase === 'done') {
      await finish({ folder, recipe, config, state });
      return { status: 'finished', did: isLeft ? 'followed' : 'trained', folder, config, state };
    }
    // A worker that fails while it stops has failed: its checkpoint may not have been written.
    const isFailed = state.phase === 'failed' || ![undefined, null, cancelledCode].includes(ended?.code);
    const isStopped = state.phase === 'cancelled' || (options.stop?.aborted === true && !isFailed);
    if (!isStopped) throw await explainFailure({ folder, state, claim: worker.claim, ended });
    return { status: 'interrupted', did: isLeft ? 'followed' : 'trained', folder, config, state };
  } finally {
    await release();
  }
}

/** The exit code of a worker that was asked to stop. */
const cancelledCode = 143;

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

async function start(
  { folder, getPython, versions, stop }: TrainOptions,
  config: TrainConfig,
): ReturnType<typeof startWorker> {
  const python = await getPython();
  stop?.throwIfAborted();
  const provenance = await readProvenance(folder);
  if (provenance !== undefined) {
    const session = {
      startedAt: new Date().toISOString(),
      versions,
      python: { version: python.version, packages: python.packages },
      host: describeHost(),
    };
    await writeProvenance(folder, { ...provenance, sessions: [...provenance.sessions, session] });
  }
  return await startWorker({ folder, python: python.python, threads: config.threads });
}

/** Follows the events of one worker to its end, and hands on what the caller wants of it. */
async function follow(
  claim: WorkerClaim,
  { maxSteps }: TrainConfig,
  { folder, stop, abort, onProgress, onMessage }: TrainOptions,
): Promise<TrainState> {
  let state = initialTrainState;
  let lastEventMs = Date.now();
  const report = (): void => onProgress?.({ state, silentMs: Date.now() - lastEventMs });
  const onAbort = (): void => void signalWorker(claim, 'SIGKILL');
  let grace: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    requestCancel(folder, claim).catch((error: unknown) => onMessage?.(String(error)));
    grace = setTimeout(onAbort, cancelGraceMs);
  };
  const timer = setInterval(report, 1000);
  stop?.addEventListener('abort', onStop);
  abort?.addEventListener('abort', onAbort);
  if (stop?.aborted === true) onStop();
  if (abort?.aborted === true) onAbort();
  try {
    const events = tailEvents(nameRunFiles(folder).events, {
      offset: claim.eventsOffset,
      isOver: () => !isWorkerAlive(claim),
      ...(onMessage === undefined ? {} : { onTrouble: onMessage }),
    });
    for await (const event of events) {
      lastEventMs = Date.now();
      state = updateTrainState(state, event);
      if (event.t === 'start' && maxSteps !== undefined && event.totalSteps < maxSteps)
        onMessage?.(`The rows are enough for ${event.totalSteps} of the ${maxSteps} steps, and it ends with them.`);
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

async function explainFailure({
  folder,
  state: { error },
  claim,
  ended,
}: {
  readonly folder: string;
  readonly state: TrainState;
  readonly claim: WorkerClaim;
  readonly ended: WorkerEnd;
}): Promise<TrainBridgeError> {
  const { stderr } = nameRunFiles(folder);
  const readLastWord = (): Promise<string> => readLastLine(stderr, claim.stderrOffset);
  const fields = { folder, class: error?.class, exitCode: ended?.code, signal: ended?.signal };
  if (error?.class === 'config' || ended?.code === 2) {
    return new TrainBridgeError({
      code: 'WORKER_REFUSED',
      kind: 'request',
      what: `The training in '${folder}' was refused by its worker.`,
      why: error?.message ?? (await readLastWord()),
      next: 'Run the command that began it to go on, or give another --out.',
      fields,
    });
  }
  return new TrainBridgeError({
    code: 'WORKER_FAILED',
    what: `The training in '${folder}' failed.`,
    why:
      error === undefined
        ? `The worker ended without a word (${describeEnd(ended)}). ${await readLastWord()}`.trim()
        : `${error.message} (${error.class})`,
    next: `${nameNextStep(error?.class, claim)} Its output stands in ${stderr}.`,
    fields,
  });
}

function nameNextStep(errorClass: string | undefined, { python }: WorkerClaim): string {
  if (errorClass === 'environment' && python !== null)
    return `Correct the Python environment of '${python}' (one that ScaleQuest made is made again where its folder is removed) and run the same command again.`;
  return nextSteps[errorClass ?? 'internal'] ?? 'Run the same command again: it goes on from the last checkpoint.';
}

const nextSteps: Readonly<Record<string, string>> = {
  oom: 'Memory ran out: free some, or take a smaller batch.',
  nan: 'The loss is not a number any more: another seed or a lower learning rate may help.',
  data: 'Correct the rows and give another --out.',
  environment: 'Correct the Python environment and run the same command again.',
  io: 'Check the disk and run the same command again: it goes on from the last checkpoint.',
};

type WorkerEnd = { readonly code: number | null; readonly signal: string | null } | undefined;

function describeEnd(ended: WorkerEnd): string {
  if (ended === undefined) return 'how is not known: an earlier command had started it';
  if (ended.signal === null) return `exit code ${ended.code}`;
  const reason = ended.signal === 'SIGKILL' ? ", most often by the system's out-of-memory killer" : '';
  return `signal ${ended.signal}${reason}`;
}

/** Of what stands behind `offset`: before it are the words of earlier attempts. */
async function readLastLine(path: string, offset: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const text = bytes.subarray(offset).toString('utf8');
  return text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
