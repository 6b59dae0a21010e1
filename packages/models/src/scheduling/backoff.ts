export interface BackoffInput {
  /** 1 after the first failure. */
  readonly failures: number;
  readonly firstMs: number;
  readonly longestMs: number;
  /** A number in [0, 1). */
  readonly random: number;
}

/** A wait that doubles with each failure, less up to half of it at random, so that failed requests spread out. */
export function getBackoffMs({ failures, firstMs, longestMs, random }: BackoffInput): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return fullMs * (1 - random / 2);
}
