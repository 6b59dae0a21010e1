import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeCloseNames, getSystemErrorCode, hashFile, pathExists } from '@scalequest/core';
import type { Generator, Recipe } from '../engine/recipe.ts';
import type { RecipeModel } from '../engine/shard-models.ts';
import type { Stage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import type { DecontaminateOptions } from '../stages/decontaminate.ts';
import { measureNano, type OracleFigures } from './measure-nano.ts';
import { nano } from './nano.ts';
import { qftData } from './qft-data.ts';
import { qpoPairs } from './qpo-pairs.ts';
import { type RecipeOptions, scaleGenerators } from './recipe-options.ts';
import { scalequestCode } from './scalequest-code.ts';
import { scalequestLongcot } from './scalequest-longcot.ts';
import { scalequestMath } from './scalequest-math.ts';
import { scalequestSimple } from './scalequest-simple.ts';

/** A recipe that can be run, with what it brings along. */
export interface OpenedRecipe {
  readonly recipe: Recipe;
  /** Opens the models that answer for a role where the user names none. They are the caller's to close. */
  readonly openModel?: ((role: string) => Promise<RecipeModel | undefined>) | undefined;
  /** What somebody who knows better than the stages says of a run. */
  readonly measure?: ((folder: string) => Promise<readonly OracleFigures[]>) | undefined;
}

export interface OpenRecipeOptions extends RecipeOptions {
  /** Where `qft-data` finds what it reads. A recipe of one's own is given it too. @defaultValue that of the decontamination */
  readonly data?: DecontaminateOptions['data'];
}

interface BuiltInRecipe extends Omit<OpenedRecipe, 'recipe'> {
  readonly make: (options: OpenRecipeOptions) => Recipe;
  /** Neither a form nor prompts can be chosen. @defaultValue false */
  readonly isFixed?: boolean;
}

const builtIn: Readonly<Record<string, BuiltInRecipe>> = {
  nano: { make: nano, isFixed: true, openModel: openEmbeddedModel, measure: measureNano },
  'scalequest-math': { make: scalequestMath },
  'scalequest-simple': { make: scalequestSimple },
  'scalequest-longcot': { make: scalequestLongcot },
  'scalequest-code': { make: scalequestCode },
  'qft-data': { make: makeQftData },
  'qpo-pairs': { make: qpoPairs },
};

/** The recipes that ship. */
export const recipeNames: readonly string[] = Object.keys(builtIn);

/**
 * A recipe that ships, by its name; or one of the user's, by the path of a module (`./my-recipe.mjs`) that exports `recipe`: a
 * {@link Recipe}, or a function that makes one of {@link OpenRecipeOptions}. A module is the user's own code, and runs with the
 * user's rights.
 *
 * @throws SynthError `UNKNOWN_RECIPE`, `RECIPE_BROKEN`, `INVALID_OPTION`
 * @example
 * const { recipe } = await openRecipe('scalequest-math', { accept: 1000 });
 */
export async function openRecipe(nameOrPath: string, options: OpenRecipeOptions = {}): Promise<OpenedRecipe> {
  if (/[\\/]|\.[a-z]+$/i.test(nameOrPath)) return { recipe: await importRecipe(nameOrPath, options) };
  const found = Object.hasOwn(builtIn, nameOrPath) ? builtIn[nameOrPath] : undefined;
  if (found !== undefined) {
    const { make, isFixed = false, ...rest } = found;
    if (isFixed) refuseChoice(nameOrPath, options);
    return { ...rest, recipe: make(options) };
  }
  throw new SynthError({
    code: 'UNKNOWN_RECIPE',
    kind: 'request',
    what: `Recipe '${nameOrPath}' is not known. ${describeCloseNames(nameOrPath, recipeNames)}`.trimEnd(),
    next: 'Run `scalequest synth --list` for all, or give the path of a module of your own: ./my-recipe.mjs.',
    fields: { name: nameOrPath },
  });
}

function refuseChoice(recipe: string, { form, prompts }: OpenRecipeOptions): void {
  if (form === undefined && prompts === undefined) return;
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Recipe '${recipe}' takes no ${form === undefined ? 'prompts' : 'form'}: it is as its models were trained.`,
    next: 'Leave the option out, or copy the recipe and change it.',
    fields: { recipe },
  });
}

async function importRecipe(path: string, options: OpenRecipeOptions): Promise<Recipe> {
  const file = resolve(path);
  if (!(await pathExists(file))) throw brokenModule(path, 'It does not exist.');
  let exported: unknown;
  try {
    ({ recipe: exported } = (await import(pathToFileURL(file).href)) as { readonly recipe?: unknown });
  } catch (error) {
    const next = isPackageMissing(error)
      ? 'Keep the file where `npm install @scalequest/synth` was done, so that Node finds the package.'
      : undefined;
    throw brokenModule(path, error instanceof Error ? error.message : String(error), { cause: error, next });
  }
  if (exported === undefined) throw brokenModule(path, 'It exports nothing that is called `recipe`.');
  if (typeof exported !== 'function') {
    const recipe = requireRecipe(exported, path);
    return { ...recipe, generators: scaleGenerators(recipe.generators, options) };
  }
  return requireRecipe(await exported(options), path);
}

/** A module has no types when it runs: what would fail deep in the engine is told here. */
function requireRecipe(made: unknown, path: string): Recipe {
  const { name, description, generators, stages } = (typeof made === 'object' ? (made ?? {}) : {}) as Partial<Recipe>;
  if (typeof name !== 'string' || typeof description !== 'string') {
    throw brokenModule(path, 'Its `recipe` is, or gives, no object with a `name` and a `description`.');
  }
  if (!Array.isArray(generators) || !generators.every(isGenerator)) {
    throw brokenModule(path, 'Its `generators` are no list of { name, accept, rows? }.');
  }
  if (!Array.isArray(stages)) throw brokenModule(path, 'It has no list of `stages`.');
  const place = stages.findIndex((stage) => !isStage(stage));
  if (place === -1) return made as Recipe;
  throw brokenModule(
    path,
    `What stands at place ${place} of its stages is no stage: it lacks one of name, version, settings, needs, gives, order and open.`,
  );
}

function isGenerator(generator: unknown): boolean {
  const { name, accept } = (generator ?? {}) as Partial<Generator>;
  return typeof name === 'string' && (accept === 'all' || typeof accept === 'number');
}

function isStage(stage: unknown): boolean {
  const { name, version, settings, needs, gives, order, open } = (stage ?? {}) as Partial<Stage>;
  const hasLists = Array.isArray(needs) && Array.isArray(gives) && (order === 'free' || order === 'in-order');
  const isNamed = typeof name === 'string' && typeof version === 'number' && typeof settings === 'object';
  return hasLists && isNamed && typeof open === 'function';
}

function makeQftData({ data, ...options }: OpenRecipeOptions): Recipe {
  const place = data ?? options.decontamination?.data;
  if (place !== undefined) return qftData({ ...options, ...place });
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: "Recipe 'qft-data' reads GSM8K and MATH, and nobody said where they are kept.",
    next: 'Give `data` with a `cacheDir`, and a `dataDir` where there is one.',
  });
}

/** The models that ship, in this process. */
async function openEmbeddedModel(role: string): Promise<RecipeModel | undefined> {
  const { createLlamaThread, getEmbeddedModelPath, isEmbeddedModelName } = await import('@scalequest/models');
  const model = `nano-${role}`;
  if (!isEmbeddedModelName(model)) return undefined;
  const path = getEmbeddedModelPath(model);
  const [client, sha256] = await Promise.all([createLlamaThread({ path, model, contextSize: 512 }), hashFile(path)]);
  return { client, identity: { name: model, sha256 } };
}

function isPackageMissing(error: unknown): boolean {
  return getSystemErrorCode(error) === 'ERR_MODULE_NOT_FOUND' && String(error).includes('@scalequest/');
}

function brokenModule(
  path: string,
  why: string,
  { cause, next }: { readonly cause?: unknown; readonly next?: string | undefined } = {},
): SynthError {
  return new SynthError({
    code: 'RECIPE_BROKEN',
    kind: 'request',
    what: `The recipe of '${path}' cannot be used.`,
    why,
    next: next ?? 'Export `recipe`, as docs/recipes.md shows.',
    fields: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
