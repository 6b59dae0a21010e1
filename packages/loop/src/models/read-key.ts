import { Secret } from '@scalequest/core';
import { LoopError } from '../errors.ts';

interface KeyPlace {
  readonly variable: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The key of a given model.
 *
 * @throws LoopError `MODEL_UNUSABLE`
 */
export function readKey(role: string, { variable, environment }: KeyPlace): Secret {
  const value = environment[variable];
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
