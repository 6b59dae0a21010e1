import type { Profile } from '../profile.ts';
import { isSameGsm8kAnswer } from './is-same-gsm8k-answer.ts';

const marked = /#### (-?[0-9.,]+)/;

/** Filter strict-match of lm-eval's task gsm8k: the number behind the first `#### `, compared as text. */
export const gsm8kStrict: Profile = {
  name: 'gsm8k-strict',
  version: 1,
  imitates: 'lm-eval 0.4.13, task gsm8k 3.0, filter strict-match',
  extract: ({ reply }) => {
    const answer = marked.exec(reply)?.[1];
    return answer === undefined ? undefined : { answer, rule: 'hash-marks' };
  },
  isEqual: isSameGsm8kAnswer,
};
