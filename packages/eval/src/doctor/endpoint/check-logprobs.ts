import { type Check, ok } from '../check.ts';
import { describeFailure } from './describe-failure.ts';
import { describeMissing } from './describe-missing.ts';
import type { Prober } from './prober.ts';

/** Looks at whether log-probabilities come where they are asked for. */
export function checkLogprobs(prober: Prober, { isNeeded }: { readonly isNeeded: boolean }): Check {
  return {
    name: 'logprobs',
    looksAt: 'whether log-probabilities come with a reply',
    run: async () => {
      const answer = await prober.ask({
        turns: [{ role: 'user', content: 'Name a colour.' }],
        sampling: { maxTokens: 4, logprobs: 1 },
      });
      const uses = 'log-probabilities';
      if ('error' in answer && answer.error.code !== 'BAD_REQUEST') return describeFailure(answer.error, { isNeeded });
      if ('error' in answer) {
        const why = answer.error.message.split('\n')[0] ?? '';
        return describeMissing({ isNeeded, what: 'logprobs are refused.', why, uses });
      }
      const { logprobs = [] } = answer.response.choices[0] ?? {};
      if (logprobs.length > 0 && logprobs.every(({ logprob }) => logprob <= 0)) {
        return ok(`${logprobs.length} log-probabilities came with a reply.`);
      }
      const why = 'A reply came without them, or with numbers that are none.';
      return describeMissing({ isNeeded, what: 'logprobs are missing.', why, uses });
    },
  };
}
