import type { TrainConfig } from '../config/train-config.ts';

/** Waits before an attempt that is begun again, in milliseconds; as many attempts as waits. */
export const retryDelaysMs: readonly number[] = [10_000, 30_000, 90_000];

export interface PlanRetryInput {
  /** Of the attempt that has failed: that of its error, or `killed` where the system ended it without a word. */
  readonly failure: string | undefined;
  readonly config: Pick<TrainConfig, 'batchSize' | 'microBatchSize'>;
  /** That share a batch. */
  readonly processes: number;
  /** Of the earlier attempts of this command that were begun again. */
  readonly before: readonly string[];
  readonly delaysMs: readonly number[];
}

export interface RetryPlan {
  readonly delayMs: number;
  /** Of the next attempt, where it changes. */
  readonly microBatchSize?: number;
}

/**
 * What goes on by itself after a failure, and how. Memory that ran out: at once, with half as many rows computed together,
 * down to one; the step trains the same rows. A disk or a network that failed, or an end by the system: as it was, after a wait,
 * a few times. A second end by the system halves the part too, since that is how a machine without memory says it. All else is
 * for a human: undefined.
 */
export function planRetry(input: PlanRetryInput): RetryPlan | undefined {
  const { failure, before, delaysMs } = input;
  const smaller = halveMicroBatch(input);
  if (failure === 'oom') return smaller === undefined ? undefined : { delayMs: 0, microBatchSize: smaller };
  if (failure === undefined || !passing.has(failure)) return undefined;
  const delayMs = delaysMs[before.filter((one) => passing.has(one)).length];
  if (delayMs === undefined) return undefined;
  const isKilledAgain = failure === 'killed' && before.includes('killed');
  return { delayMs, ...(isKilledAgain && smaller !== undefined ? { microBatchSize: smaller } : {}) };
}

/** What may be gone the next time. */
const passing: ReadonlySet<string> = new Set(['io', 'killed']);

function halveMicroBatch({ config: { batchSize, microBatchSize }, processes }: PlanRetryInput): number | undefined {
  const share = Math.ceil(batchSize / processes);
  const now = Math.min(share, microBatchSize ?? share);
  return now <= 1 ? undefined : Math.ceil(now / 2);
}
