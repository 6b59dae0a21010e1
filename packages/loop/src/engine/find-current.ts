import { digest } from '@scalequest/core';
import type { StepEntry } from './step-log.ts';

/**
 * The steps that are done and stay so. One whose inputs were made anew, because somebody took a line out, is made anew as well.
 *
 * @param steps - in the recipe's order
 */
export function findCurrent(
  steps: readonly { readonly name: string; readonly after: readonly string[] }[],
  find: (step: string) => StepEntry | undefined,
): Map<string, StepEntry> {
  const current = new Map<string, StepEntry>();
  for (const { name, after } of steps) {
    const entry = find(name);
    if (entry === undefined) continue;
    const isCurrent = after.every((other) => {
      const read = current.get(other);
      return read !== undefined && entry.inputs[other] === digest(read);
    });
    if (isCurrent) current.set(name, entry);
  }
  return current;
}
