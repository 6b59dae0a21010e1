import type { VerifyReplyResult } from '@scalequest/verifier';
import { z } from 'zod';

/**
 * What became of a sample. Only `correct` counts; the others are kept apart because they say different things: a
 * `truncated` reply wants more tokens, an `undecided` one a better verifier, an `error` another try.
 */
export type Outcome = 'correct' | 'wrong' | 'no-answer' | 'truncated' | 'undecided' | 'error';

export const outcomes: readonly Outcome[] = ['correct', 'wrong', 'no-answer', 'truncated', 'undecided', 'error'];

/** A grader's judgement of one sample: one line of `scores/<grader>.jsonl`. */
export interface Score {
  readonly id: string;
  readonly epoch: number;
  readonly outcome: Outcome;
  /** Of the comparison, also where the outcome does not follow it: a truncated reply may hold the right answer. */
  readonly verdict?: 'equal' | 'different' | 'undecided' | undefined;
  /** The check that gave the verdict. */
  readonly rule?: string | undefined;
  /** Why the verdict is undecided. */
  readonly reason?: string | undefined;
  readonly policies?: readonly string[] | undefined;
  /** What computer algebra said where it was asked; `killed` where it ran over its budget. */
  readonly secondOpinion?: 'same' | 'none' | 'killed' | undefined;
  /** How long the comparison took, in milliseconds. */
  readonly ms?: number | undefined;
  /** The extracted answer. */
  readonly answer?: string | undefined;
  /** The rule that found it, and its span in the reply; profiles, which may rewrite what they take, give no span. */
  readonly extraction?:
    | { readonly rule: string; readonly start?: number | undefined; readonly end?: number | undefined }
    | undefined;
}

export const scoreSchema: z.ZodType<Score> = z.object({
  id: z.string(),
  epoch: z.number().int().min(0),
  outcome: z.enum(outcomes as [Outcome, ...Outcome[]]),
  verdict: z.enum(['equal', 'different', 'undecided']).optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
  policies: z.array(z.string()).optional(),
  secondOpinion: z.enum(['same', 'none', 'killed']).optional(),
  ms: z.number().optional(),
  answer: z.string().optional(),
  extraction: z.object({ rule: z.string(), start: z.number().optional(), end: z.number().optional() }).optional(),
});

/**
 * The outcome of a reply that was judged. A reply that was cut at its token limit is `truncated` whatever it holds: the
 * model had not finished, and might have gone on to say something else.
 */
export function decideOutcome({
  result,
  finishReason,
}: {
  readonly result: Pick<VerifyReplyResult, 'verdict' | 'extraction'>;
  readonly finishReason: string;
}): Outcome {
  if (finishReason === 'length' || result.extraction.status === 'truncated') return 'truncated';
  if (result.extraction.status === 'no-answer') return 'no-answer';
  if (result.verdict === 'undecided') return 'undecided';
  return result.verdict === 'equal' ? 'correct' : 'wrong';
}
