import { z } from 'zod';
import { SandboxError } from './errors.ts';
import type { Limits, Program } from './types.ts';

const count = (max: number): z.ZodNumber => z.number().int().min(1).max(max);

/** An hour, ten minutes of it computing, and a machine's worth of memory: more is a mistake in the unit. */
export const limitsSchema: z.ZodType<Partial<Limits>> = z
  .strictObject({
    timeoutMs: count(3_600_000),
    cpuSeconds: count(3_600),
    memoryMb: count(1_048_576),
    fileMb: count(1_048_576),
    files: count(4_096),
    outputBytes: z.number().int().min(0).max(1_048_576),
  })
  .partial() as z.ZodType<Partial<Limits>>;

const programSchema: z.ZodType<Program> = z.object({
  program: z.string(),
  tests: z.string(),
  entryPoint: z.string().min(1).optional(),
  context: z.string().optional(),
  limits: limitsSchema.optional(),
}) as z.ZodType<Program>;

/** @throws SandboxError `BAD_PROGRAM` */
export function readProgram(value: unknown): Program {
  const parsed = programSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = describeIssue(parsed.error);
  throw new SandboxError({
    code: 'BAD_PROGRAM',
    kind: 'request',
    what: 'What was given to the sandbox is no program to check.',
    why: `${why}.`,
    next: 'Give { program, tests, entryPoint?, context?, limits? }.',
    fields: { why },
  });
}

/** `limits.timeoutMs: Too small: expected number to be >=1`. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  const message = issue?.message ?? 'not understood';
  return path === '' ? message : `${path}: ${message}`;
}
