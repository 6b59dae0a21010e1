import { normal80 } from './smallest-gap.ts';
import { type Interval, normal95 } from './wilson.ts';

/** What a single run can and cannot show. Shares, 0 to 1. */
export interface Precision {
  /**
   * Standard error that comes from sampling the replies alone: what asking the same model the same problems again would
   * show. With one epoch the most that it can be at this accuracy.
   */
  readonly samplingError: number;
  /** Between this run and one of another model on as many other problems: seen in 80 of 100 cases, at 5 %. */
  readonly smallestGap: number;
  /** Epochs that bring the sampling error down to 1.6 points at an accuracy of 1/2; 1 where the problems are enough. */
  readonly epochsWanted: number;
}

/**
 * Samples at which the sampling error is 1.6 points at worst: sqrt(0.25 / 960). Thirty problems, as AIME 2024 has, come
 * to it in 32 epochs, and to 1.1 points in 64, which is what reports of it use.
 */
const samplesWanted = 960;

/** From so many problems on, one epoch is what everyone reports: their own spread is then the larger part. */
const manyProblems = 200;

export function describePrecision({
  correct,
  epochs,
  interval,
}: {
  /** Correct samples of each problem. */
  readonly correct: ArrayLike<number>;
  readonly epochs: number;
  /** Of the accuracy. */
  readonly interval: Interval;
}): Precision {
  const n = correct.length;
  const standardError = (interval.high - interval.low) / 2 / normal95;
  return {
    samplingError: n === 0 ? 0 : computeSamplingError(correct, epochs),
    smallestGap: Math.min(1, (normal95 + normal80) * Math.SQRT2 * standardError),
    epochsWanted: n === 0 || n >= manyProblems ? 1 : Math.ceil(samplesWanted / n),
  };
}

function computeSamplingError(correct: ArrayLike<number>, epochs: number): number {
  const n = correct.length;
  let total = 0;
  let within = 0;
  for (let i = 0; i < n; i++) {
    const share = (correct[i] as number) / epochs;
    total += share;
    // Unbiased variance of one sample of the problem.
    if (epochs > 1) within += (share * (1 - share) * epochs) / (epochs - 1);
  }
  const mean = total / n;
  const variance = epochs > 1 ? within / n : mean * (1 - mean);
  return Math.sqrt(variance / (n * epochs));
}
