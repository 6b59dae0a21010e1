import { z } from 'zod';
import type { ExcludedRecord, HubOrigin } from '../benchmark.ts';
import type { Problem } from '../problem.ts';

/** A record of GSM8K; its repository (JSON Lines) and the hub (Parquet) use the same two fields. */
export interface Gsm8kRecord {
  readonly question: string;
  /** The solution in steps, with calculator marks such as `<<48/2=24>>`, and `#### 72` on its last line. */
  readonly answer: string;
}

export const gsm8kRecordSchema: z.ZodType<Gsm8kRecord> = z.object({ question: z.string(), answer: z.string() });

/** What stands between the solution and the gold; exactly once in every record. */
const goldMark = '#### ';

/**
 * The record at a line, which is its id: the source gives it no other.
 *
 * The gold stays as it is written: `1,450` keeps its comma (14 test golds, 79 train golds), because the verifier reads
 * thousands. The calculator marks stay in `meta.solution`, because the few-shot examples of lm-eval show them; each is
 * one calculation, so `meta.steps` counts them.
 */
export function parseGsm8kRecord({ question, answer }: Gsm8kRecord, line: number): Problem | ExcludedRecord {
  const mark = answer.lastIndexOf(goldMark);
  if (mark === -1) return { excluded: `${line}: the answer has no '${goldMark.trim()}'` };
  return {
    id: `${line}`,
    problem: question.trim(),
    reference: answer.slice(mark + goldMark.length).trim(),
    meta: { solution: answer, steps: answer.split('<<').length - 1 },
  };
}

export const gsm8kCommon = {
  licence: 'MIT (openai/grade-school-math)',
  citation: 'Cobbe et al., Training Verifiers to Solve Math Word Problems, 2021, arXiv:2110.14168',
} as const;

export function makeGsm8kHubOrigin(split: 'test' | 'train'): HubOrigin {
  return {
    kind: 'hub',
    repository: 'openai/gsm8k',
    revision: 'main',
    files: [`main/${split}-00000-of-00001.parquet`],
    checked: false,
  };
}
