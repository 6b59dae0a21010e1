import { describeCloseNames } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { difficultyRegressor } from './difficulty-regressor.ts';
import { grpo } from './grpo.ts';
import { nanoDifficultyRegressor } from './nano-difficulty-regressor.ts';
import { nanoGrpo } from './nano-grpo.ts';
import { nanoRewardModel } from './nano-reward-model.ts';
import { nanoSolver, nanoSolverSmoke } from './nano-solver.ts';
import { nanoStudentSft } from './nano-student-sft.ts';
import { qft } from './qft.ts';
import { qpo } from './qpo.ts';
import type { Recipe } from './recipe.ts';
import { rewardModel } from './reward-model.ts';
import { studentSft, studentSftDartMath } from './student-sft.ts';

// In the order of the pipeline, which is that of `train --list`.
const all: readonly Recipe[] = [
  qft,
  qpo,
  rewardModel,
  difficultyRegressor,
  studentSft,
  studentSftDartMath,
  grpo,
  nanoSolver,
  nanoSolverSmoke,
  nanoRewardModel,
  nanoDifficultyRegressor,
  nanoStudentSft,
  nanoGrpo,
];

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
