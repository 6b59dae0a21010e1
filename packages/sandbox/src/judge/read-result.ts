import { z } from 'zod';
import { type CheckResult, checkOutcomes } from '../types.ts';

const resultSchema = z.object({
  outcome: z.enum(checkOutcomes),
  detail: z.string(),
  ms: z.number(),
  cpuMs: z.number().optional(),
  memoryMb: z.number().optional(),
  trace: z.string().optional(),
  output: z.string().optional(),
}) as z.ZodType<CheckResult>;

/** The result that a judge gives; undefined where it is none. */
export function readResult(answer: Readonly<Record<string, unknown>>): CheckResult | undefined {
  const parsed = resultSchema.safeParse(answer);
  return parsed.success ? parsed.data : undefined;
}
