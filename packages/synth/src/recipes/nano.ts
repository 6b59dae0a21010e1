import type { Recipe } from '../engine/recipe.ts';
import { definePrompt } from '../prompts/prompt.ts';
import type { QuestionPrefix } from '../prompts/question-prefixes.ts';
import { checkAnswers } from '../stages/check-answers.ts';
import { generateQuestions } from '../stages/generate-questions.ts';
import { removeDuplicates } from '../stages/remove-duplicates.ts';
import { respond } from '../stages/respond.ts';
import { selectResponses } from '../stages/select-responses.ts';
import { pickShardSettings, type RecipeScale, scaleGenerators } from './recipe-options.ts';

/** What the embedded models were trained with. */
const nanoPrefix: QuestionPrefix = {
  name: 'nano',
  prefix: '<|im_start|>user\n',
  ending: '<|im_end|>',
  stop: ['<|im_end|>', '<|im_start|>'],
  source: 'embedded/nano-asker.gguf in @scalequest/models',
};

const solve = definePrompt({
  name: 'nano-solve',
  version: 1,
  user: '{{question}}\n\nSolve this step by step, then write the final answer, and nothing else, in \\boxed{}.',
});

/**
 * ScaleQuest in miniature: the embedded models ask word problems from scratch and solve them, in this process and without a network, in
 * minutes. Roles: `asker` (QFT of the embedded solver) and `solver`. Where fewer than three of four answers agree, the
 * question or the answers are likely wrong: no judge is asked.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function nano(options: RecipeScale = {}): Recipe {
  const samples = 4;
  return {
    name: 'nano',
    description:
      'Word problems from scratch by models of half a million weights, each with the answer that most of four agree on.',
    generators: scaleGenerators([{ name: 'asker', accept: 1000 }], options),
    stages: [
      generateQuestions({ prefixes: { asker: nanoPrefix }, sampling: { maxTokens: 128 }, rowsPerRequest: 8 }),
      // The grammar has sixteen sentences: questions that differ in their numbers are all that there is.
      removeDuplicates({ perTemplate: Number.POSITIVE_INFINITY }),
      respond({ role: 'solver', prompt: solve, samples, sampling: { temperature: 0.7, topP: 1, maxTokens: 256 } }),
      checkAnswers(),
      selectResponses({ by: 'majority', minShare: 3 / samples }),
    ],
    ...{ shardRows: 64, window: 8 },
    ...pickShardSettings(options),
  };
}
