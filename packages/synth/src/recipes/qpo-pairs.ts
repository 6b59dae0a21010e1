import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { deepseekMathPrefix, type QuestionPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { generateQuestions } from '../stages/generate-questions.ts';
import { makePreferencePairs } from '../stages/make-preference-pairs.ts';
import { rewriteQuestions } from '../stages/rewrite-questions.ts';
import { pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

export interface QpoPairsOptions extends Omit<RecipeOptions, 'form'> {
  /** Of each generator after QFT, whose name is its role. @defaultValue `qwen` and `deepseek`, as in the paper */
  readonly prefixes?: Readonly<Record<string, QuestionPrefix>>;
}

/**
 * Pairs for QPO (paper 2.3): each generator asks 10,000 questions, and `rewriter` (GPT-4o-mini in the paper) writes each of them
 * again, more solvable or harder. A question whose rewriting is of no use gives no pair, so that there are fewer than 10,000.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function qpoPairs(options: QpoPairsOptions = {}): Recipe {
  const { prompts = ownPrompts, prefixes = { qwen: qwen2Prefix, deepseek: deepseekMathPrefix } } = options;
  const generators = Object.keys(prefixes).map((name) => ({ name, accept: 'all' as const, rows: 10_000 }));
  const directions = { solvability: prompts['make-math-solvable'], difficulty: prompts['make-math-harder'] };
  return {
    name: 'qpo-pairs',
    description: 'Pairs of a rewritten question, which is to be preferred, and the one that a generator asked.',
    generators: scaleGenerators(generators, options),
    stages: [
      generateQuestions({ prefixes, rowsPerRequest: 32 }),
      rewriteQuestions({ prompts: directions }),
      makePreferencePairs(),
    ],
    ...pickShardSettings(options),
  };
}
