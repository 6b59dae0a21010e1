import { expect, test } from 'vitest';
import { DurationHistogram } from './duration-histogram.ts';

test('percentiles are those of the durations, to 1 %, and the maximum is exact', () => {
  const histogram = new DurationHistogram();
  for (let i = 1; i <= 100_000; i++) histogram.add(i / 100);
  const { p50, p90, p99, max } = histogram.read();
  expect(Math.abs(p50 / 500 - 1)).toBeLessThan(0.01);
  expect(Math.abs(p90 / 900 - 1)).toBeLessThan(0.01);
  expect(Math.abs(p99 / 990 - 1)).toBeLessThan(0.01);
  expect(max).toBe(1000);
});

test('no percentile is above the longest duration, from nothing to days', () => {
  for (const ms of [0, 0.0004, 0.001, 1, 3_600_000, 1e12]) {
    const histogram = new DurationHistogram();
    histogram.add(ms);
    const { p50, p99, max } = histogram.read();
    expect(max).toBe(ms);
    expect(Math.max(p50, p99)).toBeLessThanOrEqual(ms);
  }
});

test('what is no time is not counted', () => {
  const histogram = new DurationHistogram();
  for (const ms of [Number.NaN, undefined, -1, 2]) histogram.add(ms as number);
  expect(histogram.read()).toEqual({ p50: 2, p90: 2, p99: 2, max: 2 });
});

test('without a duration every percentile is 0', () => {
  expect(new DurationHistogram().read()).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
});
