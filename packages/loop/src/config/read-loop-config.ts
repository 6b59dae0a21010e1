import { describeCloseNames, excerpt } from '@scalequest/core';
import type { z } from 'zod';
import { LoopError } from '../errors.ts';
import { type LoopConfig, loopConfigKeys, loopConfigSchema } from './loop-config.ts';
import { readJsonFile } from './read-json-file.ts';

/**
 * Reads the configuration of a loop, a JSON file.
 *
 * @throws LoopError `BAD_CONFIG`; CoreError `FILE_UNREADABLE`
 */
export async function readLoopConfig(path: string): Promise<LoopConfig> {
  return parseLoopConfig(await readJsonFile(path, (why, cause) => refuse(path, why, cause)), path);
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
  throw refuse(path, explain(parsed.error.issues[0] as z.core.$ZodIssue), parsed.error);
}

function explain(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${at === '' ? 'The whole' : `"${at}"`}: ${issue.message}.`;
  const [unknown = ''] = issue.keys;
  const close = at === '' ? describeCloseNames(unknown, loopConfigKeys) : '';
  return `"${excerpt([...issue.path, unknown].join('.'))}" is no setting.${close === '' ? '' : ` ${close}`}`;
}

function refuse(path: string, why: string, cause: unknown): LoopError {
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
