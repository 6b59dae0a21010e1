import { type Check, describeError, ok, warning } from '../check.ts';
import { firstProbe } from './check-answer.ts';
import type { Prober } from './prober.ts';

/** A first token that takes longer is worth a word: with as many in flight as a run has, it will take longer still. */
const slowMs = 10_000;

/** Looks at how long one token takes. Above the time-out of a request the server cannot be used. */
export function checkFirstToken(
  prober: Prober,
  { warnAboveMs = slowMs }: { readonly warnAboveMs?: number } = {},
): Check {
  return {
    name: 'first-token',
    looksAt: 'the time to the first token',
    run: async () => {
      const answer = await prober.ask(firstProbe);
      if ('error' in answer) {
        return {
          ...describeError(answer.error),
          why: 'One token was asked for, of a prompt of a few words.',
          next: 'Look at the server: it hangs, still loads its model, or is busy. Then try again, or raise --timeout.',
        };
      }
      const { latencyMs } = answer.response;
      const took = `${(latencyMs / 1000).toFixed(1)} s`;
      if (latencyMs <= warnAboveMs) return ok(`The first token took ${took}.`);
      return warning({
        what: `The first token took ${took}.`,
        why: `More than ${warnAboveMs / 1000} s for a prompt of a few words: the server still loads its model, or is busy.`,
        next: 'Wait until it is ready, or raise --timeout and lower --concurrency.',
      });
    },
  };
}
