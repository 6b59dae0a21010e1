import type { Verdict } from '../types.ts';
import { DurationHistogram } from './duration-histogram.ts';
import type { AnyPoolResult, VerifierPoolStatistics } from './types.ts';

/** What a pool counts: a few numbers and one histogram, however much it verifies. */
export class PoolMeter {
  pending = 0;
  aborted = 0;
  refused = 0;
  workersLost = 0;
  batches = 0;
  #overBudget = 0;
  #outOfMemory = 0;
  #busyMs = 0;
  #startedAt: number | undefined;
  readonly #verdicts: Record<Verdict, number> = { equal: 0, different: 0, undecided: 0 };
  readonly #durations = new DurationHistogram();

  /** The clock of the rates runs from the first item on. */
  start(): void {
    this.#startedAt ??= performance.now();
  }

  addResult({ verdict, reason, ms }: AnyPoolResult): void {
    this.#verdicts[verdict]++;
    if (reason === 'over-budget') this.#overBudget++;
    if (reason === 'out-of-memory') this.#outOfMemory++;
    this.#durations.add(ms);
  }

  addBusy(ms: number): void {
    this.#busyMs += ms;
  }

  read(workers: number): Omit<VerifierPoolStatistics, 'secondOpinions' | 'threads'> {
    const { equal, different, undecided } = this.#verdicts;
    const verified = equal + different + undecided;
    const elapsedMs = this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
    return {
      verified,
      verdicts: { equal, different, undecided },
      overBudget: this.#overBudget,
      outOfMemory: this.#outOfMemory,
      aborted: this.aborted,
      refused: this.refused,
      workersLost: this.workersLost,
      batches: this.batches,
      pending: this.pending,
      elapsedMs,
      busyMs: this.#busyMs,
      busyShare: elapsedMs === 0 ? 0 : Math.min(1, this.#busyMs / (elapsedMs * workers)),
      perSecond: elapsedMs === 0 ? 0 : (verified * 1000) / elapsedMs,
      comparisonMs: this.#durations.read(),
    };
  }
}
