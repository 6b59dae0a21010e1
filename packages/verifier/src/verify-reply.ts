import type { SecondOpinion } from './compare/comparison.ts';
import { extractAnswer } from './extract/extract-answer.ts';
import type { VerifyOptions, VerifyReplyInput, VerifyReplyResult } from './types.ts';
import { verifyWithOpinion } from './verify-answer.ts';

/**
 * Extracts the answer from a model's whole reply and decides whether it means the same as the reference. A reply
 * without an answer is `undecided` with the reason `no-answer` or `truncated`, so that callers can count it apart.
 *
 * @example
 * const { verdict } = verifyReply({ reference: '7', reply: 'The final answer is $7$. I hope it is correct.' });
 * // verdict === 'equal'
 */
export function verifyReply(input: VerifyReplyInput, options: VerifyOptions = {}): VerifyReplyResult {
  return verifyReplyWithOpinion(input, options);
}

/** {@link verifyReply}, asking a second opinion about expressions that no check can settle. */
export function verifyReplyWithOpinion(
  input: VerifyReplyInput,
  options: VerifyOptions,
  secondOpinion?: SecondOpinion,
): VerifyReplyResult {
  const extraction = extractAnswer(input.reply, { mode: input.mode ?? 'reply' });
  if (extraction.status === 'found') {
    const pair = { reference: input.reference, candidate: extraction.answer };
    return { ...verifyWithOpinion(pair, options, secondOpinion), extraction };
  }
  return {
    verdict: 'undecided',
    rule: 'none',
    proof: 'none',
    reason: extraction.status,
    policies: [],
    normalized: { reference: null, candidate: null },
    fuel: 0,
    extraction,
  };
}
