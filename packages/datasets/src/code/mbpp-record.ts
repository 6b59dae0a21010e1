import { z } from 'zod';
import type { ExcludedRecord } from '../benchmark.ts';
import type { Problem } from '../problem.ts';
import { findEntryPoint } from './find-entry-point.ts';

/**
 * A record of MBPP, or of its sanitized part, which has its question in `prompt` and imports for its tests instead of a
 * set-up. The hub (Parquet) uses the same fields.
 */
export interface MbppRecord {
  readonly task_id: number;
  readonly text?: string | undefined;
  readonly prompt?: string | undefined;
  readonly code: string;
  readonly test_list: readonly string[];
  /** Part of the tests: it may use what the program defines, such as a class. */
  readonly test_setup_code?: string | undefined;
  readonly test_imports?: readonly string[] | undefined;
}

export const mbppRecordSchema: z.ZodType<MbppRecord> = z.object({
  task_id: z.int(),
  text: z.string().optional(),
  prompt: z.string().optional(),
  code: z.string(),
  test_list: z.array(z.string()).min(1),
  test_setup_code: z.string().optional(),
  test_imports: z.array(z.string()).optional(),
});

/**
 * The question does not name the function, so prompts show the asserts, which are in `meta.tests`. `challenge_test_list`, which
 * eleven records have, is not among the tests: no published score counts it.
 */
export function parseMbppRecord(record: MbppRecord): Problem | ExcludedRecord {
  const { task_id: task, code: reference, test_list: tests, test_setup_code: setup = '' } = record;
  const id = `Mbpp/${task}`;
  const problem = record.text ?? record.prompt;
  if (problem === undefined) return { excluded: `${id}: it has neither 'text' nor 'prompt'` };
  const entryPoint = findEntryPoint(reference, tests[0] ?? '');
  if (entryPoint === undefined) return { excluded: `${id}: its first assert calls nothing that its program defines` };
  const base = [...(record.test_imports ?? []), setup, ...tests].filter((part) => part !== '').join('\n');
  return {
    id,
    problem,
    reference,
    code: { entryPoint, prompt: '', tests: { base: `${base.replaceAll('\r\n', '\n')}\n` } },
    meta: { tests },
  };
}
