import { createRandom } from '@scalequest/core';

export interface CrossedResamplingOptions {
  readonly seed: string;
  /** @defaultValue 2000 */
  readonly draws?: number;
}

/**
 * The middle 95 % of the means of a table whose seeds and whose problems were both drawn anew, with putting back: the pigeonhole
 * bootstrap (Owen 2007, Annals of Applied Statistics 1, 386-411). Of `computeCrossedInterval` it says the same with fewer assumptions
 * where there are many seeds; with five it is too narrow where seeds differ, and too wide where nothing but chance does.
 *
 * @param rows - one for each seed: a value for each problem, in one order
 * @returns null where there are fewer than two seeds, or two problems
 */
export function resampleCrossed(
  rows: readonly ArrayLike<number>[],
  { seed, draws = 2000 }: CrossedResamplingOptions,
): { readonly low: number; readonly high: number } | null {
  const seeds = rows.length;
  const problems = rows[0]?.length ?? 0;
  if (seeds < 2 || problems < 2) return null;
  const random = createRandom(`crossed/${seed}`);
  const means = new Float64Array(draws);
  const column = new Float64Array(problems);
  for (let draw = 0; draw < draws; draw++) {
    column.fill(0);
    for (let s = 0; s < seeds; s++) {
      const row = rows[random.integer({ min: 0, max: seeds - 1 })] as ArrayLike<number>;
      for (let p = 0; p < problems; p++) column[p] = (column[p] as number) + (row[p] as number);
    }
    let sum = 0;
    for (let p = 0; p < problems; p++) sum += column[Math.floor(random.next() * problems)] as number;
    means[draw] = sum / (seeds * problems);
  }
  means.sort();
  const cut = Math.floor(0.025 * (draws - 1));
  return { low: means[cut] as number, high: means[draws - 1 - cut] as number };
}
