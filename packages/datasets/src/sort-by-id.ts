import type { Problem } from './problem.ts';

/** A copy in the order of the ids by code units, which no locale changes. */
export function sortById(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
