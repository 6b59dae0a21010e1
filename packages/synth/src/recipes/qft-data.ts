import type { Recipe } from '../engine/recipe.ts';
import { type QuestionPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { readSeedQuestions } from '../stages/read-seed-questions.ts';
import { pickShardSettings, type RecipeScale, scaleGenerators } from './recipe-options.ts';

export interface QftDataOptions extends RecipeScale {
  /** Of the generator that will be trained: its template is in every text. @defaultValue Qwen2's */
  readonly prefix?: QuestionPrefix;
  /** Where GSM8K and MATH are looked for, as `loadBenchmark` has it. */
  readonly dataDir?: string | undefined;
  readonly cacheDir: string;
}

/**
 * What QFT trains on: the questions of GSM8K's and MATH's training sets, without answers. MATH has 7,498 here and not 7,500:
 * two of its records have no answer and are left out by `datasets`.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function qftData(options: QftDataOptions): Recipe {
  const { prefix = qwen2Prefix, dataDir, cacheDir } = options;
  const sources = { gsm8k: 'gsm8k-train', math: 'math-train' };
  const generators = [
    { name: 'gsm8k', accept: 'all', rows: 7_473 },
    { name: 'math', accept: 'all', rows: 7_498 },
  ] as const;
  return {
    name: 'qft-data',
    description: 'Questions of GSM8K and MATH as a generator of questions learns to ask them.',
    generators: scaleGenerators(generators, options),
    stages: [readSeedQuestions({ sources, prefix, dataDir, cacheDir })],
    ...pickShardSettings(options),
  };
}
