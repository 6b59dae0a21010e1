import { computeStudentP, findStudent95 } from './student-t.ts';

/** A mean with its interval at 95 %. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, of a mean of 0. */
  readonly pValue: number;
  /** Degrees of freedom: how well the spread is known. */
  readonly df: number;
}

/**
 * Student's t-interval for the mean of a few values, such as one of each training seed. For what is paired, give the differences.
 *
 * @returns null where there are fewer than two: one value says nothing of the spread
 * @example
 * computeMeanInterval([0.02, 0.04, 0.03]);
 */
export function computeMeanInterval(values: readonly number[]): MeanInterval | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return toInterval({ mean, variance: squares / (n - 1) / n, df: n - 1 });
}

/** The interval of a mean of which the variance was estimated. */
export function toInterval({
  mean,
  variance,
  df,
}: {
  readonly mean: number;
  readonly variance: number;
  readonly df: number;
}): MeanInterval {
  const error = Math.sqrt(variance);
  const half = error === 0 ? 0 : findStudent95(df) * error;
  const pValue = error === 0 ? Number(mean === 0) : computeStudentP(mean / error, df);
  return { mean, low: mean - half, high: mean + half, pValue, df };
}
