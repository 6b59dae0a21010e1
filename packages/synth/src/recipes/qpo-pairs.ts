import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import {
  deepseekCoderPrefix,
  deepseekMathPrefix,
  deepseekMathPublishedPrefix,
  type QuestionPrefix,
  qwen2Prefix,
} from '../prompts/question-prefixes.ts';
import { generateQuestions } from '../stages/generate-questions.ts';
import { makePreferencePairs } from '../stages/make-preference-pairs.ts';
import { rewriteQuestions } from '../stages/rewrite-questions.ts';
import { makeQuestionFilters, makeRewritingFilters } from './question-filters.ts';
import { labelForm, pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

export interface QpoPairsOptions extends RecipeOptions {
  /** Of each generator after QFT, whose name is its role: there are no others. @defaultValue `qwen` and `deepseek`, as in the paper */
  readonly prefixes?: Readonly<Record<string, QuestionPrefix>>;
  /** What is asked about: it decides the prompts, and DeepSeek's prefix. @defaultValue 'math' */
  readonly subject?: 'math' | 'code';
}

/**
 * Pairs for QPO (paper 2.3): each generator asks 10,000 questions at temperature 1 and top-p 0.99, and `rewriter` (GPT-4o-mini in the
 * paper, greedy) writes each of them again, more solvable or harder, as a draw decides. A question whose rewriting is of no use
 * gives no pair, so that there are fewer than 10,000.
 *
 * - `faithful` makes a pair of every question that the rewriter changed.
 * - `fixed` drops questions, and rewritings too, that are not English, repeat an earlier one, or hold a test question: what a
 *   generator learns to ask it asks a million times.
 *
 * For ScaleQuest-Code (`subject: 'code'`) the paper's prompts are "slightly modified" and not published: ours are for tasks in Python.
 *
 * @throws SynthError `INVALID_OPTION`
 * @example
 * const recipe = qpoPairs({ rows: 1000, prefixes: { qwen: qwen2Prefix } });
 */
export function qpoPairs(options: QpoPairsOptions = {}): Recipe {
  const { form = 'fixed', subject = 'math', prompts = ownPrompts, decontamination } = options;
  const isFaithful = form === 'faithful';
  const deepseekMath = isFaithful ? deepseekMathPublishedPrefix : deepseekMathPrefix;
  const deepseek = subject === 'code' ? deepseekCoderPrefix : deepseekMath;
  const { prefixes = { qwen: qwen2Prefix, deepseek } } = options;
  const generators = Object.keys(prefixes).map((name) => ({ name, accept: 'all' as const, rows: 10_000 }));
  const [solvable, harder] = [`make-${subject}-solvable`, `make-${subject}-harder`] as const;
  return {
    name: 'qpo-pairs',
    description: 'Pairs of a rewritten question, which is to be preferred, and the one that a generator asked.',
    form: labelForm(form, { prompts, used: [solvable, harder], decontamination }),
    generators: scaleGenerators(generators, options),
    stages: [
      // Nothing in the published code tells a question that was cut, here too.
      generateQuestions(isFaithful ? { prefixes, truncated: 'keep' } : { prefixes, rowsPerRequest: 32 }),
      ...(isFaithful ? [] : makeQuestionFilters(form, decontamination)),
      rewriteQuestions({ prompts: { solvability: prompts[solvable], difficulty: prompts[harder] } }),
      ...makeRewritingFilters(form, decontamination),
      makePreferencePairs(),
    ],
    ...pickShardSettings(options),
  };
}
