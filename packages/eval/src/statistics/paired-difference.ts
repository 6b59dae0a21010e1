import { normal95 } from './wilson.ts';

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
 * Interval for the accuracy of B less that of A on the same problems, at 95 %: the normal interval of the problems'
 * differences, with two problems added, one that only B has right and one that only A has. For one sample a problem it is
 * that of D. G. Bonett and R. M. Price (Journal of Educational and Behavioral Statistics 37, 2012). It keeps its width where
 * no problem changed, at whatever accuracy, and stays within -1 and 1.
 *
 * With many epochs and few problems it is wide: that no problem of thirty changed much does not say that none would.
 */
export function computePairedDifferenceInterval({ a, b }: PairedDifferenceInput): {
  readonly low: number;
  readonly high: number;
} {
  const n = a.correct.length;
  let sum = 0;
  let squares = 2;
  for (let i = 0; i < n; i++) {
    const difference = (b.correct[i] as number) / b.epochs - (a.correct[i] as number) / a.epochs;
    sum += difference;
    squares += difference ** 2;
  }
  const mean = sum / (n + 2);
  const half = normal95 * Math.sqrt((squares / (n + 2) - mean ** 2) / (n + 2));
  return { low: Math.max(-1, mean - half), high: Math.min(1, mean + half) };
}
