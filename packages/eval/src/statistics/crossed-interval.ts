import { type MeanInterval, toInterval } from './mean-interval.ts';

/**
 * Interval for the mean of a table in which every seed met every problem, at 95 %, where both the seeds and the problems are a
 * sample: what other seeds would give on other problems of the kind. For two arms, give the differences of their outcomes.
 *
 * The variance of the mean is taken apart as in a two-way analysis of variance with random seeds and problems: (MS_seeds +
 * max(MS_problems - MS_rest, 0)) / (S P), and the degrees of freedom are Hillis's, (MS_seeds + max(MS_problems - MS_rest, 0))² /
 * (MS_seeds² / (S - 1)). Readers who read the same cases are compared so (Dorfman, Berbaum and Metz 1992; Hillis 2007, Statistics in
 * Medicine 26, 596-619). A t-interval over the seeds leaves out that the problems could have been others; resampling both
 * counts the rest three times (Owen 2007, Annals of Applied Statistics 1, 386-411) and five seeds as if they were the world.
 * Their coverage is measured in docs/statistics.md.
 *
 * Seeds whose means are the same to the digit, as two of a few counts may be by chance, say nothing of how seeds differ. Their mean
 * square of 0 would give an interval without a width; the one over the problems is given then.
 *
 * @param rows - one for each seed: a value for each problem, in one order
 * @returns null where there are fewer than two seeds, or two problems, or every value is the same
 */
export function computeCrossedInterval(rows: readonly ArrayLike<number>[]): MeanInterval | null {
  const seeds = rows.length;
  const problems = rows[0]?.length ?? 0;
  if (seeds < 2 || problems < 2) return null;
  const ofSeed = rows.map((row) => Array.from(row).reduce((sum, value) => sum + value, 0) / problems);
  const ofProblem = Array.from(
    { length: problems },
    (_, p) => rows.reduce((sum, row) => sum + (row[p] as number), 0) / seeds,
  );
  const mean = ofSeed.reduce((sum, value) => sum + value, 0) / seeds;
  const seedSquares = problems * ofSeed.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const problemSquares = seeds * ofProblem.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  let restSquares = 0;
  rows.forEach((row, s) => {
    for (let p = 0; p < problems; p++)
      restSquares += ((row[p] as number) - (ofSeed[s] as number) - (ofProblem[p] as number) + mean) ** 2;
  });
  const meanSeeds = seedSquares / (seeds - 1);
  const meanProblems = problemSquares / (problems - 1);
  const meanRest = restSquares / ((seeds - 1) * (problems - 1));
  if (ofSeed.every((value) => value === ofSeed[0])) {
    const variance = Math.max(meanProblems, meanRest) / (seeds * problems);
    return variance === 0 ? null : toInterval({ mean, variance, df: problems - 1 });
  }
  const both = meanSeeds + Math.max(meanProblems - meanRest, 0);
  const df = ((seeds - 1) * both ** 2) / meanSeeds ** 2;
  return toInterval({ mean, variance: both / (seeds * problems), df });
}
