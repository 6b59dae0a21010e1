import type { Profile } from '../profile.ts';
import { extractQwenAnswer } from './extract-qwen-answer.ts';
import { isQwenEqual } from './is-qwen-equal.ts';
import { stripQwenAnswer } from './strip-qwen-answer.ts';

/**
 * Qwen2.5-Math's evaluation toolkit: numbers within a share of 1e-4, also 100 times larger or smaller, then text, lists,
 * matrices, equations and SymPy.
 *
 * `extract` gives the piece of the reply, and `isEqual` strips it, twice as the toolkit does, and the reference once, as
 * the toolkit does for MATH. Sums, integrals and limits are not read: such answers are equal as texts only.
 */
export const qwen25: Profile = {
  name: 'qwen25',
  version: 1,
  imitates: 'Qwen2.5-Math evaluation toolkit, commit a45202b',
  extract: ({ reply }) => extractQwenAnswer(reply),
  isEqual: ({ reference, candidate }) =>
    isQwenEqual(stripQwenAnswer(stripQwenAnswer(candidate)), stripQwenAnswer(reference)),
};
