import { computeMcNemarPower } from './mcnemar-power.ts';
import { normal95 } from './wilson.ts';

/** The 80 % point of the standard normal distribution: the power that the gaps here are stated for. */
export const normal80 = 0.8416212335729143;

const wantedPower = 0.8;

/**
 * The smallest difference of accuracy that McNemar's exact test of one sample a problem would call significant (two-sided,
 * 5 %) in 80 of 100 repetitions, where the given share of problems comes out differently in the two runs. By the power of the
 * exact test itself: formulas that rest on the normal distribution (R. J. Connor, Biometrics 43, 1987) name gaps that it sees
 * in 72 to 79 of 100.
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
  if (problems * discordance < fewestChanges - rounding) return null;
  const computePower = computeMcNemarPower({ problems, discordance });
  return findThreshold((gap) => computePower(gap) >= wantedPower, discordance);
}

const rounding = 1e-9;

/** The least number up to the greatest that holds, where all above it hold too; null where not even the greatest does. */
export function findThreshold(holds: (value: number) => boolean, greatest: number): number | null {
  if (!holds(greatest)) return null;
  let low = 0;
  let high = greatest;
  for (let step = 0; step < 36; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The same for means over epochs, from the variance v of the problems' differences: the d that solves
 * d sqrt(n) = 1.96 sqrt(v + d^2) + 0.84 sqrt(v). The test takes the signs of the differences at random, so that the shift that
 * is looked for makes its own yardstick longer: 2.8 standard errors alone are seen in 67 to 76 of 100 cases.
 *
 * @param differences - of each problem, from -1 to 1
 * @returns null where fewer than six problems differ, all by as much, or not even a difference of 1 would be seen
 */
export function findSmallestMeanGap(differences: readonly number[]): number | null {
  const n = differences.length;
  if (differences.filter((difference) => difference !== 0).length < fewestChanges) return null;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const variance = squares / (n - 1);
  const isSeen = (gap: number): boolean =>
    gap * Math.sqrt(n) >= normal95 * Math.sqrt(variance + gap ** 2) + normal80 * Math.sqrt(variance);
  return variance < rounding ? null : findThreshold(isSeen, 1);
}

/**
 * The fewest changes that McNemar's exact test, or a permutation of signs, can call significant, all of them in one
 * direction: 2 / 2^6 is below 5 %.
 */
export const fewestChanges = 6;
