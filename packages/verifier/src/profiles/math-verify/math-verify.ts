import type { Profile } from '../profile.ts';
import { isSameMath } from './is-same-math.ts';
import { parseReply } from './parse-reply.ts';

/**
 * The Python package math-verify, with `parse` and `verify` as they come: the first mathematics or number that can be
 * read, in the order of its patterns, compared as sets, intervals, relations and by simplification.
 *
 * `extract` gives the normalised text that was read, and `isEqual` sets both sides between dollars where they have none,
 * as the package's README asks. Sums, integrals and limits are not read.
 */
export const mathVerify: Profile = {
  name: 'math-verify',
  version: 1,
  imitates: 'math-verify 0.9.0 with latex2sympy2_extended 1.11.0 and antlr 4.13.2',
  extract: ({ reply }) => {
    const parsed = parseReply(reply);
    return parsed && { answer: parsed.text, rule: parsed.rule };
  },
  isEqual: ({ reference, candidate }) => {
    const [gold, answer] = [parseReply(wrap(reference)), parseReply(wrap(candidate))];
    if (gold === undefined || answer === undefined) return false;
    if (gold.firstText !== '' && gold.firstText.trim() === answer.firstText.trim()) return true;
    return gold.value !== undefined && answer.value !== undefined && isSameMath(gold.value, answer.value);
  },
};

function wrap(text: string): string {
  return text.includes('$') || text.includes('\\boxed') ? text : `$${text}$`;
}
