import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { qwen2Prefix } from '../prompts/question-prefixes.ts';
import { makeMathStages } from './math-stages.ts';
import { labelForm, pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

/**
 * ScaleQuest-Simple: one family of models for everything but rewards, 400,000 rows. Roles: `qwen` (the generator after QFT
 * and QPO), `solver` (Qwen2-Math-7B-Instruct, which judges and answers), `reward`.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function scalequestSimple(options: RecipeOptions = {}): Recipe {
  const { form = 'fixed', prompts = ownPrompts, decontamination, prefixes } = options;
  return {
    name: 'scalequest-simple',
    description: 'Questions of mathematics from scratch, judged and answered by one model of its own family.',
    form: labelForm(form, { prompts, used: ['judge-math', 'solve-math'], decontamination }),
    generators: scaleGenerators([{ name: 'qwen', accept: 400_000 }], options),
    stages: makeMathStages(form, {
      prefixes: { qwen: qwen2Prefix, ...prefixes },
      prompts,
      decontamination,
      roles: { judge: 'solver', responder: 'solver' },
      samples: 5,
    }),
    ...pickShardSettings(options),
  };
}
