import type { Profile } from '../profile.ts';
import { isSameGsm8kAnswer } from './is-same-gsm8k-answer.ts';

const numbers = /-?[$0-9.,]{2,}|-?[0-9]+/g;

/**
 * Filter flexible-extract of lm-eval's task gsm8k: the last number of the reply, compared as text. A price at the end of
 * a sentence keeps its point (`$5.`), which the comparison takes away; two points or commas alone count as a number.
 */
export const gsm8kFlexible: Profile = {
  name: 'gsm8k-flexible',
  version: 1,
  imitates: 'lm-eval 0.4.13, task gsm8k 3.0, filter flexible-extract',
  extract: ({ reply }) => {
    const answer = reply.match(numbers)?.at(-1);
    return answer === undefined ? undefined : { answer, rule: 'last-number' };
  },
  isEqual: isSameGsm8kAnswer,
};
