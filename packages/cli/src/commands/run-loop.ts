import { join, resolve } from 'node:path';
import { hashFile, pathExists } from '@scalequest/core';
import { type LoopRecipe, runLoop, type StepEntry, synthRunFolder } from '@scalequest/loop';
import { type OracleFigures, readSynthStatus } from '@scalequest/synth';
import { cancelGraceMs } from '@scalequest/train-bridge';
import type { ExitCode } from '../main.ts';
import { formatArms, listArms } from '../output/format-loop.ts';
import { formatFunnel, formatOracle } from '../output/format-synth.ts';
import { createLiveLine } from '../output/live-line.ts';
import { createLoopDisplay, type LoopDisplay } from '../output/loop-display.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { chooseParallel, openLoopAccess } from '../setup/loop-access.ts';
import { type LoopChoices, openChosenLoop, ownLoop } from '../setup/open-loop.ts';
import { requireRunNames } from '../setup/require-run-names.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { type PlanFlags, printLoopPlan, requirePlan } from './print-loop-plan.ts';

export interface RunLoopFlags extends LoopChoices, PlanFlags {
  readonly out?: string;
  readonly seed: number;
  readonly parallel?: number;
}

export async function runLoopCommand(name: string | undefined, options: RunLoopFlags): Promise<ExitCode> {
  requirePlan(options);
  const names = requireRunNames('loop', { recipe: name, out: options.out }, '`scalequest loop list` names the recipes');
  const { seed, parallel = chooseParallel() } = options;
  const folder = names.folder;
  // The others have a configuration of their own there.
  const file = await readConfigurationFile(names.recipe === ownLoop ? options.config : undefined);
  const line = createLiveLine();
  // A checkpoint takes its time; the worker of a training is killed after it.
  using shutdown = listenForShutdown(line.say, cancelGraceMs);
  const { stop, abort } = shutdown;
  const command = describeCommand(names.recipe, options);
  const access = await openLoopAccess({ file, command, say: line.say, stop });
  const recipe = await openChosenLoop(names.recipe, options, access);
  if (options.plan === true) return await printLoopPlan({ recipe, folder, seed, access, flags: options, signal: stop });
  limitHeapGrowth();
  line.say(`${recipe.name}, seed ${seed}, ${recipe.steps.length} steps, ${parallel} at once, into ${folder}`);
  const display = createLoopDisplay({ recipe, line, parallel });
  try {
    const done = await runLoop({ recipe, folder, seed, parallel, stop, abort, onEvent: display.onEvent });
    display.end();
    await report({ recipe, folder, seed, done, display, isJson: options.json === true });
    return 0;
  } catch (error) {
    display.end();
    const canGoOn = await pathExists(join(folder, 'steps'));
    const isStopped = stop.aborted && isAbort(error);
    if (isStopped || (canGoOn && !isRequest(error))) {
      line.say(
        `${isStopped ? 'Stopped. ' : ''}What is finished is kept in ${folder}; the same command goes on from there.`,
      );
    }
    if (!isStopped) throw error;
    if (options.json === true) console.log(JSON.stringify({ status: 'interrupted', loop: recipe.name, seed, folder }));
    return 1;
  }
}

interface ReportInput {
  readonly recipe: LoopRecipe;
  readonly folder: string;
  readonly seed: number;
  readonly done: ReadonlyMap<string, StepEntry>;
  readonly display: LoopDisplay;
  readonly isJson: boolean;
}

/** The arm whose dataset is the one of ScaleQuest. */
const wholeArm = 'full';

async function report({ recipe, folder, seed, done, display, isJson }: ReportInput): Promise<void> {
  const arms = listArms(new Map(recipe.steps.flatMap(({ name }) => toEntry(name, done))));
  const manifest = join(folder, 'manifest.json');
  const dataset = done.get(`rows-${wholeArm}`)?.files.rows;
  const source = recipe.steps.find(({ name }) => name === `rows-${wholeArm}`)?.after[0];
  if (isJson) {
    const steps = recipe.steps.map(({ name, kind }) => ({
      ...{ step: name, kind, seconds: display.seconds.get(name) ?? null },
      figures: done.get(name)?.figures ?? {},
    }));
    const manifestSha256 = await hashFile(manifest);
    const datasetSha256 = dataset?.sha256 ?? null;
    const result = { status: 'finished', loop: recipe.name, seed, folder, manifestSha256, datasetSha256, arms, steps };
    console.log(JSON.stringify(result));
    return;
  }
  const parts = arms.length === 0 ? [] : [`Students on the held-out problems, seed ${seed}:\n${formatArms(arms)}`];
  if (source !== undefined) {
    const { stages } = await readSynthStatus(join(folder, 'steps', source, synthRunFolder));
    parts.push(`What became of the questions of '${wholeArm}':\n${formatFunnel(stages)}`);
    const byOracle = recipe.steps
      .filter(({ kind, after }) => kind === 'measure' && after.includes(source))
      .map(({ name }) => done.get(name)?.figures.stages)
      .find((stages) => stages !== undefined);
    if (byOracle !== undefined)
      parts.push(`By the oracle, which no stage sees:\n${formatOracle(byOracle as unknown as OracleFigures[])}`);
  }
  const places = [`Steps, each an ordinary run: ${join(resolve(folder), 'steps')}`, `Manifest: ${resolve(manifest)}`];
  if (dataset !== undefined) {
    places.push(
      `Dataset of '${wholeArm}': ${join(resolve(folder), 'steps', `rows-${wholeArm}`, dataset.path)}`,
      `  SHA-256 ${dataset.sha256}`,
    );
  }
  parts.push(places.join('\n'));
  parts.push(
    `One seed is an example, not a result. Run others (--seed ${seed + 1} --out OTHER_DIR), then: scalequest loop report ${folder} OTHER_DIR --out REPORT`,
  );
  console.log(parts.join('\n\n'));
}

function toEntry(name: string, done: ReadonlyMap<string, StepEntry>): readonly (readonly [string, StepEntry])[] {
  const entry = done.get(name);
  return entry === undefined ? [] : [[name, entry]];
}

/** What model cards say to type, without what changes nothing. */
function describeCommand(recipe: string, { seed, config, arms, set, scale }: RunLoopFlags): string {
  const parts = ['scalequest loop', recipe, `--seed ${seed}`];
  if (config !== undefined) parts.push(`--config ${config}`);
  if (arms !== undefined) parts.push(`--arms ${arms}`);
  if (scale !== undefined) parts.push(`--scale ${scale}`);
  for (const size of set) parts.push(`--set ${size}`);
  return [...parts, '--out DIR'].join(' ');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.cause instanceof DOMException);
}

function isRequest(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'request';
}
