import { broken, type Check, ok } from '../check.ts';
import { firstProbe } from './check-answer.ts';
import { describeFailure } from './describe-failure.ts';
import type { Prober } from './prober.ts';

/** Servers count the end of a reply, and some give a few tokens in any case. */
const slack = 8;

/** Looks at whether a reply ends at the most tokens that were asked for. */
export function checkMaxTokens(prober: Prober): Check {
  return {
    name: 'max-tokens',
    looksAt: 'whether max_tokens bounds a reply',
    run: async () => {
      const answer = await prober.ask(firstProbe);
      if ('error' in answer) return describeFailure(answer.error, { isNeeded: true });
      const { choices, usage } = answer.response;
      const words = choices[0]?.text.split(/\s+/).filter((word) => word !== '').length ?? 0;
      const tokens = Math.max(usage?.completionTokens ?? 0, words);
      const most = firstProbe.sampling.maxTokens;
      if (tokens <= most + slack) return ok('A reply ends at max_tokens.');
      return broken({
        what: 'max_tokens is not honoured.',
        why: `A reply of at most ${most} token has ${tokens}.`,
        next: 'Replies would be longer than the protocol allows. Look for a setting of the server that stands above the request.',
      });
    },
  };
}
