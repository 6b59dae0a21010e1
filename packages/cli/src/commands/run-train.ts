import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asFileError, pathExists, quoteForShell, readEnvironment } from '@scalequest/core';
import { getEmbeddedModelPath } from '@scalequest/models';
import {
  cancelGraceMs,
  cancelTraining,
  exportTrl,
  parseSetting,
  plotTraining,
  readTrainingStatus,
  recipes,
  requestCheckpoint,
  requirePython,
  type TrainOptions,
  type TrainResult,
  type TrainSettings,
  train,
} from '@scalequest/train-bridge';
import { isAbort } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount, formatDuration } from '../output/format.ts';
import { formatTrainingStatus, formatTrainProgress } from '../output/format-training.ts';
import { createLiveLine } from '../output/live-line.ts';
import { chooseLauncher, type LauncherFlags } from '../setup/choose-launcher.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { requireRunNames } from '../setup/require-run-names.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';
import { chooseVerifier } from './verifier-beside-training.ts';

export interface RunTrainOptions extends LauncherFlags {
  readonly list?: boolean;
  readonly out?: string;
  readonly data?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly model?: string;
  /** Each as `key=value`. */
  readonly set: readonly string[];
  readonly exportOnly?: boolean;
  readonly allowGpuPackages?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

export function listRecipes({ json }: Pick<RunTrainOptions, 'json'>): ExitCode {
  const names = [...recipes.keys()];
  console.log(json === true ? JSON.stringify({ recipes: names }) : names.join('\n'));
  return 0;
}

function readSettings({ set, epochs }: Pick<RunTrainOptions, 'set' | 'epochs'>): TrainSettings {
  return { ...Object.fromEntries(set.map(parseSetting)), ...(epochs === undefined ? {} : { epochs }) };
}

export async function runTrain(recipe: string | undefined, options: RunTrainOptions): Promise<ExitCode> {
  const versions = describeVersions();
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const request = requireRunNames('train', { recipe, out: options.out });
  const line = createLiveLine();
  // A checkpoint of a large model takes its time; the worker is killed after it.
  using shutdown = listenForShutdown(line.say, cancelGraceMs);
  const launcher = chooseLauncher(options, environment);
  const getPython: TrainOptions['getPython'] = async () => {
    // The cluster has its own, and here none is needed.
    if (options.clusterPython !== undefined) return { python: options.clusterPython, version: null, packages: {} };
    return await requirePython({
      configured: environment.python ?? file.python,
      cacheDir: environment.cacheDir,
      allowGpuPackages: options.allowGpuPackages ?? false,
      onProgress: line.say,
      signal: shutdown.stop,
    });
  };
  try {
    const result = await train({
      ...request,
      seed: options.seed,
      steps: options.steps,
      settings: readSettings(options),
      dataFile: options.data,
      model: options.model,
      embeddedModel: getEmbeddedModelPath(),
      exportOnly: options.exportOnly,
      launcher,
      access: { token: environment.readRayToken() },
      verifier: chooseVerifier(environment, line.say),
      getPython,
      command: describeCommand(request, options),
      versions: await versions,
      stop: shutdown.stop,
      abort: shutdown.abort,
      onProgress: (progress) => line.update(formatTrainProgress(progress)),
      onMessage: line.say,
    });
    line.end();
    return report({ result, isJson: options.json === true, say: line.say });
  } catch (error) {
    line.end();
    if (!shutdown.stop.aborted || !isAbort(error)) throw error;
    line.say('Stopped before the training began. Run the same command again to begin.');
    return 1;
  }
}

/** What the card says to type, without what changes nothing. */
function describeCommand(
  { recipe }: { readonly recipe: string },
  {
    model,
    data,
    seed,
    steps,
    epochs,
    set,
  }: Pick<RunTrainOptions, 'model' | 'data' | 'seed' | 'steps' | 'epochs' | 'set'>,
): string {
  const parts = ['scalequest train', recipe];
  if (model !== undefined) parts.push(`--model ${quoteForShell(model)}`);
  if (data !== undefined) parts.push(`--data ${quoteForShell(data)}`);
  parts.push(`--seed ${seed}`);
  if (steps !== undefined) parts.push(`--steps ${steps}`);
  if (epochs !== undefined) parts.push(`--epochs ${epochs}`);
  for (const setting of set) parts.push(`--set ${quoteForShell(setting)}`);
  return [...parts, '--out DIR'].join(' ');
}

function report({
  result,
  isJson,
  say,
}: {
  readonly result: TrainResult;
  readonly isJson: boolean;
  readonly say: (text: string) => void;
}): ExitCode {
  const { status, did, folder, state, config } = result;
  if (isJson) {
    const { step, totalSteps, attempt, resumedFrom, done } = state;
    const metrics = done?.metrics ?? null;
    const wallSeconds = done?.wallSeconds ?? null;
    console.log(
      JSON.stringify({
        status,
        did,
        folder,
        run: config.run,
        step,
        totalSteps,
        attempt,
        resumedFrom,
        wallSeconds,
        metrics,
      }),
    );
  }
  if (status === 'interrupted') {
    say(
      state.phase === 'cancelled'
        ? `Stopped at step ${formatCount(state.step)}. Run the same command again to go on.`
        : 'The worker was stopped before it wrote a checkpoint. Run the same command again to go on from the last one.',
    );
    return 1;
  }
  if (did === 'exported')
    say(`Written from the checkpoint of step ${formatCount(state.step)}. Without --export-only the training goes on.`);
  else if (did === 'nothing') say('This training is finished; there was nothing to do.');
  else say(`Trained ${formatCount(state.step)} steps in ${formatDuration((state.done?.wallSeconds ?? 0) * 1000)}.`);
  say(`The model and its card: ${resolve(folder, 'out')}`);
  return 0;
}

function findAccess(): NonNullable<TrainOptions['access']> {
  return { token: readEnvironment().readRayToken() };
}

export async function printTrainingStatus(folder: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const status = await readTrainingStatus(folder, { access: findAccess() });
  console.log(json === true ? JSON.stringify(status) : formatTrainingStatus(status));
  return 0;
}

export async function cancelRunningTraining(folder: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const access = findAccess();
  // A folder without a training is a wrong request.
  await readTrainingStatus(folder, { access });
  const outcome = await cancelTraining(folder, { access });
  const { state } = await readTrainingStatus(folder, { access });
  const error = outcome === 'cancelled' ? state.error : undefined;
  const exitCode = error === undefined ? 0 : 1;
  if (json === true) {
    console.log(JSON.stringify({ outcome, step: state.step, ...(error === undefined ? {} : { error }) }));
    return exitCode;
  }
  console.log(
    {
      idle: 'No training runs in this folder.',
      cancelled:
        error === undefined
          ? `Stopped at step ${formatCount(state.step)}. The same train command goes on from there.`
          : `The worker failed while it stopped: ${error.message} (${error.class}). The same train command goes on from its last checkpoint.`,
      killed:
        'The worker did not end by itself and was killed. The same train command goes on from its last checkpoint.',
    }[outcome],
  );
  return exitCode;
}

export async function askForCheckpoint(folder: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  using shutdown = listenForShutdown(console.error, cancelGraceMs);
  const { step, path } = await requestCheckpoint(folder, { access: findAccess(), stop: shutdown.stop });
  console.log(
    json === true
      ? JSON.stringify({ step, path })
      : `Checkpoint of step ${formatCount(step)}: ${join(folder, path)}. The training goes on.`,
  );
  return 0;
}

export async function plotRun(folder: string, { out }: { readonly out?: string }): Promise<ExitCode> {
  const markup = await plotTraining(folder);
  const path = out ?? join(folder, ...((await pathExists(join(folder, 'out'))) ? ['out'] : []), 'metrics.svg');
  try {
    await writeFile(path, markup);
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
  console.log(path);
  return 0;
}

export interface ExportTrlFlags extends Pick<RunTrainOptions, 'model' | 'data' | 'steps' | 'set' | 'json'> {
  readonly out: string;
  readonly seed?: number;
}

export async function runExportTrl(source: string, flags: ExportTrlFlags): Promise<ExitCode> {
  const { out, model, data, seed, steps, json } = flags;
  const result = await exportTrl({ source, out, model, dataFile: data, seed, steps, settings: readSettings(flags) });
  if (json === true) {
    console.log(JSON.stringify(result));
    return 0;
  }
  console.log(`Wrote ${result.configFile} and ${formatCount(result.rows)} rows. In that folder: ${result.command}`);
  for (const note of result.notes) console.error(`Note: ${note}`);
  return 0;
}
