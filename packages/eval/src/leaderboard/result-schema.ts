import { z } from 'zod';
import type { ResultFile } from './result-file.ts';

const sha256: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256');
const share: z.ZodNumber = z.number().min(0).max(1);
const count: z.ZodNumber = z.number().int().min(0);

/** The shape of a result file. What the values must be to each other is looked at by `checkResult`. */
export const resultSchema: z.ZodType<ResultFile> = z.strictObject({
  format: z.literal(1),
  benchmark: z.string(),
  model: z.string().min(1),
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
  outcomes: z.record(z.string(), z.array(z.string())),
  tokens: z.strictObject({ prompt: z.number(), completion: z.number() }).nullable(),
  cost: z.strictObject({ total: z.number(), priceIn: z.number(), priceOut: z.number() }).nullable(),
  wallMs: z.number().min(0),
}) as unknown as z.ZodType<ResultFile>;
