import { type Check, ok } from '../check.ts';
import { describeFailure } from './describe-failure.ts';
import { describeMissing } from './describe-missing.ts';
import type { Prober } from './prober.ts';

/** Looks at whether one request can ask for several samples. */
export function checkN(prober: Prober, { isNeeded }: { readonly isNeeded: boolean }): Check {
  return {
    name: 'n',
    looksAt: 'whether n samples come in one request',
    run: async () => {
      const answer = await prober.ask({
        turns: [{ role: 'user', content: 'Name a colour.' }],
        sampling: { maxTokens: 4, temperature: 1, n: 2 },
        // Too few choices are an answer that cannot be used, and would be no other the next time.
        isPatient: false,
      });
      if ('response' in answer) return ok('Two samples came in one request.');
      const { code, message } = answer.error;
      const why = message.split('\n')[0] ?? '';
      const uses = 'several samples in one request';
      if (code === 'BAD_REQUEST') return describeMissing({ isNeeded, what: 'n is refused.', why, uses });
      if (code === 'BAD_RESPONSE') {
        const fewer = 'A request for two samples was not answered by two.';
        return describeMissing({ isNeeded, what: 'n is not honoured.', why: fewer, uses });
      }
      return describeFailure(answer.error, { isNeeded });
    },
  };
}
