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
  const settings = item.options === undefined ? options : { ...options, ...item.options };
  const result =
    'reply' in item
      ? verifyReplyWithOpinion(item, settings, secondOpinion)
      : verifyWithOpinion(item, settings, secondOpinion);
  return { ...result, ms: Math.round((performance.now() - startedAt) * 1000) / 1000 };
}
