import { createHistogram } from 'node:perf_hooks';
import type { DurationPercentiles } from '../sandbox.ts';

/**
 * Counts durations in Node's own histogram, in nanoseconds and to two figures: the memory is the same after ten and after
 * ten million. It holds whole numbers from 1 on, so the exact maximum stands beside it.
 */
export class DurationHistogram {
  readonly #nanoseconds = createHistogram({ figures: 2 });
  #maxMs = 0;

  /** What is no time, as a worker that does wrong may send it, is not counted. */
  add(ms: number): void {
    if (!(ms >= 0)) return;
    this.#nanoseconds.record(Math.min(Math.max(1, Math.round(ms * 1e6)), Number.MAX_SAFE_INTEGER));
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  read(): DurationPercentiles {
    return { p50: this.#at(50), p90: this.#at(90), p99: this.#at(99), max: this.#maxMs };
  }

  #at(percent: number): number {
    return Math.min(this.#maxMs, this.#nanoseconds.percentile(percent) / 1e6);
  }
}
