import type { RateLimit } from './model-server-options.ts';

/** Takes a token, or says that there is none. */
export function createTokenBucket(limit: RateLimit, now: () => number): { readonly take: () => boolean } {
  let tokens = limit.burst;
  let filledAt = now();
  return {
    take: () => {
      const time = now();
      tokens = Math.min(limit.burst, tokens + ((time - filledAt) / 1000) * limit.ratePerSecond);
      filledAt = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
