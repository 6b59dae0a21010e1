import { z } from 'zod';

/** A row of `data/train.jsonl`: a conversation of one turn, or raw text in weighted pieces. */
export type TrainRow =
  | {
      readonly id: string;
      /** The user's message. */
      readonly prompt: string;
      /** The assistant's message. It and its end weigh 1, everything before it `promptWeight`. */
      readonly reply: string;
    }
  | { readonly id: string; readonly segments: readonly TrainSegment[] };

/** A piece of raw text and how much its tokens count in the loss. */
export interface TrainSegment {
  readonly text: string;
  readonly weight: number;
}

// A lone surrogate is half a character: UTF-8 cannot write it, and no tokenizer takes it.
const text = z.string().refine((value) => !/\p{Surrogate}/u.test(value));
const someText = text.min(1);

export const trainRowSchema: z.ZodType<TrainRow> = z.union([
  z.strictObject({ id: someText, prompt: someText, reply: someText }),
  z.strictObject({
    id: someText,
    segments: z.array(z.strictObject({ text, weight: z.number().min(0).max(1) })).min(1),
  }),
]);
