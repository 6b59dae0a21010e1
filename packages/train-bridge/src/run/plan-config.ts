import { digest } from '@scalequest/core';
import { applySettings, type TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import { rowForms } from '../config/train-row.ts';
import { TrainBridgeError } from '../errors.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** What was asked for. */
export interface PlanInput {
  readonly recipe: Recipe;
  readonly seed: number;
  /** @defaultValue the recipe's; of rows from a file with epochs of the user's, what those make of them */
  readonly steps: number | undefined;
  /** Put over the recipe. */
  readonly settings: TrainSettings;
}

/**
 * The whole configuration: the recipe's with the settings over it.
 *
 * @throws TrainBridgeError `BAD_SETTING`
 */
export function planConfig(
  { recipe, seed, settings, ...input }: PlanInput,
  { data, modelPath }: { readonly data: TrainConfig['data']; readonly modelPath: string | undefined },
): TrainConfig {
  const steps = input.steps ?? (recipe.rows === 'generated' ? recipe.steps : undefined);
  const wanted = Object.keys(settings).length === 0 ? [] : [settings];
  const run = `${recipe.name}-${seed}-${digest([recipe.name, seed, steps, data.sha256, ...wanted]).slice(0, 8)}`;
  const config = recipe.makeConfig({ run, seed, steps, data, modelPath });
  const whole = applySettings(config, settings);
  if (settings.epochs === undefined || input.steps !== undefined) return whole;
  const { maxSteps, ...rest } = whole;
  return rest;
}

/**
 * Rows to make for the steps: as many as the recipe says, more where a step takes more of them than the recipe's.
 *
 * @throws TrainBridgeError `BAD_SETTING` and, where the recipe makes none, `DATA_MISSING`
 */
export function countGeneratedRows(input: PlanInput): number {
  const { recipe, settings } = input;
  if (recipe.rows === 'file') {
    throw new TrainBridgeError({
      code: 'DATA_MISSING',
      kind: 'request',
      what: `Recipe '${recipe.name}' trains on rows of yours, and none are given.`,
      next: `Give --data FILE with one row a line: ${rowForms[recipe.kind]}.`,
      fields: { recipe: recipe.name },
    });
  }
  if (settings.epochs !== undefined) {
    throw new TrainBridgeError({
      code: 'BAD_SETTING',
      kind: 'request',
      what: `Epochs are set, and recipe '${recipe.name}' makes as many rows as its steps take.`,
      next: 'Give --steps, or rows of your own (--data).',
      fields: { recipe: recipe.name },
    });
  }
  const [own, set] = [planSizes({ ...input, settings: {} }), planSizes(input)];
  return Math.ceil((recipe.countRows(input.steps ?? recipe.steps) * set) / own);
}

/** Rows of a step. Also checks the settings before anything is written. */
export function planSizes(input: PlanInput): number {
  const data = { file: 'data/train.jsonl', rows: 1000, sha256: '0'.repeat(64) };
  const { batchSize, gradientAccumulation } = planConfig(input, { data, modelPath: 'model' });
  return batchSize * gradientAccumulation;
}
