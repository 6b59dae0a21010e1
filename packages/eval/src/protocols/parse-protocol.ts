import { digest, stripByteOrderMark } from '@scalequest/core';
import type { z } from 'zod';
import { EvaluationError, type EvaluationErrorCode } from '../errors.ts';
import { type ChatTemplate, chatTemplateSchema } from './chat-template.ts';
import { protocols } from './find-protocol.ts';
import { templates } from './find-template.ts';
import { listProtocols } from './list-protocols.ts';
import { type Protocol, protocolSchema, resolveProtocol } from './protocol.ts';

/**
 * A protocol of the user's own.
 *
 * @param source what is named in errors, such as the file
 * @throws EvaluationError `BAD_PROTOCOL`, with every field that is wrong, or where it takes the label of one that ships
 */
export function parseProtocol(text: string, source: string): Protocol {
  const protocol = parse(protocolSchema, text, {
    code: 'BAD_PROTOCOL',
    what: `'${source}' is no protocol.`,
    next: 'docs/protocols.md describes the fields, and `scalequest protocols --json` prints those that ship.',
  });
  const label = `${protocol.name}@${protocol.version}`;
  if (!protocols.has(label) || isShipped(protocol)) return protocol;
  throw new EvaluationError({
    code: 'BAD_PROTOCOL',
    kind: 'request',
    what: `'${source}' calls itself '${label}'.`,
    why: 'That is a protocol that ships, and this is another one: its results would be taken for those.',
    next: `Give it a \`name\` of its own, or run the one that ships: --protocol ${label}.`,
    fields: { source, label },
  });
}

/** Whether every form of it, by label, is one that ships. */
function isShipped(protocol: Protocol): boolean {
  const shipped = new Map(listProtocols().map(({ label, sha256 }) => [label, sha256]));
  const forms = [
    resolveProtocol({ ...protocol, variants: [] }),
    ...(protocol.variants ?? []).map(({ name }) => resolveProtocol(protocol, { variant: name })),
  ];
  return forms.every(({ label, sha256 }) => shipped.get(label) === sha256);
}

/** A template of the user's own. @throws EvaluationError `BAD_TEMPLATE`, also where it takes the name of one that ships */
export function parseTemplate(text: string, source: string): ChatTemplate {
  const template = parse(chatTemplateSchema, text, {
    code: 'BAD_TEMPLATE',
    what: `'${source}' is no template.`,
    next: 'docs/protocols.md describes the fields, and `scalequest protocols --json` prints those that ship.',
  });
  const { name } = template;
  const shipped = templates.get(name)?.template;
  if (shipped === undefined || digest(shipped) === digest(template)) return template;
  throw new EvaluationError({
    code: 'BAD_TEMPLATE',
    kind: 'request',
    what: `'${source}' calls itself '${name}'.`,
    why: 'That is a template that ships, and this is another one: its results would be taken for those.',
    next: `Give it a \`name\` of its own, or take the one that ships: --template ${name}.`,
    fields: { source, name },
  });
}

function parse<T>(
  schema: z.ZodType<T>,
  text: string,
  error: { readonly code: EvaluationErrorCode; readonly what: string; readonly next: string },
): T {
  let data: unknown;
  try {
    data = JSON.parse(stripByteOrderMark(text));
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
