import { join } from 'node:path';
import { makeFolder } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import { SynthError } from '../errors.ts';
import { createFailure } from './failure.ts';
import { Funnel, listStagesOf } from './funnel.ts';
import { type Manifest, type ManifestEntry, openManifest } from './manifest.ts';
import { type CheckedRecipe, checkRecipe, type Recipe } from './recipe.ts';
import { forgetGivenUp, removeDoneJournals, removeHalfWritten } from './remove-leftovers.ts';
import { keepRecipe } from './run-folder.ts';
import { type GeneratorResult, runLoops } from './run-loops.ts';
import type { OpenStage } from './run-shard.ts';
import { beginSession, type Session, type SynthProgress, type Versions } from './session.ts';
import type { RecipeModel } from './shard-models.ts';
import { Turnstile } from './turnstile.ts';

export interface RunRecipeOptions {
  readonly recipe: Recipe;
  /** Begun there, or gone on with. */
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** What answers for each role that a stage asks. */
  readonly models?: Readonly<Record<string, RecipeModel>>;
  /** Sends nothing more, waits for the answers that are out, and ends with its reason. The same call goes on. */
  readonly stop?: AbortSignal;
  /** Ends the run at once: what is out is given up, and sent once more by the same call. */
  readonly signal?: AbortSignal;
  /** Of what runs it, for the sessions and the dataset's card. @defaultValue nothing is noted */
  readonly versions?: Versions;
  /** Told of each shard that a stage is done with, those of earlier sessions not. */
  readonly onShard?: (entry: ManifestEntry) => void;
  /** Told how it goes, at each of these and every two seconds. */
  readonly onProgress?: (progress: SynthProgress) => void;
}

/**
 * Runs a recipe to its dataset, or goes on with the run that is in the folder.
 *
 * Each shard goes through the stages on its own, so that all models are at work at once; a stage that needs an order takes
 * them in one that no clock decides. What a stage said of a shard is written once and is never made again; of a shard that it
 * was not done with, every answer that had come is in a journal. So a kill at any moment costs what was in flight, and the run
 * that goes on ends with the same bytes.
 *
 * @throws SynthError, ModelsError, RunsError `RUN_LOCKED`; CoreError where the disk refuses
 * @example
 * const results = await runRecipe({ recipe, folder: 'runs/questions', models: { qwen: { client } } });
 */
export async function runRecipe(options: RunRecipeOptions): Promise<readonly GeneratorResult[]> {
  const { folder, seed = 0, models = {} } = options;
  const recipe = checkRecipe(options.recipe);
  requireModels(recipe, models);
  await makeFolder(folder);
  const unlock = await acquireRunLock(folder);
  try {
    await keepRecipe(folder, { recipe, seed, models });
    await removeHalfWritten(folder);
    const funnel = new Funnel(recipe);
    const listStages = (generator: string): readonly string[] => listStagesOf(recipe, generator);
    const manifest = await openManifest(folder, { listStages, onEntry: (entry) => funnel.add(entry) });
    try {
      await removeDoneJournals(folder, manifest);
      const { versions, onProgress } = options;
      const session = await beginSession({ folder, funnel, models, versions, onProgress });
      return await runSession({ ...options, folder, seed, models, recipe, manifest, funnel, session });
    } finally {
      await manifest.close();
    }
  } finally {
    await unlock();
  }
}

interface SessionWork extends Omit<RunRecipeOptions, 'recipe'> {
  readonly recipe: CheckedRecipe;
  readonly seed: number;
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly manifest: Manifest;
  readonly funnel: Funnel;
  readonly session: Session;
}

async function runSession({ session, funnel, ...work }: SessionWork): Promise<readonly GeneratorResult[]> {
  const { recipe, folder, seed, models, manifest, onShard } = work;
  const drain = new AbortController();
  const stop = work.stop === undefined ? drain.signal : AbortSignal.any([work.stop, drain.signal]);
  // A failure of one shard ends the others, and waits for them.
  const giveUp = new AbortController();
  const signal = work.signal === undefined ? giveUp.signal : AbortSignal.any([work.signal, giveUp.signal]);
  const stages: OpenStage[] = [];
  const fail = createFailure({ stop, drain, giveUp });
  const seal = (entry: ManifestEntry): void => {
    funnel.add(entry);
    onShard?.(entry);
    session.tell();
  };
  try {
    for (const stage of recipe.stages) {
      const context = { seed, scratch: join(folder, 'scratch', stage.name), signal };
      if (stage.order === 'free') stages.push({ stage, free: await stage.open(context) });
      else stages.push({ stage, ordered: await stage.open(context), turnstile: new Turnstile() });
    }
    const results = await runLoops({ recipe, folder, seed, models, manifest, stages, fail, stop, signal, seal });
    await closeStages(stages);
    await session.end('finished');
    return results;
  } catch (error) {
    await closeStages(stages).catch(() => undefined);
    if (error instanceof SynthError && error.code === 'REQUESTS_FAILED') await forgetGivenUp(folder);
    const isAsked = work.stop?.aborted === true || work.signal?.aborted === true;
    // Where the disk is full this cannot be written either, and the first error is the one to tell.
    await session.end(isAsked ? 'stopped' : 'failed', error).catch(() => undefined);
    throw error;
  }
}

/** Each is closed, whatever becomes of the others. */
async function closeStages(stages: readonly OpenStage[]): Promise<void> {
  const ends = await Promise.allSettled(stages.map((one) => (one.free ?? one.ordered).close?.()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function requireModels({ stages }: CheckedRecipe, models: Readonly<Record<string, RecipeModel>>): void {
  const missing = [...new Set(stages.flatMap((stage) => stage.models ?? []))].filter(
    (role) => models[role] === undefined,
  );
  if (missing.length === 0) return;
  throw new SynthError({
    code: 'MODEL_MISSING',
    kind: 'request',
    what: `The recipe asks ${missing.map((role) => `'${role}'`).join(', ')}, and no model answers for it.`,
    next: 'Give the endpoint of each.',
    fields: { missing },
  });
}
