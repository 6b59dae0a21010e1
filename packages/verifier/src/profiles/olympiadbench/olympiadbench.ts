import type { Profile } from '../profile.ts';
import { judgeAnswers } from './judge-answers.ts';
import { prepareAnswer } from './prepare-answer.ts';

/**
 * OlympiadBench's own judge, called as the benchmark's script calls it: with the model's answer first, and with the
 * item's `error` as the tolerance, 1e-8 otherwise.
 *
 * `extract` gives what the judge goes on to compare; a reply with a box that is not closed has no answer.
 */
export const olympiadbench: Profile = {
  name: 'olympiadbench',
  version: 1,
  imitates: 'OlympiadBench inference/judge.py and code/math_judger.py, commit ba5b26a',
  extract: ({ reply }) => {
    const phrase = [...reply.matchAll(/So the final answer is (.*)/g)].at(-1)?.[1]?.trim();
    const answer = prepareAnswer(phrase ?? reply);
    if (answer === undefined) return undefined;
    const isBoxed = (phrase ?? reply).includes('\\boxed{');
    return { answer, rule: `${phrase === undefined ? '' : 'final-answer-phrase, '}${isBoxed ? 'boxes' : 'last-line'}` };
  },
  isEqual: judgeAnswers,
};
