import { BatchQueue } from './batch-queue.ts';
import type { ProfileItem, ProfileResult } from './profile-messages.ts';
import type { SignalOption, VerifierPoolOptions, VerifierPoolStatistics } from './types.ts';

/** The options of {@link createProfilePool}: those of the verifier's pool that make sense here. */
export interface ProfilePoolOptions
  extends Pick<VerifierPoolOptions, 'workers' | 'budgetMs' | 'gatherMs' | 'idleMs' | 'memoryMb' | 'rewards'> {
  /**
   * The module whose default export judges a batch, as a file URL. One with profiles of its own hands them to
   * `gradeBatch`.
   *
   * @defaultValue the worker of this package, which knows the profiles of `@scalequest/verifier/profiles`
   */
  readonly workerFile?: string;
}

/**
 * Judges replies by profiles in worker threads, a hundred to a message; a profile that hangs is killed. A verifier pool
 * does the same for items that name a profile; this one is for those who have nothing else to verify.
 */
export interface ProfilePool extends AsyncDisposable {
  /** Starts every thread before the first item, and resolves when all are ready. */
  readonly start: () => Promise<void>;
  /** Judges one reply by the profile that it names. */
  readonly grade: (item: ProfileItem, options?: SignalOption) => Promise<ProfileResult>;
  /** What the pool has done so far. */
  readonly getStatistics: () => Omit<VerifierPoolStatistics, 'secondOpinions'>;
  /** Ends the threads. What is still pending is rejected with the code `POOL_CLOSED`. */
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
    start: () => queue.start(),
    grade: (item, { signal } = {}) => queue.add(item, signal),
    getStatistics: () => queue.getStatistics(),
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
