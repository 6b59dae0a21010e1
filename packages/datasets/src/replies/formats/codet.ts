import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';

const recordSchema = z.object({ prompt: z.string(), samples: z.array(z.string()).min(1) });

/**
 * CodeT (microsoft/CodeT): many samples a record, in an order of its own, under prompts from which the docstring
 * examples were taken out.
 */
export const codet: ReplyFormat = {
  name: 'codet',
  fields: ['prompt', 'samples'],
  record: recordSchema.transform(({ prompt, samples }) => ({
    locator: { by: 'code-prompt', prompt },
    replies: samples.map((text) => ({ text, form: 'completion' as const })),
  })),
};
