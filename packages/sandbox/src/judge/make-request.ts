import type { Limits, Program } from '../types.ts';

/** What the checker is sent for a program. The id is ours: one program runs at a time. */
export function makeRequest(
  { program, tests, entryPoint, context, limits }: Program,
  defaults: Limits,
): { readonly limits: Limits } {
  return {
    ...{ id: 0, program, tests },
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(context === undefined ? {} : { context }),
    limits: { ...defaults, ...limits },
  };
}
