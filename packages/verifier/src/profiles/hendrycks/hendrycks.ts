import type { Profile } from '../profile.ts';
import { stripString } from './strip-string.ts';

/** Task hendrycks_math of lm-eval: what stands between the first and the last dollar, compared as text. */
export const hendrycks: Profile = {
  name: 'hendrycks',
  version: 1,
  imitates: 'lm-eval 0.4.13, task hendrycks_math',
  extract: ({ reply }) => {
    const [first, last] = [reply.indexOf('$'), reply.lastIndexOf('$')];
    return first === last
      ? { answer: reply, rule: 'whole-reply' }
      : { answer: reply.slice(first + 1, last), rule: 'first-to-last-dollar' };
  },
  isEqual: ({ reference, candidate }) => {
    const [a, b] = [stripString(reference), stripString(candidate)];
    // A text that it stumbles over makes it compare the two as they are.
    return a === undefined || b === undefined ? reference === candidate : a === b;
  },
};
