import { createHistogram } from 'node:perf_hooks';

/** Percentiles of durations, in milliseconds. */
export interface DurationPercentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Counts durations in Node's own histogram, in nanoseconds and to two figures: the memory is the same after ten and after
 * ten million. It holds whole numbers from 1 on, so the exact maximum stands beside it.
 */
export class DurationHistogram {
  readonly #nanoseconds = createHistogram({ figures: 2 });
  #maxMs = 0;

  get count(): number {
    return this.#nanoseconds.count;
  }

  /** What is no time, as a process that does wrong may send it, is not counted. */
  add(ms: number): void {
    if (!(ms >= 0)) return;
    this.#nanoseconds.record(Math.min(Math.max(1, Math.round(ms * 1e6)), Number.MAX_SAFE_INTEGER));
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** The duration that so many percent do not exceed; 0 where there is none. */
  getPercentile(percent: number): number {
    return Math.min(this.#maxMs, this.#nanoseconds.percentile(percent) / 1e6);
  }

  read(): DurationPercentiles {
    return {
      p50: this.getPercentile(50),
      p90: this.getPercentile(90),
      p99: this.getPercentile(99),
      max: this.#maxMs,
    };
  }
}
