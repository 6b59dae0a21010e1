import type { FreeStage } from '../engine/stage.ts';

/**
 * Makes of each rewritten question a pair for QPO: `chosen` is the rewriting, `rejected` the generator's own. The prompt of both
 * is the generator's bare prefix, which the training writes.
 */
export function makePreferencePairs(): FreeStage<
  { question: string; rewritten: string },
  { chosen: string; rejected: string }
> {
  return {
    order: 'free',
    ...{ name: 'pairs', version: 1, settings: {}, needs: ['question', 'rewritten'], gives: ['chosen', 'rejected'] },
    open: async () => ({
      judge: async ({ rows }) =>
        rows.map(({ fields: { question, rewritten } }) => ({ keep: { chosen: rewritten, rejected: question } })),
    }),
  };
}
