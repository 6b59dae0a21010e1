import { DurationHistogram } from '@scalequest/core';
import type { SandboxStatistics } from '../sandbox.ts';
import { type CheckOutcome, type CheckResult, checkOutcomes } from '../types.ts';

/** Counts what a pool does. */
export class PoolMeter {
  readonly #workers: number;
  readonly #outcomes = Object.fromEntries(checkOutcomes.map((outcome) => [outcome, 0])) as Record<CheckOutcome, number>;
  readonly #durations = new DurationHistogram();
  #startedAt: number | undefined;
  #checked = 0;
  #aborted = 0;
  #lost = 0;
  #recycled = 0;
  #busyMs = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  begin(): void {
    this.#startedAt ??= performance.now();
  }

  addResult({ outcome, ms }: CheckResult): void {
    this.#checked++;
    this.#outcomes[outcome]++;
    this.#durations.add(ms);
  }

  addBusy(ms: number): void {
    this.#busyMs += ms;
  }

  countAborted(): void {
    this.#aborted++;
  }

  countLost(): void {
    this.#lost++;
  }

  countRecycled(): void {
    this.#recycled++;
  }

  read(now: Pick<SandboxStatistics, 'pending' | 'judges'>): SandboxStatistics {
    const elapsedMs = this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
    return {
      ...now,
      checked: this.#checked,
      outcomes: { ...this.#outcomes },
      aborted: this.#aborted,
      judgesLost: this.#lost,
      judgesRecycled: this.#recycled,
      elapsedMs,
      busyShare: elapsedMs === 0 ? 0 : Math.min(1, this.#busyMs / (elapsedMs * this.#workers)),
      perSecond: elapsedMs === 0 ? 0 : (this.#checked * 1000) / elapsedMs,
      checkMs: this.#durations.read(),
    };
  }
}
