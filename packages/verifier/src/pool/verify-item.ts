import type { SecondOpinion } from '../compare/comparison.ts';
import { pay } from '../reward.ts';
import type { VerifyOptions, VerifyReplyResult, VerifyResult } from '../types.ts';
import { verifyWithOpinion } from '../verify-answer.ts';
import { verifyReplyWithOpinion } from '../verify-reply.ts';
import type { PoolItem, Timing } from './types.ts';

interface ItemSettings {
  readonly options: VerifyOptions;
  readonly secondOpinion: SecondOpinion;
  readonly rewards: boolean;
}

/** Verifies a pair or a reply and says how long it took, and what it pays where that is asked. */
export function verifyItem(
  item: PoolItem,
  { options, secondOpinion, rewards }: ItemSettings,
): (VerifyResult | VerifyReplyResult) & Timing {
  const startedAt = performance.now();
  const settings = item.options === undefined ? options : { ...options, ...item.options };
  const result =
    'reply' in item
      ? verifyReplyWithOpinion(item, settings, secondOpinion)
      : verifyWithOpinion(item, settings, secondOpinion);
  const reward = rewards ? { reward: pay(result.verdict, item, settings) } : {};
  return { ...result, ...reward, ms: Math.round((performance.now() - startedAt) * 1000) / 1000 };
}
