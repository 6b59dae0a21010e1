import { Secret } from '@scalequest/core';
import { LoopError } from '../errors.ts';

/**
 * The key of a given model.
 *
 * @throws LoopError `MODEL_UNUSABLE`
 */
export function readKey(role: string, variable: string): Secret {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return new Secret(value);
  throw new LoopError({
    code: 'MODEL_UNUSABLE',
    kind: 'request',
    what: `There is no key for '${role}'.`,
    why: `Its "keyEnv" is ${variable}, and there is no such variable, or it is empty.`,
    next: `Set ${variable} to the key, and run the same command again: what was done is kept.`,
    fields: { role, variable },
  });
}
