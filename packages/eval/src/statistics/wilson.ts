/** An interval for a share, both ends from 0 to 1. */
export interface Interval {
  readonly method: 'wilson' | 'clustered';
  /** Confidence, such as 0.95. */
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the standard normal distribution. */
export const normal95 = 1.959963984540054;

/**
 * Wilson's score interval for k successes of n (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), at 95 %. Unlike the
 * textbook interval it stays inside [0, 1] and has a width at k = 0 and at k = n.
 */
export function computeWilsonInterval({ successes, trials }: { successes: number; trials: number }): Interval {
  if (trials === 0) return { method: 'wilson', level: 0.95, low: 0, high: 1 };
  const share = successes / trials;
  const z2 = normal95 ** 2;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (normal95 / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials ** 2));
  // At the ends the interval touches 0 and 1 exactly; rounding would leave it a hair inside.
  return {
    method: 'wilson',
    level: 0.95,
    low: successes === 0 ? 0 : centre - half,
    high: successes >= trials ? 1 : centre + half,
  };
}
