import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({
  idx: z.int().nonnegative(),
  question: z.string(),
  solution: z.string(),
  is_correct: z.boolean(),
});

/** OpenAI's solutions of GSM8K (openai/grade-school-math), one file for each model. The last line reads `A: 26`. */
export const openaiGsm8k: ReplyFormat = {
  name: 'openai-gsm8k',
  fields: ['idx', 'question', 'ground_truth', 'solution', 'is_correct'],
  record: recordSchema.transform(({ idx, question, solution, is_correct: label }) => ({
    locator: { by: 'line', line: idx, question },
    replies: [{ text: solution, label }],
  })),
};
