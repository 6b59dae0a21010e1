import type { Program } from '@scalequest/sandbox';
import { z } from 'zod';
import { type Asked, idSchema, textSchema } from '../lines/input-line.ts';

// Programs that write tables as JSON write null for what is not there.
const optionalText = textSchema.nullish();

/** A line of the input of `scalequest sandbox check`. */
export const programLineSchema: z.ZodType<Asked<Program>> = z
  .object(
    {
      id: idSchema,
      program: textSchema,
      tests: textSchema,
      entryPoint: optionalText,
      context: optionalText,
      timeoutMs: z
        .int({ error: 'is no whole number' })
        .min(1, { error: 'is under 1' })
        .max(3_600_000, { error: 'is over an hour' })
        .nullish(),
    },
    { error: 'is no JSON object' },
  )
  .transform(({ id, program, tests, entryPoint, context, timeoutMs }) => ({
    id,
    item: {
      ...{ program, tests },
      ...((entryPoint ?? '') === '' ? {} : { entryPoint: entryPoint ?? '' }),
      ...(typeof context === 'string' ? { context } : {}),
      ...(typeof timeoutMs === 'number' ? { limits: { timeoutMs } } : {}),
    },
  }));
