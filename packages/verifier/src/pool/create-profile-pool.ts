import { BatchQueue } from './batch-queue.ts';
import type { ProfileItem, ProfileResult } from './profile-messages.ts';
import type { SignalOption, VerifierPoolOptions, VerifierPoolStatistics } from './types.ts';

export interface ProfilePoolOptions extends Pick<VerifierPoolOptions, 'workers' | 'budgetMs' | 'gatherMs'> {
  /**
   * The module whose default export judges a batch, as a file URL. One with profiles of its own hands them to
   * `gradeBatch`.
   *
   * @defaultValue the worker of this package, which knows the profiles of `@scalequest/verifier/profiles`
   */
  readonly workerFile?: string;
}

/** Judges replies by profiles in worker threads, a hundred to a message; a profile that hangs is killed. */
export interface ProfilePool extends AsyncDisposable {
  readonly grade: (item: ProfileItem, options?: SignalOption) => Promise<ProfileResult>;
  readonly getStatistics: () => Pick<VerifierPoolStatistics, 'verified' | 'overBudget' | 'workersLost' | 'batches'>;
  readonly close: () => Promise<void>;
}

/**
 * Makes a pool of threads for the profiles. It costs nothing until the first item.
 *
 * @example
 * await using pool = createProfilePool({ workers: 1 });
 * const { verdict } = await pool.grade({ profile: 'hendrycks', reference: '2', reply: '\\boxed{2}' });
 */
export function createProfilePool(options: ProfilePoolOptions = {}): ProfilePool {
  const { workerFile = new URL('./profile-worker.js', import.meta.url).href, ...others } = options;
  const queue = new BatchQueue({ ...others, cas: false, workerFile });
  return {
    grade: async (item, { signal } = {}) => {
      // The queue carries any item to its worker and the worker's answer back; the worker here answers in its own shape.
      const result = (await queue.add(item, signal)) as unknown as ProfileResult;
      if (result.reason !== 'over-budget') return result;
      // Written by the queue, for a reply of the verifier's own: what the profile would have found is not known.
      return { verdict: 'undecided', reason: 'over-budget', ms: result.ms };
    },
    getStatistics: () => queue.getStatistics(),
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
