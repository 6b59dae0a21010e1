import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

/** A run has ten thousand epochs at most. */
const maxEpoch = 9_999;

const recordSchema = z.object({
  // GSM8K's ids are line numbers, which programs like to write as numbers.
  id: z.union([z.string(), z.int().transform(String)]),
  reply: z.string(),
  epoch: z.int().nonnegative().max(maxEpoch).optional(),
  finishReason: z.enum(['stop', 'length', 'content-filter', 'unknown']).optional(),
  score: z.number().nullish(),
  reward: z.number().nullish(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});

/**
 * Our own: `{"id", "reply"}`, one line a sample. The same id again is the next epoch, unless `epoch` says which.
 * `score`, also called `reward`, is what a reward model gave the reply: higher is better. A run's own `journal.jsonl` is
 * of this format, with its errors: where one was asked again, the last line of the sample counts.
 */
export const scalequest: ReplyFormat = {
  name: 'scalequest',
  fields: ['id', 'reply'],
  record: recordSchema.transform(({ id, reply, epoch, finishReason, score, reward, error }) => ({
    locator: { by: 'id', id },
    replies: [
      {
        text: reply,
        ...(epoch === undefined ? {} : { epoch }),
        ...(finishReason === undefined ? {} : { finishReason }),
        ...((score ?? reward) == null ? {} : { score: (score ?? reward) as number }),
        ...(error == null ? {} : { error }),
      },
    ],
  })),
};
