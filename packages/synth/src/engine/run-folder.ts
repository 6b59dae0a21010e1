import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, pathExists, writeFileAtomic } from '@scalequest/core';
import { diffIdentities } from '@scalequest/runs';
import { z } from 'zod';
import { SynthError } from '../errors.ts';
import { manifestName } from './manifest.ts';
import type { CheckedRecipe, Generator } from './recipe.ts';
import type { ShardPlace } from './shard-files.ts';
import type { RecipeModel } from './shard-models.ts';

/** The recipe of a run, as its folder keeps it. */
export interface RecipeRecord {
  readonly recipe: string;
  readonly description: string;
  readonly form?: string;
  readonly seed: number;
  readonly generators: readonly Generator[];
  /** In their order, with the roles of the models that each asks, and the generators whose rows come by where not all do. */
  readonly stages: readonly {
    readonly name: string;
    readonly models?: readonly string[];
    readonly generators?: readonly string[];
  }[];
  /** What must be the same for the run to go on. */
  readonly identity: Readonly<Record<string, unknown>>;
}

const generatorSchema = z.object({
  name: z.string(),
  accept: z.union([z.int().positive(), z.literal('all')]),
  rows: z.int().positive().optional(),
});

const recordSchema: z.ZodType<RecipeRecord> = z.object({
  recipe: z.string(),
  description: z.string(),
  form: z.string().optional(),
  seed: z.int().nonnegative(),
  generators: z.array(generatorSchema),
  stages: z.array(
    z.object({
      name: z.string(),
      models: z.array(z.string()).optional(),
      generators: z.array(z.string()).optional(),
    }),
  ),
  identity: z.record(z.string(), z.unknown()),
}) as z.ZodType<RecipeRecord>;

export const recipeRecordName = 'recipe.json';

/** The folder of the requests of a shard that a stage is not done with. */
export function nameOpenFolder(folder: string, { stage, generator, number }: ShardPlace): string {
  return join(folder, 'open', stage, `${generator}-${String(number).padStart(6, '0')}`);
}

/**
 * Notes the recipe in a new folder, or sees that it is the one of the run that is there.
 *
 * @throws SynthError `RECIPE_CHANGED`, `RECIPE_UNREADABLE`
 */
export async function keepRecipe(
  folder: string,
  {
    recipe,
    seed,
    models,
  }: {
    readonly recipe: CheckedRecipe;
    readonly seed: number;
    readonly models: Readonly<Record<string, RecipeModel>>;
  },
): Promise<void> {
  const record: RecipeRecord = {
    recipe: recipe.name,
    description: recipe.description,
    ...(recipe.form === undefined ? {} : { form: recipe.form }),
    seed,
    generators: recipe.generators,
    stages: recipe.stages.map(({ name, models, generators }) => ({
      name,
      ...(models === undefined ? {} : { models }),
      ...(generators === undefined ? {} : { generators }),
    })),
    identity: { ...recipe.identity, seed, models: identifyModels(recipe, models) },
  };
  const path = join(folder, recipeRecordName);
  if (!(await pathExists(path))) {
    if (await pathExists(join(folder, manifestName))) throw lostRecipe(path);
    await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`);
    return;
  }
  const before = await readRecipeRecord(folder);
  const differences = diffIdentities({ there: before.identity, asked: record.identity });
  if (differences.length === 0) return;
  const nameStage = (at: string): string =>
    at.replace(/^stages\.(\d+)/, (place, number) => {
      const { name } = before.stages[Number(number)] ?? {};
      return name === undefined ? place : `stage '${name}'`;
    });
  const list = differences.map(
    ({ path: at, there, asked }) => `${nameStage(at)} is ${there ?? 'not there'}, asked is ${asked ?? 'none'}`,
  );
  throw new SynthError({
    code: 'RECIPE_CHANGED',
    kind: 'request',
    what: `'${folder}' holds a run of another recipe.`,
    why: `${list.slice(0, 5).join('; ')}.`,
    next: `Give another folder, or the recipe, seed and models of that run.${
      differences.some(({ path: at }) => at.endsWith('.accept'))
        ? ' It cannot be made longer or shorter: how many rows are wanted decides in which order they are asked for.'
        : ''
    }`,
    fields: { folder, differences },
  });
}

function lostRecipe(path: string): SynthError {
  return new SynthError({
    code: 'RECIPE_UNREADABLE',
    what: `'${path}' is gone, and the folder holds the shards of a run.`,
    why: 'Nobody can tell whether they are of the recipe that was asked for.',
    next: 'Nothing was changed. Restore the file, or give another folder.',
    fields: { path },
  });
}

/** Who answers is part of what a run is, as far as a stage asks. */
function identifyModels(
  { stages }: CheckedRecipe,
  models: Readonly<Record<string, RecipeModel>>,
): Readonly<Record<string, unknown>> {
  const roles = [...new Set(stages.flatMap((stage) => stage.models ?? []))].sort();
  return Object.fromEntries(
    roles.map((role) => [role, models[role]?.identity ?? { name: models[role]?.client.model }]),
  );
}

/** @throws SynthError `RECIPE_UNREADABLE` */
export async function readRecipeRecord(folder: string): Promise<RecipeRecord> {
  const path = join(folder, recipeRecordName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new SynthError({
      code: 'RECIPE_UNREADABLE',
      what: `'${path}' does not hold the recipe of a run.`,
      next: 'Nothing was changed. Restore the file, or give another folder.',
      fields: { path },
      cause: error,
    });
  }
}
