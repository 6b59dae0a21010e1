import { canonicalDecimal } from './compare/compare-decimals.ts';
import { Fuel } from './fuel.ts';
import { parseAnswer } from './parse/parse-answer.ts';
import { resolveSettings } from './presets.ts';
import { normalizeText } from './text/normalize-text.ts';
import type { Verdict, VerifyInput, VerifyOptions, VerifyReplyInput } from './types.ts';
import { longestAnswer, verifyAnswer } from './verify-answer.ts';
import { verifyReply } from './verify-reply.ts';

/** 1 pays, 0 does not, and null says that this problem cannot be used: leave its sample out. */
export type Reward = 0 | 1 | null;

/**
 * The reward of an answer for reinforcement learning, under the preset `strict` unless the options name another.
 *
 * 1 for `equal`. Null only where the reference cannot be checked, which is asked of the reference alone: nothing that a
 * model writes changes a 0 into a null. 0 for everything else, so that an answer that nobody can parse, that is cut off
 * or that runs out of fuel never pays.
 *
 * @example
 * reward({ reference: '\\frac12', candidate: '0.5' }); // 1
 */
export function reward(input: VerifyInput, options: VerifyOptions = {}): Reward {
  return pay(verifyAnswer(input, { preset: 'strict', ...options }).verdict, input, options);
}

/** {@link reward} of the answer that a whole reply gives; a reply without one earns 0. */
export function rewardReply(input: VerifyReplyInput, options: VerifyOptions = {}): Reward {
  return pay(verifyReply(input, { preset: 'strict', ...options }).verdict, input, options);
}

/** What a verdict pays. */
export function pay(verdict: Verdict, { reference }: { readonly reference: string }, options: VerifyOptions): Reward {
  if (verdict === 'equal') return 1;
  // What is different was checked.
  return verdict === 'different' || isCheckable(reference, options) ? 0 : null;
}

/** Whether the reference is understood and of a size that can be compared with anything. */
export function isCheckable(reference: string, options: VerifyOptions = {}): boolean {
  // A plain number of any length is compared digit by digit.
  if (canonicalDecimal(reference) !== null) return true;
  if (reference.length > longestAnswer) return false;
  const fuel = new Fuel(resolveSettings(options).fuel);
  return fuel.spend(reference.length) && parseAnswer(normalizeText(reference), fuel).readings.length > 0;
}
