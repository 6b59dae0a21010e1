import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({
  problem: z.string(),
  generation: z.string(),
  symbolic_correct: z.boolean(),
});

/**
 * NeMo-Skills (NVIDIA/NeMo-Skills). Its ids are file names of another copy of MATH train, so the problem is found by
 * its text.
 */
export const nemo: ReplyFormat = {
  name: 'nemo',
  fields: ['problem', 'generation', 'expected_answer', 'symbolic_correct'],
  record: recordSchema.transform(({ problem, generation, symbolic_correct: label }) => ({
    locator: { by: 'question', question: problem },
    replies: [{ text: generation, label }],
  })),
};
