import { computeClusteredInterval } from './clustered.ts';

export interface PairedDifferenceInput {
  /** Run A, and run B: the same problems in the same order. */
  readonly a: CorrectCounts;
  readonly b: CorrectCounts;
}

export interface CorrectCounts {
  /** Correct samples of each problem. */
  readonly correct: ArrayLike<number>;
  /** Samples of each problem. */
  readonly epochs: number;
}

/**
 * Interval for the accuracy of B less that of A on the same problems, at 95 %: the two score intervals, joined with the
 * correlation of the runs (R. G. Newcombe, Statistics in Medicine 17, 1998, 2635-2650, method 8). It keeps its width
 * where no problem changed, and stays within -1 and 1.
 */
export function computePairedDifferenceInterval({ a, b }: PairedDifferenceInput): {
  readonly low: number;
  readonly high: number;
} {
  const ofA = computeClusteredInterval(a.correct, a.epochs);
  const ofB = computeClusteredInterval(b.correct, b.epochs);
  const meanA = getMean(a.correct) / a.epochs;
  const meanB = getMean(b.correct) / b.epochs;
  const correlation = computeCorrelation(a.correct, b.correct);
  const join = (x: number, y: number): number => Math.sqrt(Math.max(0, x ** 2 - 2 * correlation * x * y + y ** 2));
  const difference = meanB - meanA;
  return {
    low: difference - join(meanB - ofB.low, ofA.high - meanA),
    high: difference + join(ofB.high - meanB, meanA - ofA.low),
  };
}

function getMean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Pearson's; 0 where one of them never varies. For one sample a problem it is the phi coefficient. */
function computeCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = getMean(a);
  const meanB = getMean(b);
  let both = 0;
  let ofA = 0;
  let ofB = 0;
  for (let i = 0; i < a.length; i++) {
    const fromA = (a[i] as number) - meanA;
    const fromB = (b[i] as number) - meanB;
    both += fromA * fromB;
    ofA += fromA ** 2;
    ofB += fromB ** 2;
  }
  return ofA === 0 || ofB === 0 ? 0 : both / Math.sqrt(ofA * ofB);
}
