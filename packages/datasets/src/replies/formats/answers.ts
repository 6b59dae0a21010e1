import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({ line: z.int().nonnegative(), answer: z.string(), prediction: z.string() });

/** Final answers only (rasbt/reasoning-from-scratch): `answer` is the reference, `prediction` is `\boxed{...}`. */
export const answers: ReplyFormat = {
  name: 'answers',
  fields: ['line', 'answer', 'prediction'],
  record: recordSchema.transform(({ line, answer, prediction }) => ({
    locator: { by: 'line', line, reference: answer },
    replies: [{ text: prediction }],
  })),
};
