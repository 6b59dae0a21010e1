import { createRandom } from '@scalequest/core';

export interface PermutationTest {
  /** Two-sided. */
  readonly pValue: number;
  /** Random sign changes that it rests on; 0 where all were counted. */
  readonly draws: number;
  readonly seed: string;
}

export interface PermutationOptions {
  readonly seed: string;
  /** Of the simulation. @defaultValue 20_000 */
  readonly draws?: number;
  /** The most additions that the exact count may take; beyond, the figure is simulated. @defaultValue 100_000_000 */
  readonly exactWork?: number;
}

/**
 * Paired permutation test (Fisher's randomisation test): if the two runs were alike, each problem's difference could as
 * well have had the other sign. How often is the sum of the differences, signs drawn at random, at least as far from 0
 * as the one that was seen? For differences of 0, 1 and -1 this is McNemar's exact test.
 *
 * Whole differences, such as of correct samples in equally many epochs, are counted out exactly, by the distribution of
 * their signed sum: give shares of different denominators as multiples of a common one. Others are simulated; the one that was seen counts as one of the draws, so that p is never 0
 * (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, article 39).
 */
export function testPermutation(differences: readonly number[], options: PermutationOptions): PermutationTest {
  const { seed, draws = 20_000, exactWork = 100_000_000 } = options;
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const seen = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const reach = sizes.reduce((sum, size) => sum + size, 0);
  if (reach === 0) return { pValue: 1, draws: 0, seed };
  if (sizes.every(Number.isInteger) && sizes.length * reach <= exactWork) {
    return { pValue: countOut(sizes, { seen, reach }), draws: 0, seed };
  }
  const random = createRandom(`permutation/${seed}`);
  // Sums in another order differ in their last bits, by a part of the greatest sum: the one that was seen may be 0.
  const threshold = seen - tieShare * reach;
  let asFar = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(drawSum(sizes, random.next)) >= threshold) asFar++;
  return { pValue: (1 + asFar) / (1 + draws), draws, seed };
}

/** Sums this close, as a share of the greatest one, count as equal: which can only raise p. */
export const tieShare = 1e-9;

/** The sum of the sizes with positive sign, whose distribution is that of the signed sum, folded. */
function countOut(
  sizes: readonly number[],
  { seen, reach }: { readonly seen: number; readonly reach: number },
): number {
  const chances = new Float64Array(reach + 1);
  chances[0] = 1;
  let used = 0;
  for (const size of sizes) {
    used += size;
    // Downwards, so that each entry still finds the one before it as it was.
    for (let sum = used; sum >= 0; sum--) {
      chances[sum] = ((chances[sum] as number) + (chances[sum - size] ?? 0)) / 2;
    }
  }
  // A signed sum of S has (reach + S) / 2 on the positive side.
  let pValue = 0;
  chances.forEach((chance, positive) => {
    if (Math.abs(2 * positive - reach) >= seen) pValue += chance;
  });
  return Math.min(1, pValue);
}

function drawSum(sizes: readonly number[], next: () => number): number {
  let sum = 0;
  let bits = 0;
  sizes.forEach((size, i) => {
    if (i % 32 === 0) bits = next() * 2 ** 32;
    sum += (bits >>> (i % 32)) & 1 ? size : -size;
  });
  return sum;
}
