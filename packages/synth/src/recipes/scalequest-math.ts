import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { deepseekMathPrefix, deepseekMathPublishedPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { makeMathStages } from './math-stages.ts';
import { labelForm, pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

/**
 * The paper's recipe (arXiv 2410.18693v2): two generators of questions, a judge, five answers, a reward model.
 *
 * - `faithful` asks each generator for a million questions and keeps what is left, about a million together. Roles: `qwen`,
 *   `deepseek` (the generators after QFT and QPO), `judge` and `responder` (Qwen2-Math-7B-Instruct), `difficulty` (a
 *   regressor), `reward` (InternLM2-7B-Reward).
 * - `fixed` makes 600,000 and 400,000 rows, as the paper was left with, and needs no `difficulty`.
 *
 * @throws SynthError `INVALID_OPTION`
 * @example
 * const recipe = scalequestMath({ accept: { qwen: 600, deepseek: 400 } });
 */
export function scalequestMath(options: RecipeOptions = {}): Recipe {
  const { form = 'fixed', prompts = ownPrompts, decontamination, prefixes } = options;
  const isFaithful = form === 'faithful';
  const generators = isFaithful
    ? (['qwen', 'deepseek'] as const).map((name) => ({ name, accept: 'all' as const, rows: 1_000_000 }))
    : [
        { name: 'qwen', accept: 600_000 },
        { name: 'deepseek', accept: 400_000 },
      ];
  return {
    name: 'scalequest-math',
    description: 'Questions of mathematics from scratch by two generators, each with one answer chosen of five.',
    form: labelForm(form, { prompts, used: ['judge-math', 'solve-math'], decontamination }),
    generators: scaleGenerators(generators, options),
    stages: makeMathStages(form, {
      prefixes: {
        qwen: qwen2Prefix,
        deepseek: isFaithful ? deepseekMathPublishedPrefix : deepseekMathPrefix,
        ...prefixes,
      },
      prompts,
      decontamination,
      roles: { judge: 'judge', responder: 'responder' },
      samples: 5,
      // The paper names no share: 184,000 of about 584,000 is what its counts come to.
      dropEasiest: { deepseek: 0.31 },
    }),
    ...pickShardSettings(options),
  };
}
