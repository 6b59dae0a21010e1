import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({
  idx: z.int().nonnegative(),
  question: z.string(),
  code: z.array(z.string()).min(1),
});

/** ToRA (microsoft/ToRA): `code` holds the whole transcripts, programs and their output included. No labels. */
export const tora: ReplyFormat = {
  name: 'tora',
  fields: ['idx', 'question', 'code', 'pred'],
  absentFields: ['score'],
  record: recordSchema.transform(({ idx, question, code }) => ({
    locator: { by: 'line', line: idx, question },
    replies: code.map((text) => ({ text })),
  })),
};
