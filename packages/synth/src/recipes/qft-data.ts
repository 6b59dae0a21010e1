import type { Recipe } from '../engine/recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { type QuestionPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { decontaminate } from '../stages/decontaminate.ts';
import { type ReadSeedQuestionsOptions, readSeedQuestions } from '../stages/read-seed-questions.ts';
import { labelForm, pickShardSettings, type RecipeOptions, scaleGenerators } from './recipe-options.ts';

export interface QftDataOptions
  extends Omit<RecipeOptions, 'prompts' | 'prefixes'>,
    Pick<ReadSeedQuestionsOptions, 'dataDir' | 'cacheDir' | 'hub' | 'allowDownload'> {
  /** Of the generator that will be trained: its template is in every text. @defaultValue Qwen2's */
  readonly prefix?: QuestionPrefix;
}

/**
 * What QFT trains on (paper 2.2): the questions of GSM8K's and MATH's training sets, without answers. MATH has 7,498 here and not
 * 7,500: two of its records have no answer and are left out by `datasets`.
 *
 * - `faithful` takes them all.
 * - `fixed` drops those that are in a test set too, or hold 13 words of one: what a generator has learned it asks again.
 *
 * @throws SynthError `INVALID_OPTION`
 * @example
 * const recipe = qftData({ dataDir: 'data', cacheDir: '/tmp/cache', prefix: deepseekMathPrefix });
 */
export function qftData(options: QftDataOptions): Recipe {
  const { form = 'fixed', prefix = qwen2Prefix, decontamination, dataDir, cacheDir, hub, allowDownload } = options;
  const sources = { gsm8k: 'gsm8k-train', math: 'math-train' };
  const generators = [
    { name: 'gsm8k', accept: 'all', rows: 7_473 },
    { name: 'math', accept: 'all', rows: 7_498 },
  ] as const;
  return {
    name: 'qft-data',
    description: 'Questions of GSM8K and MATH as a generator of questions learns to ask them.',
    form: labelForm(form, { prompts: ownPrompts, used: [], decontamination }),
    generators: scaleGenerators(generators, options),
    stages: [
      readSeedQuestions({
        ...{ sources, prefix, dataDir, cacheDir },
        ...(hub === undefined ? {} : { hub }),
        ...(allowDownload === undefined ? {} : { allowDownload }),
      }),
      ...(form === 'faithful' || decontamination === undefined ? [] : [decontaminate(decontamination)]),
    ],
    ...pickShardSettings(options),
  };
}
