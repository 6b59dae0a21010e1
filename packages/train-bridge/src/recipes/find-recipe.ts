import { describeCloseNames } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { nanoSolver, nanoSolverSmoke } from './nano-solver.ts';
import type { Recipe } from './recipe.ts';

const all: readonly Recipe[] = [nanoSolver, nanoSolverSmoke];

/** The recipes by name. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(all.map((recipe) => [recipe.name, recipe]));

/** @throws TrainBridgeError `UNKNOWN_RECIPE` */
export function findRecipe(name: string): Recipe {
  const recipe = recipes.get(name);
  if (recipe !== undefined) return recipe;
  const close = describeCloseNames(name, [...recipes.keys()]);
  throw new TrainBridgeError({
    code: 'UNKNOWN_RECIPE',
    kind: 'request',
    what: `Recipe '${name}' is not known.`,
    ...(close === '' ? {} : { why: close }),
    next: `There are: ${[...recipes.keys()].join(', ')}.`,
    fields: { name },
  });
}
