import { join, resolve } from 'node:path';
import { hashFile } from '@scalequest/core';
import { type LoopRecipe, requireUnchanged, type Step, type StepEntry, synthRunFolder } from '@scalequest/loop';
import { type OracleFigures, readSynthStatus } from '@scalequest/synth';
import { formatArms, formatBenchmarks, listArms, listBenchmarks } from '../output/format-loop.ts';
import { formatFunnel, formatOracle } from '../output/format-synth.ts';

/** A loop that is done. */
export interface LoopEnd {
  readonly recipe: LoopRecipe;
  readonly folder: string;
  readonly seed: number;
  readonly done: ReadonlyMap<string, StepEntry>;
  /** Of the steps that this session has done. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** Steps that leave the dataset of the whole pipeline, of the paper's loops and of `nano`. */
const datasetSteps = ['dataset', 'rows-full'];

/**
 * Prints what a loop has made. What is said of its dataset holds of the files as they are now.
 *
 * @throws LoopError `FILE_CHANGED`
 */
export async function printLoopEnd(end: LoopEnd, { isJson }: { readonly isJson: boolean }): Promise<void> {
  const { recipe, folder, done } = end;
  const dataset = recipe.steps.find(({ name }) => datasetSteps.includes(name));
  const made = dataset === undefined ? undefined : done.get(dataset.name);
  if (made !== undefined) await requireUnchanged(folder, made);
  console.log(isJson ? JSON.stringify(await describeEnd(end, made)) : await formatEnd(end, { dataset, made }));
}

async function describeEnd({ recipe, folder, seed, done, seconds }: LoopEnd, made: StepEntry | undefined) {
  return {
    ...{ status: 'finished', loop: recipe.name, seed, folder },
    manifestSha256: await hashFile(join(folder, 'manifest.json')),
    datasetSha256: made?.files.rows?.sha256 ?? null,
    arms: listArms(order(recipe, done)),
    steps: recipe.steps.map(({ name, kind }) => ({
      ...{ step: name, kind, seconds: seconds.get(name) ?? null },
      figures: done.get(name)?.figures ?? {},
    })),
  };
}

interface MadeDataset {
  readonly dataset: Step | undefined;
  readonly made: StepEntry | undefined;
}

async function formatEnd(end: LoopEnd, { dataset, made }: MadeDataset): Promise<string> {
  const { recipe, folder, seed, done } = end;
  const entries = order(recipe, done);
  const [arms, benchmarks] = [listArms(entries), listBenchmarks(entries)];
  const parts: string[] = [];
  if (arms.length > 0) parts.push(`Students on the held-out problems, seed ${seed}:\n${formatArms(arms)}`);
  if (benchmarks.length > 0) parts.push(`Students on the benchmarks, seed ${seed}:\n${formatBenchmarks(benchmarks)}`);
  const [source] = dataset?.after ?? [];
  if (source !== undefined) parts.push(...(await formatSource(end, source)));
  parts.push(listPlaces(end, made).join('\n'));
  if (arms.length > 0) {
    parts.push(
      `One seed is an example, not a result. Run others (--seed ${seed + 1} --out OTHER_DIR), then: scalequest loop report ${folder} OTHER_DIR --out REPORT`,
    );
  }
  return parts.join('\n\n');
}

/** What became of the questions that the dataset is made of. */
async function formatSource({ recipe, folder, done }: LoopEnd, source: string): Promise<readonly string[]> {
  const { stages } = await readSynthStatus(join(folder, 'steps', source, synthRunFolder));
  const byOracle = recipe.steps
    .filter(({ kind, after }) => kind === 'measure' && after.includes(source))
    .map(({ name }) => done.get(name)?.figures.stages)
    .find((one) => one !== undefined) as unknown as readonly OracleFigures[] | undefined;
  return [
    `What became of the questions of the dataset:\n${formatFunnel(stages)}`,
    ...(byOracle === undefined ? [] : [`By the oracle, which no stage sees:\n${formatOracle(byOracle)}`]),
  ];
}

function listPlaces({ folder, done }: LoopEnd, made: StepEntry | undefined): readonly string[] {
  const steps = join(resolve(folder), 'steps');
  const files = Object.values(made?.files ?? {}).flatMap(({ path, sha256 }) => [
    `Dataset: ${join(steps, made?.step ?? '', path)}`,
    `  SHA-256 ${sha256}`,
  ]);
  const board = done.get('board')?.files.table;
  return [
    `Steps, each an ordinary run: ${steps}`,
    `Manifest: ${join(resolve(folder), 'manifest.json')}`,
    ...files,
    ...(board === undefined ? [] : [`Leaderboard: ${join(steps, 'board', board.path)}`]),
  ];
}

/** What is done, in the recipe's order. */
function order({ steps }: LoopRecipe, done: ReadonlyMap<string, StepEntry>): ReadonlyMap<string, StepEntry> {
  return new Map(
    steps.flatMap(({ name }) => {
      const entry = done.get(name);
      return entry === undefined ? [] : [[name, entry] as const];
    }),
  );
}
