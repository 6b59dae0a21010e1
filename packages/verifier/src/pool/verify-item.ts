import type { SecondOpinion } from '../compare/comparison.ts';
import type { VerifyOptions, VerifyReplyResult, VerifyResult } from '../types.ts';
import { verifyWithOpinion } from '../verify-answer.ts';
import { verifyReplyWithOpinion } from '../verify-reply.ts';
import type { PoolItem, Timing } from './types.ts';

/** Verifies a pair or a reply and says how long it took. */
export function verifyItem(
  item: PoolItem,
  options: VerifyOptions,
  secondOpinion: SecondOpinion,
): (VerifyResult | VerifyReplyResult) & Timing {
  const startedAt = performance.now();
  const result =
    'reply' in item
      ? verifyReplyWithOpinion(item, options, secondOpinion)
      : verifyWithOpinion(item, options, secondOpinion);
  return { ...result, ms: Math.round((performance.now() - startedAt) * 1000) / 1000 };
}
