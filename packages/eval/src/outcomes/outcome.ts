import type { CheckOutcome } from '@scalequest/sandbox';
import type { VerifyReplyResult } from '@scalequest/verifier';
import { z } from 'zod';

/**
 * What became of a sample. Only `correct` counts; the others are kept apart because they say different things: a
 * `truncated` reply wants more tokens, an `undecided` one a better verifier, an `error` another try.
 */
export type Outcome = 'correct' | 'wrong' | 'no-answer' | 'truncated' | 'undecided' | 'error';

export const outcomes: readonly Outcome[] = ['correct', 'wrong', 'no-answer', 'truncated', 'undecided', 'error'];

/** What running a program against its tests came to. */
export interface ProgramCheck {
  readonly outcome: CheckOutcome;
  /** The tests that decided: those added to the benchmark's own are run only where the program passes these. */
  readonly tests: TestSet;
  /** Which test failed or what was raised, in words; empty where it passed. Cut at a bound, as the trace is. */
  readonly detail: string;
  /** The program's own traceback, where it raised. */
  readonly trace?: string | undefined;
}

/** The benchmark's own tests, or those that were added to it. */
export type TestSet = 'base' | 'plus';

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
  /** Of a program: how its tests ended. */
  readonly check?: ProgramCheck | undefined;
  /** How long the comparison, or the run of the tests, took, in milliseconds. */
  readonly ms?: number | undefined;
  /** The extracted answer. */
  readonly answer?: string | undefined;
  /** The rule that found it, and its span in the reply; profiles, which may rewrite what they take, give no span. */
  readonly extraction?:
    | { readonly rule: string; readonly start?: number | undefined; readonly end?: number | undefined }
    | undefined;
}

/**
 * Every end that the sandbox knows: the compiler sees that none is missing. Only its types are imported here, so that what
 * runs no programs does not load it.
 */
const checkOutcomes = {
  passed: 'passed',
  failed: 'failed',
  error: 'error',
  timeout: 'timeout',
  'out-of-memory': 'out-of-memory',
  killed: 'killed',
  refused: 'refused',
} as const satisfies { readonly [outcome in CheckOutcome]: outcome };

export const scoreSchema: z.ZodType<Score> = z.object({
  id: z.string(),
  epoch: z.number().int().min(0),
  outcome: z.enum(outcomes as [Outcome, ...Outcome[]]),
  verdict: z.enum(['equal', 'different', 'undecided']).optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
  policies: z.array(z.string()).optional(),
  secondOpinion: z.enum(['same', 'none', 'killed']).optional(),
  check: z
    .object({
      outcome: z.enum(checkOutcomes),
      tests: z.enum(['base', 'plus']),
      detail: z.string(),
      trace: z.string().optional(),
    })
    .optional(),
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
