import { z } from 'zod';
import { trainConfigSchema } from './train-config.ts';

/** The JSON Schema of `train.json`, as the worker ships it: text that ends with a line end. */
export function makeConfigJsonSchema(): string {
  const schema = z.toJSONSchema(trainConfigSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'train.json', ...schema }, null, 2)}\n`;
}
