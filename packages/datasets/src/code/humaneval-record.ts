import { z } from 'zod';
import type { Problem } from '../problem.ts';
import { findContext } from './find-context.ts';

/** A record of HumanEval; its repository (JSON Lines) and the hub (Parquet) use the same fields. */
export interface HumanEvalRecord {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  /** A body that goes on from the prompt. */
  readonly canonical_solution: string;
  readonly test: string;
}

export const humanEvalRecordSchema: z.ZodType<HumanEvalRecord> = z.object({
  task_id: z.string(),
  prompt: z.string(),
  entry_point: z.string(),
  canonical_solution: z.string(),
  test: z.string(),
});

/** Never known by its entry point: six of them occur twice. */
export function parseHumanEvalRecord({ task_id: id, prompt, entry_point, ...record }: HumanEvalRecord): Problem {
  const context = findContext({ prompt, entryPoint: entry_point, tests: record.test });
  return {
    id,
    problem: prompt,
    reference: record.canonical_solution,
    code: {
      entryPoint: entry_point,
      prompt,
      ...(context === undefined ? {} : { context }),
      tests: { base: record.test },
    },
    meta: {},
  };
}

export const humanEvalCitation =
  'Chen et al., Evaluating Large Language Models Trained on Code, 2021, arXiv:2107.03374';
