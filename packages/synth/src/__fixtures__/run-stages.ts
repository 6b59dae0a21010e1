import { type ModelServerOptions, makeTemporaryFolder } from '@scalequest/test-kit';
import type { Recipe } from '../engine/recipe.ts';
import type { Fields } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import type { FreeStage, Stage } from '../engine/stage.ts';
import { qwen2Prefix } from '../prompts/question-prefixes.ts';
import { readOutcome } from './read-outcome.ts';
import { startScriptedModels } from './scripted-models.ts';

/** A first stage whose rows are there from the beginning. */
export function giveRows(rows: readonly Fields[]): FreeStage {
  return {
    order: 'free',
    ...{ name: 'give', version: 1, settings: { rows: [...rows] }, needs: [], gives: Object.keys(rows[0] ?? {}) },
    open: async () => ({ judge: async (shard) => shard.rows.map(({ index }) => ({ keep: rows[index] ?? {} })) }),
  };
}

export interface RunStagesOptions {
  readonly stages: readonly Stage[];
  readonly rows: number;
  /** By role, in the place of those of the script. */
  readonly servers?: Readonly<Record<string, ModelServerOptions>>;
  readonly shardRows?: number;
}

/** Runs some stages as a recipe with one generator, `qwen`, and reads what came of it. */
export async function runStages({ stages, rows, servers = {}, shardRows = 16 }: RunStagesOptions): Promise<{
  readonly rows: readonly Fields[];
  readonly drops: Readonly<Record<string, number>>;
}> {
  using folder = makeTemporaryFolder();
  await using scripted = await startScriptedModels({
    prefixes: { qwen: qwen2Prefix },
    cases: ['sound'],
    others: servers,
  });
  const recipe: Recipe = {
    ...{ name: 'stages', description: 'For a test.', stages, shardRows },
    generators: [{ name: 'qwen', accept: 'all', rows }],
  };
  await runRecipe({ recipe, folder: folder.path, models: scripted.models });
  const outcome = await readOutcome(folder.path);
  return { rows: outcome.rows.map(({ fields }) => fields), drops: outcome.drops };
}
