import { LoopError } from '../errors.ts';

/**
 * Sees that a loop can be begun with these: a seed that its record cannot hold would never be gone on with.
 *
 * @throws LoopError `INVALID_OPTION`
 */
export function checkOptions({ seed, parallel }: { readonly seed: number; readonly parallel: number }): void {
  requireInteger('seed', { value: seed, min: 0 });
  requireInteger('parallel', { value: parallel, min: 1 });
}

function requireInteger(option: string, { value, min }: { readonly value: number; readonly min: number }): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw new LoopError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `The loop's '${option}' is ${value}.`,
    next: `Give a whole number of at least ${min}.`,
    fields: { option, value },
  });
}
