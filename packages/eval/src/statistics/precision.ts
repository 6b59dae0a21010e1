import { countIndependentSamples } from './clustered.ts';
import { findThreshold, normal80 } from './smallest-gap.ts';
import { normal95 } from './wilson.ts';

/** What a single run can and cannot show. Shares, 0 to 1. */
export interface Precision {
  /**
   * Standard error that comes from sampling the replies alone, at a temperature above 0: what asking the same model the same
   * problems again would show. With one epoch the most that it can be at this accuracy. Two runs differ by the root of 2
   * of it, so that 19 of 20 lie within 2.77 of it.
   */
  readonly samplingError: number;
  /**
   * Between this run and one of another model on as many other problems, whose accuracy is nearer to 1/2: seen in 80 of 100
   * cases, at 5 %. 1 where nothing would be.
   */
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
}: {
  /** Correct samples of each problem. */
  readonly correct: ArrayLike<number>;
  readonly epochs: number;
}): Precision {
  const n = correct.length;
  return {
    samplingError: n === 0 ? 0 : computeSamplingError(correct, epochs),
    smallestGap: n === 0 ? 1 : findUnpairedGap(correct, epochs),
    epochsWanted: n === 0 || n >= manyProblems ? 1 : Math.ceil(samplesWanted / n),
  };
}

/** Two right and two wrong are added, as Agresti and Coull do: a share of 0 or 1 is not known to be one. */
function guard({ successes, trials }: { readonly successes: number; readonly trials: number }): number {
  return (successes + 2) / (trials + 4);
}

function getMean(correct: ArrayLike<number>, epochs: number): number {
  let total = 0;
  for (let i = 0; i < correct.length; i++) total += correct[i] as number;
  return total / (correct.length * epochs);
}

/** Between this share and one nearer to 1/2, where a gap is the hardest to see. */
function findUnpairedGap(correct: ArrayLike<number>, epochs: number): number {
  const trials = countIndependentSamples(correct, epochs);
  const share = guard({ successes: getMean(correct, epochs) * trials, trials });
  const better = Math.max(share, 1 - share);
  const isSeen = (gap: number): boolean => {
    const other = better - gap;
    const middle = (better + other) / 2;
    const alike = Math.sqrt(2 * middle * (1 - middle));
    const apart = Math.sqrt(better * (1 - better) + other * (1 - other));
    return gap * Math.sqrt(trials) >= normal95 * alike + normal80 * apart;
  };
  return findThreshold(isSeen, better) ?? 1;
}

function computeSamplingError(correct: ArrayLike<number>, epochs: number): number {
  const n = correct.length;
  const samples = n * epochs;
  if (epochs === 1) {
    const share = guard({ successes: getMean(correct, 1) * n, trials: n });
    return Math.sqrt((share * (1 - share)) / n);
  }
  let within = 0;
  for (let i = 0; i < n; i++) {
    const share = (correct[i] as number) / epochs;
    // Unbiased variance of one sample of the problem.
    within += (share * (1 - share) * epochs) / (epochs - 1);
  }
  // Of the samples, with four added as for one epoch: where no problem ever varied, two of them are not to be expected.
  const variance = (within * epochs + 2) / (samples + 4);
  return Math.sqrt(variance / samples);
}
