import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({ task_id: z.string(), solution: z.string() });

/** Samples for EvalPlus (evalplus/evalplus) that are whole programs, one a line. */
export const evalplus: ReplyFormat = {
  name: 'evalplus',
  fields: ['task_id', 'solution'],
  absentFields: ['is_solved', 'completion'],
  record: recordSchema.transform(({ task_id: id, solution: text }) => ({
    locator: { by: 'id', id },
    replies: [{ text, form: 'program' }],
  })),
};
