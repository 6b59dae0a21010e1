import type { z } from 'zod';
import { EvaluationError, type EvaluationErrorCode } from '../errors.ts';
import { type ChatTemplate, chatTemplateSchema } from './chat-template.ts';
import { type Protocol, protocolSchema } from './protocol.ts';

/**
 * A protocol of the user's own.
 *
 * @param source what is named in errors, such as the file
 * @throws EvaluationError `BAD_PROTOCOL`, with every field that is wrong
 */
export function parseProtocol(text: string, source: string): Protocol {
  return parse(protocolSchema, text, {
    code: 'BAD_PROTOCOL',
    what: `'${source}' is no protocol.`,
    next: 'docs/protocols.md describes the fields, and `scalequest protocols --json` prints those that ship.',
  });
}

/** A template of the user's own. @throws EvaluationError `BAD_TEMPLATE` */
export function parseTemplate(text: string, source: string): ChatTemplate {
  return parse(chatTemplateSchema, text, {
    code: 'BAD_TEMPLATE',
    what: `'${source}' is no template.`,
    next: 'docs/protocols.md describes the fields, and `scalequest protocols --json` prints those that ship.',
  });
}

function parse<T>(
  schema: z.ZodType<T>,
  text: string,
  error: { readonly code: EvaluationErrorCode; readonly what: string; readonly next: string },
): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new EvaluationError({
      ...error,
      kind: 'request',
      why: `It is not JSON: ${(cause as Error).message}.`,
      cause,
    });
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'It'}: ${message}`);
  throw new EvaluationError({
    ...error,
    kind: 'request',
    why: `${reasons.slice(0, 5).join('; ')}.`,
    fields: { issues: reasons },
    cause: parsed.error,
  });
}
