import { z } from 'zod';
import { ModelsError } from '../errors.ts';
import { parseBaseUrl } from '../openai/base-url.ts';
import type { EndpointOptions } from './endpoint-source.ts';

const positive = z.number().positive();
const entrySchema = z.union([
  z.string().transform((baseUrl) => ({ baseUrl })),
  z.strictObject({
    baseUrl: z.string(),
    maxConcurrency: z.number().min(1).optional(),
    limits: z
      .strictObject({
        requestsPerSecond: positive.optional(),
        tokensPerMinute: positive.optional(),
        maxInFlight: z.number().min(1).optional(),
        maxCost: z.number().min(0).optional(),
      })
      .optional(),
    prices: z.strictObject({ prompt: z.number().min(0), completion: z.number().min(0) }).optional(),
  }),
]);
const fileSchema = z.strictObject({ endpoints: z.array(entrySchema) });

/**
 * Reads a list of endpoints: a base URL a line, `#` before what is no entry; or JSON, a list of base URLs or of objects
 * with `baseUrl`, `maxConcurrency`, `limits` and `prices`, by itself or under `endpoints`.
 *
 * @throws ModelsError `BAD_ENDPOINTS_FILE`
 */
export function readEndpoints(text: string, name: string): readonly EndpointOptions[] {
  const entries = /^\s*[[{]/.test(text) ? readJson(text, name) : readPlain(text);
  const byUrl = new Map<string, EndpointOptions>();
  for (const entry of entries) {
    try {
      byUrl.set(parseBaseUrl(entry.baseUrl).text, entry);
    } catch (error) {
      throw badFile(name, error instanceof Error ? error.message : String(error));
    }
  }
  return [...byUrl.values()];
}

function readPlain(text: string): readonly EndpointOptions[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((baseUrl) => ({ baseUrl }));
}

function readJson(text: string, name: string): readonly EndpointOptions[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badFile(name, `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  // Not a union: its message would not say which field is wrong.
  const parsed = fileSchema.safeParse(Array.isArray(value) ? { endpoints: value } : value);
  if (!parsed.success) throw badFile(name, z.prettifyError(parsed.error));
  const { endpoints: entries } = parsed.data;
  // A field that is undefined is none.
  return entries.map((entry) => JSON.parse(JSON.stringify(entry)) as EndpointOptions);
}

function badFile(name: string, why: string): ModelsError {
  return new ModelsError({
    code: 'BAD_ENDPOINTS_FILE',
    kind: 'request',
    errorClass: 'fatal',
    what: `'${name}' is no list of endpoints.`,
    why,
    next: 'Write a base URL a line, such as http://localhost:8000/v1, or a JSON list of {"baseUrl", "maxConcurrency"?, "limits"?, "prices"?}.',
    fields: { name },
  });
}
