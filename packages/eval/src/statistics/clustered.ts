import { computeWilsonInterval, type Interval, normal95 } from './wilson.ts';

/**
 * Interval for a mean over problems that were each sampled several times: the problem is the unit, because samples of
 * one problem are alike (Miller 2024, arXiv 2411.00640, section 2.2). Clipped to [0, 1], at 95 %.
 *
 * @param correct - correct samples of each problem
 * @param epochs - samples of each problem
 */
export function computeClusteredInterval(correct: ArrayLike<number>, epochs: number): Interval {
  const n = correct.length;
  let total = 0;
  for (let i = 0; i < n; i++) total += correct[i] as number;
  if (n < 2 || epochs === 1) return computeWilsonInterval({ successes: total, trials: n * epochs });
  const mean = total / (n * epochs);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((correct[i] as number) / epochs - mean) ** 2;
  const half = normal95 * Math.sqrt(squares / (n - 1) / n);
  return { method: 'clustered', level: 0.95, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}
