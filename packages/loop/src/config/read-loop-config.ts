import { readFile } from 'node:fs/promises';
import { asFileError, describeCloseNames, excerpt, stripByteOrderMark } from '@scalequest/core';
import type { z } from 'zod';
import { LoopError } from '../errors.ts';
import { type LoopConfig, loopConfigKeys, loopConfigSchema } from './loop-config.ts';

/**
 * Reads the configuration of a loop, a JSON file.
 *
 * @throws LoopError `BAD_CONFIG`; CoreError `FILE_UNREADABLE`
 */
export async function readLoopConfig(path: string): Promise<LoopConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  let value: unknown;
  try {
    value = JSON.parse(stripByteOrderMark(text));
  } catch (error) {
    throw refuse(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
  return parseLoopConfig(value, path);
}

/**
 * Checks a configuration, wherever it comes from.
 *
 * @param path - for what is said of it
 * @throws LoopError `BAD_CONFIG`
 */
export function parseLoopConfig(value: unknown, path: string): LoopConfig {
  const parsed = loopConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refuse(path, explain(parsed.error.issues[0] as z.core.$ZodIssue), { cause: parsed.error });
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${at === '' ? 'The whole' : `"${at}"`}: ${issue.message}.`;
  const [unknown = ''] = issue.keys;
  const close = at === '' ? describeCloseNames(unknown, loopConfigKeys) : '';
  return `"${excerpt([...issue.path, unknown].join('.'))}" is no setting.${close === '' ? '' : ` ${close}`}`;
}

function refuse(path: string, why: string, { cause }: { readonly cause: unknown }): LoopError {
  return new LoopError({
    code: 'BAD_CONFIG',
    kind: 'request',
    what: `The configuration '${path}' cannot be used.`,
    why,
    next: 'docs/loop-scalequest.md says what it may hold.',
    fields: { path },
    cause,
  });
}
