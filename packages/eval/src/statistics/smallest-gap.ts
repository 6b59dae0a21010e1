import { normal95 } from './wilson.ts';

/** The 80 % point of the standard normal distribution: the power that the gaps here are stated for. */
export const normal80 = 0.8416212335729143;

/**
 * The smallest difference of accuracy that a paired test of one sample a problem would call significant (two-sided, 5 %)
 * in 80 of 100 repetitions, where the given share of problems comes out differently in the two runs: the difference d
 * that solves d sqrt(n) = 1.96 sqrt(s) + 0.84 sqrt(s - d^2) (R. J. Connor, Biometrics 43, 1987, 207-211).
 *
 * @param discordance - share of problems that only one of the runs has correct
 * @returns null where no difference that is possible at this discordance would be seen so often
 */
export function findSmallestGap({
  problems,
  discordance,
}: {
  readonly problems: number;
  readonly discordance: number;
}): number | null {
  const misses = (gap: number): boolean =>
    gap * Math.sqrt(problems) <
    normal95 * Math.sqrt(discordance) + normal80 * Math.sqrt(Math.max(0, discordance - gap ** 2));
  if (problems === 0 || discordance === 0 || misses(discordance)) return null;
  let low = 0;
  let high = discordance;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (misses(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The same for means over epochs, from the spread of the problems' differences: (1.96 + 0.84) times its standard error
 * (Miller 2024, arXiv 2411.00640, on power).
 *
 * @param differences - of each problem, from -1 to 1
 * @returns null where no problem differs, there is only one, or not even a difference of 1 would be seen
 */
export function findSmallestMeanGap(differences: readonly number[]): number | null {
  const n = differences.length;
  if (n < 2) return null;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const gap = (normal95 + normal80) * Math.sqrt(squares / (n - 1) / n);
  return squares === 0 || gap > 1 ? null : gap;
}

/**
 * The fewest changes that McNemar's exact test can call significant, all of them in one direction: 2 / 2^6 is below 5 %.
 */
export const fewestChanges = 6;
