import { join } from 'node:path';
import { pathExists, quoteForShell } from '@scalequest/core';
import { runLoop } from '@scalequest/loop';
import { cancelGraceMs } from '@scalequest/train-bridge';
import { isAbort, isBudgetSpent, isRequest } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { describeInterruption } from '../output/describe-interruption.ts';
import { createLiveLine } from '../output/live-line.ts';
import { createLoopDisplay } from '../output/loop-display.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { chooseParallel, openLoopAccess } from '../setup/loop-access.ts';
import { type LoopChoices, openChosenLoop, ownLoop } from '../setup/open-loop.ts';
import { requireRunNames } from '../setup/require-run-names.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { printLoopEnd } from './print-loop-end.ts';
import { type PlanFlags, printLoopPlan, requirePlan } from './print-loop-plan.ts';

export interface RunLoopFlags extends LoopChoices, PlanFlags {
  readonly out?: string;
  readonly seed: number;
  readonly parallel?: number;
  readonly maxCost?: number;
}

export async function runLoopCommand(name: string | undefined, options: RunLoopFlags): Promise<ExitCode> {
  requirePlan(options);
  const names = requireRunNames('loop', { recipe: name, out: options.out }, '`scalequest loop list` names the recipes');
  const { seed, parallel = chooseParallel(names.recipe), maxCost } = options;
  const folder = names.folder;
  // The others have a configuration of their own there.
  const file = await readConfigurationFile(names.recipe === ownLoop ? options.config : undefined);
  const line = createLiveLine();
  // A checkpoint takes its time; the worker of a training is killed after it.
  using shutdown = listenForShutdown(line.say, cancelGraceMs);
  const { stop, abort } = shutdown;
  const command = describeCommand(names.recipe, options);
  const access = await openLoopAccess({ file, command, maxCost, say: line.say, stop });
  const recipe = await openChosenLoop(names.recipe, options, access);
  if (options.plan === true) return await printLoopPlan({ recipe, folder, seed, access, flags: options, signal: stop });
  limitHeapGrowth();
  line.say(`${recipe.name}, seed ${seed}, ${recipe.steps.length} steps, ${parallel} at once, into ${folder}`);
  const display = createLoopDisplay({ recipe, line, parallel });
  try {
    const done = await runLoop({ recipe, folder, seed, parallel, stop, abort, onEvent: display.onEvent });
    display.end();
    await printLoopEnd({ recipe, folder, seed, done, seconds: display.seconds }, { isJson: options.json === true });
    return 0;
  } catch (error) {
    display.end();
    const canGoOn = await pathExists(join(folder, 'steps'));
    const isStopped = stop.aborted && isAbort(error);
    const isSpent = isBudgetSpent(error);
    if (isStopped || isSpent || (canGoOn && !isRequest(error)))
      line.say(describeInterruption(error, { isStopped, folder }));
    if (!isStopped && !isSpent) throw error;
    if (options.json === true) console.log(JSON.stringify({ status: 'interrupted', loop: recipe.name, seed, folder }));
    return 1;
  }
}

/** What model cards say to type, without what changes nothing. */
function describeCommand(recipe: string, { seed, config, arms, set, scale }: RunLoopFlags): string {
  const parts = ['scalequest loop', recipe, `--seed ${seed}`];
  if (config !== undefined) parts.push(`--config ${quoteForShell(config)}`);
  if (arms !== undefined) parts.push(`--arms ${quoteForShell(arms)}`);
  if (scale !== undefined) parts.push(`--scale ${scale}`);
  for (const size of set) parts.push(`--set ${quoteForShell(size)}`);
  return [...parts, '--out DIR'].join(' ');
}
