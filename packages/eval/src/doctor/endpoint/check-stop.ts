import { type Check, ok, warning } from '../check.ts';
import { describeFailure } from './describe-failure.ts';
import { describeMissing } from './describe-missing.ts';
import type { Prober } from './prober.ts';

/** No reply of a word or two is without one of them, whatever the model says. */
const stops = ['e', 'a', 'o', 'i'];

/** Looks at whether a reply ends before the first of its stops. */
export function checkStop(prober: Prober, { isNeeded }: { readonly isNeeded: boolean }): Check {
  return {
    name: 'stop',
    looksAt: 'whether stops end a reply',
    run: async () => {
      const answer = await prober.ask({
        turns: [{ role: 'user', content: 'Write one sentence about a river.' }],
        sampling: { maxTokens: 16, stop: stops },
      });
      if ('error' in answer && answer.error.code !== 'BAD_REQUEST') return describeFailure(answer.error, { isNeeded });
      if ('error' in answer) {
        const why = answer.error.message.split('\n')[0] ?? '';
        return describeMissing({ isNeeded, what: 'stop is refused.', why, uses: 'stops' });
      }
      const { text = '', reasoning = '' } = answer.response.choices[0] ?? {};
      const kept = stops.filter((stop) => text.includes(stop));
      // Some servers end the thinking at a stop, and some the reply alone.
      if (text === '' && stops.some((stop) => reasoning.includes(stop))) {
        return warning({
          what: 'Whether stops end a reply cannot be seen.',
          why: 'The model was still thinking when its tokens were used up, and thinking goes on behind a stop here.',
          next: 'Look at the first replies of a run, or turn thinking off on the server.',
        });
      }
      if (kept.length === 0) return ok('A reply ends before its stops.');
      const why = `A reply that should end before '${kept[0]}' goes on behind it.`;
      return describeMissing({ isNeeded, what: 'stop is not honoured.', why, uses: 'stops' });
    },
  };
}
