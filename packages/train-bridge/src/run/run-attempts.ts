import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathExists } from '@scalequest/core';
import type { TrainConfig } from '../config/train-config.ts';
import type { TrainBridgeError } from '../errors.ts';
import { createLauncher } from '../launchers/find-launcher.ts';
import { cancelledCode, type WorkerEnd } from '../launchers/launcher.ts';
import { countProcesses, type LauncherChoice } from '../launchers/launcher-choice.ts';
import { checkBase } from './base-model.ts';
import { explainFailure } from './explain-failure.ts';
import { followWorker, type StartedWorker } from './follow-worker.ts';
import { planRetry, type RetryPlan, retryDelaysMs } from './plan-retry.ts';
import { describeHost, readProvenance, writeProvenance } from './provenance.ts';
import { writeTrainConfig } from './read-train-config.ts';
import { nameRunFiles } from './run-files.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

interface AttemptInput {
  readonly options: TrainOptions;
  readonly choice: LauncherChoice;
  readonly config: TrainConfig;
  readonly left: StartedWorker | undefined;
  readonly attempt: number;
  /** For the environment of the worker. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the attempts of this command that were begun again. */
  readonly failures: readonly string[];
}

/**
 * One attempt after the other until one ends well, is stopped, or fails in a way that does not pass.
 *
 * @throws TrainBridgeError `WORKER_FAILED`, `WORKER_REFUSED`
 */
export async function runAttempts(input: AttemptInput): Promise<Pick<TrainResult, 'config' | 'state'>> {
  const { options, config, left, failures } = input;
  const { folder, stop } = options;
  const { launcher, claim } = left ?? (await start(input));
  const state = await followWorker({ launcher, claim, config, options });
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
    : planRetry({
        ...{ failure, config, processes: countProcesses(input.choice), before: failures },
        delaysMs: options.retryDelaysMs ?? retryDelaysMs,
      });
  if (plan === undefined || failure === undefined) throw error;
  const next = await prepareRetry({ folder, config, plan, failure, attempt: state.attempt });
  options.onMessage?.(`${error.message.split('\n')[0]} ${describeRetry(plan)}`);
  try {
    await sleep(plan.delayMs, undefined, stop === undefined ? {} : { signal: stop });
  } catch {
    return { config, state };
  }
  const again = { config: next, left: undefined, attempt: state.attempt + 1, failures: [...failures, failure] };
  return await runAttempts({ ...input, ...again });
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

async function start({ options, choice, config, attempt, variables }: AttemptInput): Promise<StartedWorker> {
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
  return { launcher, claim: await launcher.submit({ folder, config, python: python.python, attempt, variables }) };
}

/** Tells the next worker to write the model of the newest checkpoint, or takes that back. */
async function wishForExport(folder: string, isWanted: boolean): Promise<void> {
  const { exportOnly } = nameRunFiles(folder);
  await mkdir(dirname(exportOnly), { recursive: true });
  if (isWanted) await writeFile(exportOnly, '');
  else await rm(exportOnly, { force: true });
}
