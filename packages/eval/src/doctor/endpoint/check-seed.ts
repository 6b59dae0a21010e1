import { type Check, ok, warning } from '../check.ts';
import { describeFailure } from './describe-failure.ts';
import { describeMissing } from './describe-missing.ts';
import type { Answer, Prober } from './prober.ts';

/** Far apart, since some servers count up from a seed. */
const seeds = { one: 20_260_101, other: 987_654_321 } as const;

/** Looks at whether the same seed gives the same text at temperature 1, and another seed another one. */
export function checkSeed(prober: Prober, { isClaimed }: { readonly isClaimed: boolean }): Check {
  const draw = (seed: number, time: number): Promise<Answer> =>
    prober.ask({
      turns: [{ role: 'user', content: 'Write a sentence about anything at all.' }],
      sampling: { maxTokens: 24, temperature: 1, seed },
      time,
    });
  return {
    name: 'seed',
    looksAt: 'whether a seed decides the text',
    run: async () => {
      const texts: string[] = [];
      for (const answer of await Promise.all([draw(seeds.one, 0), draw(seeds.one, 1), draw(seeds.other, 0)])) {
        if ('error' in answer) return describeFailure(answer.error, { isNeeded: isClaimed });
        const { text = '', reasoning = '' } = answer.response.choices[0] ?? {};
        texts.push(reasoning + text);
      }
      const [first, again, other] = texts;
      if (first !== again) {
        const why = 'The same request with the same seed gave two texts at temperature 1.';
        if (isClaimed) return describeMissing({ isNeeded: true, what: 'seed is not honoured.', why, uses: 'seeds' });
        return warning({
          what: 'seed is not honoured.',
          why,
          next: 'Replies are recorded, so that nothing is lost but a repetition. Servers that batch give one seed two texts (vLLM, without VLLM_BATCH_INVARIANT=1).',
        });
      }
      if (first !== other) return ok('The same seed gives the same text, another seed another one.');
      return warning({
        what: 'Two seeds give the same text.',
        why: 'At temperature 1 they should not: answers come from a cache, or temperature is not honoured.',
        next: 'Where a problem is asked several times, look at two replies with `scalequest explain` before you believe the mean.',
      });
    },
  };
}
