import type { TrainSettings } from '../config/apply-settings.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { planConfig } from './plan-config.ts';

/**
 * Sees that a recipe can be trained with the settings, for whoever wants to know it long before there are rows and a model.
 *
 * @throws TrainBridgeError `UNKNOWN_RECIPE`, `BAD_SETTING`
 * @example
 * checkSettings('student-sft', { 'optimizer.learningRate': 1e-5 });
 */
export function checkSettings(name: string, settings: TrainSettings): void {
  const recipe = findRecipe(name);
  // Settings are judged by what the recipe sets beside them; rows and model are of no moment.
  const data = { file: 'rows.jsonl', sha256: '0'.repeat(64), rows: 1 };
  const modelPath = recipe.model === 'new' ? undefined : 'model';
  planConfig({ recipe, seed: 0, steps: undefined, settings }, { data, modelPath });
}
