import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { qwen2Prefix } from '../prompts/question-prefixes.ts';
import { makeMathStages } from './math-stages.ts';
import { labelForm, pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

/**
 * ScaleQuest with long chains of thought: 150,000 rows, answered by a model that thinks. Roles: `qwen` (Qwen2.5-Math-7B after QFT and
 * QPO), `judge`, `responder` (DeepSeek-R1-Distill-Qwen-7B), `reward`.
 *
 * The paper says no more of it than that the rest is unchanged. An answer of 2,048 tokens would be cut inside its thinking, so
 * that both forms allow 16,384, which is our own number.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function scalequestLongcot(options: RecipeOptions = {}): Recipe {
  const { form = 'fixed', prompts = ownPrompts, decontamination, prefixes } = options;
  return {
    name: 'scalequest-longcot',
    description: 'Questions of mathematics from scratch, each with one long chain of thought chosen of five.',
    form: labelForm(form, { prompts, used: ['judge-math', 'solve-math'], decontamination }),
    generators: scaleGenerators([{ name: 'qwen', accept: 150_000 }], options),
    stages: makeMathStages(form, {
      prefixes: { qwen: qwen2Prefix, ...prefixes },
      prompts,
      decontamination,
      roles: { judge: 'judge', responder: 'responder' },
      samples: 5,
      sampling: { maxTokens: 16_384 },
    }),
    ...pickShardSettings(options),
  };
}
