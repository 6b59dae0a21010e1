import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeCloseNames, hashFile, pathExists } from '@scalequest/core';
import type { Recipe } from '../engine/recipe.ts';
import type { RecipeModel } from '../engine/shard-models.ts';
import { SynthError } from '../errors.ts';
import { measureNano, type OracleFigures } from './measure-nano.ts';
import { nano } from './nano.ts';
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

interface BuiltInRecipe extends Omit<OpenedRecipe, 'recipe'> {
  readonly make: (options: RecipeOptions) => Recipe;
}

const builtIn: Readonly<Record<string, BuiltInRecipe>> = {
  nano: { make: nano, openModel: openEmbeddedModel, measure: measureNano },
  'scalequest-math': { make: scalequestMath },
  'scalequest-simple': { make: scalequestSimple },
  'scalequest-longcot': { make: scalequestLongcot },
  'scalequest-code': { make: scalequestCode },
};

/** The recipes that ship. */
export const recipeNames: readonly string[] = Object.keys(builtIn);

/**
 * A recipe that ships, by its name; or one of the user's, by the path of a module (`./my-recipe.mjs`) that exports `recipe`: a
 * {@link Recipe}, or a function that makes one of {@link RecipeOptions}. A module is the user's own code, and runs with the
 * user's rights.
 *
 * @throws SynthError `UNKNOWN_RECIPE`, `RECIPE_BROKEN`, `INVALID_OPTION`
 * @example
 * const { recipe } = await openRecipe('scalequest-math', { accept: 1000 });
 */
export async function openRecipe(nameOrPath: string, options: RecipeOptions = {}): Promise<OpenedRecipe> {
  if (/[\\/]|\.[a-z]+$/i.test(nameOrPath)) return { recipe: await importRecipe(nameOrPath, options) };
  const found = Object.hasOwn(builtIn, nameOrPath) ? builtIn[nameOrPath] : undefined;
  if (found !== undefined) return { ...found, recipe: found.make(options) };
  throw new SynthError({
    code: 'UNKNOWN_RECIPE',
    kind: 'request',
    what: `Recipe '${nameOrPath}' is not known. ${describeCloseNames(nameOrPath, recipeNames)}`.trimEnd(),
    next: 'Run `scalequest synth --list` for all, or give the path of a module of your own: ./my-recipe.mjs.',
    fields: { name: nameOrPath },
  });
}

async function importRecipe(path: string, options: RecipeOptions): Promise<Recipe> {
  const file = resolve(path);
  if (!(await pathExists(file))) throw brokenModule(path, 'It does not exist.');
  let exported: unknown;
  try {
    ({ recipe: exported } = (await import(pathToFileURL(file).href)) as { readonly recipe?: unknown });
  } catch (error) {
    throw brokenModule(path, error instanceof Error ? error.message : String(error), error);
  }
  if (typeof exported === 'function') return (await exported(options)) as Recipe;
  if (typeof exported !== 'object' || exported === null || !('stages' in exported)) {
    throw brokenModule(path, 'It exports no `recipe`: neither an object with stages nor a function that makes one.');
  }
  const recipe = exported as Recipe;
  return { ...recipe, generators: scaleGenerators(recipe.generators, options) };
}

/** The models that ship, in this process. */
async function openEmbeddedModel(role: string): Promise<RecipeModel | undefined> {
  const { createLlamaClient, getEmbeddedModelPath, isEmbeddedModelName } = await import('@scalequest/models');
  const model = `nano-${role}`;
  if (!isEmbeddedModelName(model)) return undefined;
  const path = getEmbeddedModelPath(model);
  const [client, sha256] = await Promise.all([createLlamaClient({ path, model, contextSize: 512 }), hashFile(path)]);
  return { client, identity: { name: model, sha256 } };
}

function brokenModule(path: string, why: string, cause?: unknown): SynthError {
  return new SynthError({
    code: 'RECIPE_BROKEN',
    kind: 'request',
    what: `The recipe of '${path}' cannot be used.`,
    why,
    next: 'Export `recipe`, as docs/synthesis.md shows.',
    fields: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
