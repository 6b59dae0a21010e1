import { z } from 'zod';
import type { ResultFile } from './result-file.ts';

const sha256: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256');
// The names that files of scores have: no room for a text.
const grader: z.ZodString = z.string().regex(/^[\w,.@+-]{1,100}$/, 'is no name of a grader');
const share: z.ZodNumber = z.number().min(0).max(1);
const amount: z.ZodNumber = z.number().min(0);
const count: z.ZodNumber = z.number().int().min(0);

/** The shape of a result file. What the values must be to each other is looked at by `checkResult`. */
export const resultSchema: z.ZodType<ResultFile> = z.strictObject({
  format: z.literal(1),
  benchmark: z.string(),
  // One line: names stand in reports and comments, line by line.
  model: z.string().regex(/^\P{Cc}+$/u, 'is empty or holds a control character'),
  replies: z.enum(['asked', 'recorded']),
  source: z.strictObject({ what: z.string(), licence: z.string(), note: z.string().optional() }).optional(),
  protocol: z.strictObject({ label: z.string(), sha256, text: z.record(z.string(), z.unknown()) }).nullable(),
  rowsSha256: sha256,
  goldFixes: z.array(z.string()),
  problems: count.min(1),
  benchmarkProblems: count,
  idsSha256: sha256,
  epochs: count.min(1),
  grader: z.string(),
  correct: count,
  accuracy: share,
  marks: z.array(z.enum(['undecided', 'truncated'])),
  outcomes: z.record(grader, z.array(z.string())),
  tokens: z.strictObject({ prompt: count, completion: count }).nullable(),
  cost: z.strictObject({ total: amount, priceIn: amount, priceOut: amount }).nullable(),
}) as unknown as z.ZodType<ResultFile>;
