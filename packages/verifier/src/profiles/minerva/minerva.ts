import type { Profile } from '../profile.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { parseLikeSympy } from '../symbolic/parse-like-sympy.ts';
import { normalizeFinalAnswer } from './normalize-final-answer.ts';

// The sentence of its few-shot examples. Every point of it may be any character, as in the original.
const sentence = /Final Answer: The final answer is([^\n]*?)[^\n] I hope it is correct[^\n]/;

/** Longer answers are compared as they are. */
const longestAnswer = 4000;

/**
 * Metric exact_match of lm-eval's task minerva_math: the answer of "Final Answer: The final answer is X. I hope it is
 * correct.", equal when the normalised texts are, or when SymPy reads both and their difference is zero. SymPy reads
 * the beginning of a list (`1,2` is 1) and no interval, point or relation: these are equal by their text alone.
 */
export const minerva: Profile = {
  name: 'minerva',
  version: 1,
  imitates: 'lm-eval 0.4.13, task minerva_math 3.1, metric exact_match (SymPy 1.14.0)',
  extract: ({ reply }) => {
    const found = sentence.exec(`${reply}I hope it is correct.`)?.[1];
    return found === undefined ? undefined : { answer: found.trim(), rule: 'final-answer-sentence' };
  },
  isEqual: ({ reference, candidate }) => {
    if (reference.length > longestAnswer || candidate.length > longestAnswer) return reference === candidate;
    const [a, b] = [normalizeFinalAnswer(reference), normalizeFinalAnswer(candidate)];
    if (a === b && a !== '') return true;
    const [left, right] = [parseLikeSympy(a), parseLikeSympy(b)];
    if (left?.kind !== 'expression' || right?.kind !== 'expression') return false;
    return isSameBySympy(left.expression, right.expression);
  },
};
