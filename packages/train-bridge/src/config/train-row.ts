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

const id = z.string().min(1);

export const trainRowSchema: z.ZodType<TrainRow> = z.union([
  z.strictObject({ id, prompt: z.string().min(1), reply: z.string().min(1) }),
  z.strictObject({
    id,
    segments: z.array(z.strictObject({ text: z.string(), weight: z.number().min(0).max(1) })).min(1),
  }),
]);
