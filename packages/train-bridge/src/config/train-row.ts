import { z } from 'zod';
import type { TrainKind } from './train-config.ts';

/** A row of `data/train.jsonl`. Which forms a training takes is said by its kind: {@link rowSchemas}. */
export type TrainRow = ChatRow | SegmentRow | QuestionRow | PreferenceRow | ScoredRow | AnswerRow;

/** A conversation of one turn. */
export interface ChatRow {
  readonly id: string;
  /** The user's message. */
  readonly prompt: string;
  /** The assistant's message. It and its end weigh 1, everything before it `promptWeight`. */
  readonly reply: string;
}

/** Raw text in weighted pieces. */
export interface SegmentRow {
  readonly id: string;
  readonly segments: readonly TrainSegment[];
}

/** A piece of raw text and how much its tokens count in the loss. */
export interface TrainSegment {
  readonly text: string;
  readonly weight: number;
}

/** A question behind the bare prefix of the template, which the model learns to ask. */
export interface QuestionRow {
  readonly id: string;
  readonly question: string;
}

/**
 * Two texts, of which the first is the better one. With the template `chat` they are replies to `prompt`; with `question` and
 * `raw` they stand behind the prefix, and there is no prompt.
 */
export interface PreferenceRow {
  readonly id: string;
  readonly prompt?: string | undefined;
  readonly chosen: string;
  readonly rejected: string;
}

/** A text and the number that a regression learns to give for it. With `reply` it is a conversation, else a question. */
export interface ScoredRow {
  readonly id: string;
  readonly prompt: string;
  readonly reply?: string | undefined;
  readonly target: number;
}

/** A problem and the answer that a verifier compares replies with. */
export interface AnswerRow {
  readonly id: string;
  readonly prompt: string;
  readonly answer: string;
}

// A lone surrogate is half a character: UTF-8 cannot write it, and no tokenizer takes it.
const text = z
  .string()
  .refine((value) => !/\p{Surrogate}/u.test(value), 'a text holds half of a character (a lone surrogate)');
const someText = text.min(1);

const chatRow = z.strictObject({ id: someText, prompt: someText, reply: someText });
const segmentRow = z.strictObject({
  id: someText,
  segments: z.array(z.strictObject({ text, weight: z.number().min(0).max(1) })).min(1),
});
const questionRow = z.strictObject({ id: someText, question: someText });
const preferenceRow = z
  .strictObject({ id: someText, prompt: someText.optional(), chosen: someText, rejected: someText })
  .refine(({ chosen, rejected }) => chosen !== rejected, 'chosen and rejected are the same text');
const scoredRow = z.strictObject({ id: someText, prompt: someText, reply: someText.optional(), target: z.number() });
const answerRow = z.strictObject({ id: someText, prompt: someText, answer: someText });

/** The rows that each kind of training takes. */
export const rowSchemas: Readonly<Record<TrainKind, z.ZodType<TrainRow>>> = {
  sft: z.union([chatRow, segmentRow, questionRow]),
  dpo: preferenceRow,
  reward: preferenceRow,
  regression: scoredRow,
  grpo: answerRow,
};

/** What a row of each kind looks like, for messages. */
export const rowForms: Readonly<Record<TrainKind, string>> = {
  sft: '{"id", "prompt", "reply"}, {"id", "question"}, or {"id", "segments": [{"text", "weight"}]} with weights from 0 to 1',
  dpo: '{"id", "prompt", "chosen", "rejected"}, without "prompt" where the template is a bare prefix',
  reward: '{"id", "prompt", "chosen", "rejected"}',
  regression: '{"id", "prompt", "target"} with a number as target, and "reply" where a conversation is scored',
  grpo: '{"id", "prompt", "answer"}',
};
