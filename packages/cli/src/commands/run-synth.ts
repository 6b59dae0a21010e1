import { join } from 'node:path';
import { excerpt, pathExists, readEnvironment } from '@scalequest/core';
import {
  type GeneratorResult,
  type OpenedRecipe,
  openRecipe,
  type RecipeForm,
  readPrompts,
  readRunCost,
  readSynthStatus,
  recipeNames,
  runRecipe,
  type SynthStatus,
} from '@scalequest/synth';
import { CliError, isBudgetSpent, isRequest } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { describeInterruption } from '../output/describe-interruption.ts';
import { formatCount } from '../output/format.ts';
import { formatOracle, formatSynthProgress, formatSynthStatus } from '../output/format-synth.ts';
import { createLiveLine } from '../output/live-line.ts';
import { type ConfigurationFile, readConfigurationFile } from '../setup/configuration-file.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { locateData } from '../setup/locate-data.ts';
import { openRoles, type RoleFlags } from '../setup/open-roles.ts';
import { requireRunNames } from '../setup/require-run-names.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';

export interface RunSynthOptions extends RoleFlags {
  readonly list?: boolean;
  readonly out?: string;
  readonly seed: number;
  readonly accept?: number;
  readonly form?: string;
  readonly prompts?: string;
  readonly dataDir?: string;
  readonly without?: readonly string[];
  readonly decontamination: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

export function listRecipes({ json }: Pick<RunSynthOptions, 'json'>): ExitCode {
  console.log(json === true ? JSON.stringify({ recipes: recipeNames }) : recipeNames.join('\n'));
  return 0;
}

export async function runSynth(name: string | undefined, options: RunSynthOptions): Promise<ExitCode> {
  const { recipe, folder } = requireRunNames('synth', { recipe: name, out: options.out });
  const file = await readConfigurationFile(options.config);
  const opened = await openRecipe(recipe, await readRecipeOptions(options, file));
  const line = createLiveLine();
  using shutdown = listenForShutdown(line.say);
  const roles = await openRoles({
    ...{ opened, flags: options, file, say: line.say, signal: shutdown.stop },
    readSpent: (prices) => readRunCost(folder, prices),
  });
  limitHeapGrowth();
  try {
    line.say(`${opened.recipe.name}, seed ${options.seed}, into ${folder}`);
    const results = await runRecipe({
      recipe: opened.recipe,
      ...{ folder, seed: options.seed, models: roles.models, stop: shutdown.stop, signal: shutdown.abort },
      versions: await describeVersions(),
      onProgress: (progress) => line.update(formatSynthProgress(progress)),
    });
    line.end();
    return await report({ opened, folder, results, isJson: options.json === true, say: line.say });
  } catch (error) {
    line.end();
    const isStopped = shutdown.stop.aborted && isAbort(error);
    const isSpent = isBudgetSpent(error);
    const canGoOn = await pathExists(join(folder, 'manifest.jsonl'));
    if (isStopped || isSpent || !isRequest(error)) line.say(describeInterruption(error, { isStopped, folder }));
    if (!isStopped && !isSpent) throw error;
    if (options.json === true && canGoOn) console.log(JSON.stringify(await readSynthStatus(folder)));
    return 1;
  } finally {
    await roles.close();
  }
}

export async function printSynthStatus(folder: string, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const status = await readSynthStatus(folder);
  console.log(json === true ? JSON.stringify(status) : formatSynthStatus(status));
  return 0;
}

async function readRecipeOptions(
  { accept, form, prompts, dataDir, without = [], decontamination }: RunSynthOptions,
  file: ConfigurationFile,
): Promise<Parameters<typeof openRecipe>[1]> {
  if (form !== undefined && form !== 'faithful' && form !== 'fixed') {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option '--form' is ${excerpt(form)}; give faithful or fixed.`,
      fields: { form },
    });
  }
  const data = locateData({ dataDir }, { environment: readEnvironment(), file });
  return {
    data,
    ...(accept === undefined ? {} : { accept }),
    ...(form === undefined ? {} : { form: form satisfies RecipeForm }),
    ...(prompts === undefined ? {} : { prompts: await readPrompts(prompts) }),
    ...(decontamination ? { decontamination: { data, without } } : {}),
  };
}

async function report({
  opened: { measure },
  folder,
  results,
  isJson,
  say,
}: {
  readonly opened: OpenedRecipe;
  readonly folder: string;
  readonly results: readonly GeneratorResult[];
  readonly isJson: boolean;
  readonly say: (text: string) => void;
}): Promise<ExitCode> {
  const status: SynthStatus = await readSynthStatus(folder);
  const oracle = await measure?.(folder);
  if (isJson) console.log(JSON.stringify({ ...status, results, ...(oracle === undefined ? {} : { oracle }) }));
  else {
    console.log(formatSynthStatus(status));
    if (oracle !== undefined) console.log(`\nBy the oracle, which no stage sees:\n${formatOracle(oracle)}`);
  }
  const short = results.filter(({ isComplete }) => !isComplete);
  for (const { generator, accepted, rows } of short) {
    say(
      `Generator '${generator}' ended before there was enough: ${formatCount(accepted)} of its ${formatCount(rows)} rows passed. The table shows which stage lets too little through.`,
    );
  }
  return short.length === 0 ? 0 : 1;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
