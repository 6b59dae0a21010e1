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
 * @returns null where there are fewer than two, or all are the same but for rounding: nothing says how they spread, and an interval
 * without a width would take them for certain
 * @example
 * computeMeanInterval([0.02, 0.04, 0.03]);
 */
export function computeMeanInterval(values: readonly number[]): MeanInterval | null {
  const n = values.length;
  if (n < 2 || Math.max(...values) - Math.min(...values) <= rounding * Math.max(...values.map(Math.abs))) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return toInterval({ mean, variance: squares / (n - 1) / n, df: n - 1 });
}

/** Differences of shares that are the same in truth differ by as much of them. */
const rounding = 1e-9;

/** The interval of a mean of which the variance was estimated, and is not 0. */
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
  const half = findStudent95(df) * error;
  return { mean, low: mean - half, high: mean + half, pValue: computeStudentP(mean / error, df), df };
}
