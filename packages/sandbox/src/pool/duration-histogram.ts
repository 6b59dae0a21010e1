import type { DurationPercentiles } from '../sandbox.ts';

/** Buckets to a doubling: a percentile is off by 4.5 % at the most. */
const bucketsPerDoubling = 8;
/** From a microsecond to a day and more. */
const doublings = 40;

/** Counts durations in buckets that grow with the duration: the memory is the same after ten and after ten million. */
export class DurationHistogram {
  readonly #buckets = new Float64Array(bucketsPerDoubling * doublings);
  #count = 0;
  #maxMs = 0;

  add(ms: number): void {
    const bucket = Math.min(
      this.#buckets.length - 1,
      Math.floor(Math.log2(Math.max(1, ms * 1000)) * bucketsPerDoubling),
    );
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  read(): DurationPercentiles {
    return { p50: this.#at(0.5), p90: this.#at(0.9), p99: this.#at(0.99), max: this.#maxMs };
  }

  /** The middle of the bucket that holds the duration at that place. */
  #at(share: number): number {
    let left = Math.max(1, Math.ceil(this.#count * share));
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#maxMs, 2 ** ((bucket + 0.5) / bucketsPerDoubling) / 1000);
    }
    return 0;
  }
}
