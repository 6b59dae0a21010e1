import type { Reward } from '../reward.ts';
import type { VerifyInput, VerifyOptions, VerifyReplyInput, VerifyReplyResult, VerifyResult } from '../types.ts';
import type { DurationPercentiles } from './duration-histogram.ts';

/** A pair or a reply, and what is to be different for it from the options of the pool. */
export type PoolItem = (VerifyInput | VerifyReplyInput) & { readonly options?: VerifyOptions };

/** A reply, or an answer that is found already, for a profile to judge. Equal to any of the references is equal. */
export type ProfileItem = (VerifyReplyInput | (VerifyInput & Pick<VerifyReplyInput, 'problem'>)) & {
  /** Name of the profile. */
  readonly profile: string;
  /** Further answers that the benchmark accepts. */
  readonly otherReferences?: readonly string[];
  /** The benchmark's own tolerance for this problem, as its record writes it. */
  readonly tolerance?: string;
};

/** A pair or a reply for the verifier, or one for the scoring profile that it names. */
export type AnyPoolItem = PoolItem | ProfileItem;

/** What the pool adds to a result. */
export interface Timing {
  /** How long the comparison took in its worker, in milliseconds; the budget where it was killed. */
  readonly ms: number;
  /**
   * Present where computer algebra was asked: it found the two to be the same (and the rule is `cas`), had nothing to
   * say, or was killed over its budget.
   */
  readonly secondOpinion?: 'same' | 'none' | 'killed';
  /**
   * Present where the pool was asked for `rewards`. An item that was stopped pays 0, since a reward that hangs must not
   * be worth more than one that is wrong.
   */
  readonly reward?: Reward;
  /** Why the item was not compared, present with the reason `bad-item`. */
  readonly refusal?: string;
}

/** What a profile makes of a reply. */
export interface ProfileResult {
  /** `undecided` means that the profile was stopped or failed, never that it does not know: other systems always do. */
  readonly verdict: 'equal' | 'different' | 'undecided';
  readonly reason?: 'over-budget' | 'profile-failed' | 'out-of-memory' | 'worker-failed' | 'bad-item';
  /** What the profile took from the reply; left out where it found nothing. */
  readonly answer?: string;
  /** The profile's rule that found it. */
  readonly extractionRule?: string;
  /** Present where the pool was asked for `rewards`: 1 for `equal`, else 0. */
  readonly reward?: Reward;
  /** Why the item was not taken, present with the reason `bad-item`. */
  readonly refusal?: string;
  /** How long it took in its worker, in milliseconds; the budget where it was stopped. */
  readonly ms: number;
}

/** What an item gives: a reply's result says what was extracted from it, and a profile answers in its own shape. */
export type PoolResult<Item extends AnyPoolItem> = Item extends { readonly profile: string }
  ? ProfileResult
  : (Item extends VerifyReplyInput ? VerifyReplyResult : VerifyResult) & Timing;

/** The result of any item: the verifier's own, or a profile's. */
export type AnyPoolResult = PoolResult<PoolItem> | ProfileResult;

export interface VerifierPoolOptions extends VerifyOptions {
  /**
   * The most threads that compare. They start when first needed, or with `start`, and end when they are idle.
   *
   * @defaultValue the number of cores, at most 2
   */
  readonly workers?: number;
  /**
   * How long a batch that is not full waits for more items, in milliseconds. A stream that is not in a hurry costs less
   * in full batches: each is one message there and one back. `0` waits for one turn of the event loop.
   *
   * @defaultValue 0
   */
  readonly gatherMs?: number;
  /**
   * The longest one comparison may take, in milliseconds. One that takes longer, on its own, is killed and is
   * `undecided` with the reason `over-budget`. Its neighbours keep their verdicts.
   *
   * @defaultValue 1000
   */
  readonly budgetMs?: number;
  /**
   * How long a thread without work is kept, in milliseconds. `0` ends it at once; `Infinity` keeps it until `close`.
   *
   * @defaultValue 10_000
   */
  readonly idleMs?: number;
  /**
   * The most memory that the objects of one thread may take, in MiB, at least 16. A thread that runs out of it is
   * replaced, and the item that it was at is `undecided` with the reason `out-of-memory` when that happens to it twice,
   * the second time on its own. Texts are sent in messages of at most a thirtieth of this; a longer one goes alone, and
   * one of more than 262,144 characters for each MiB is `out-of-memory` unread.
   *
   * @defaultValue 96
   */
  readonly memoryMb?: number;
  /**
   * Whether each result says what it pays as a reward: 1 for `equal`, 0 for the rest, null where the reference itself
   * cannot be checked. For reinforcement learning give `preset: 'strict'` with it, which `reward` takes by itself.
   *
   * @defaultValue false
   */
  readonly rewards?: boolean;
  /**
   * Whether two expressions that no check could settle are put to computer algebra systems (nerdamer and mathjs) in a
   * worker of their own. It may make `undecided` into `equal`, with the rule `cas`, and never into `different`. The
   * preset `strict` never asks.
   *
   * @defaultValue true
   */
  readonly cas?: boolean;
  /**
   * The longest that one second opinion may take, in milliseconds; then its worker is killed and the pair stays
   * `undecided`.
   *
   * @defaultValue 2000
   */
  readonly casBudgetMs?: number;
  /**
   * The module whose default export verifies a batch, as a file URL. Another one has to speak the same messages.
   *
   * @defaultValue the worker of this package
   */
  readonly workerFile?: string;
  /**
   * The module that gives second opinions, likewise.
   *
   * @defaultValue the worker of this package that knows nerdamer and mathjs
   */
  readonly casWorkerFile?: string;
}

/** Counted from the creation of the pool on. For an interval, read them twice and subtract. */
export interface VerifierPoolStatistics {
  /** Items that have a result: the sum of `verdicts`. */
  readonly verified: number;
  readonly verdicts: { readonly equal: number; readonly different: number; readonly undecided: number };
  /** Of these, comparisons that were killed over their budget. */
  readonly overBudget: number;
  /** Of these, comparisons that no thread had the memory for. */
  readonly outOfMemory: number;
  /** Items that were dropped by their signal, or by `close`, before they had a result. */
  readonly aborted: number;
  /** Items that were refused as they came: something that is no item, or a wrong option. Counted nowhere else. */
  readonly refused: number;
  /** Pairs that were put to computer algebra, those that it settled as `equal`, and those that it was killed on. */
  readonly secondOpinions: { readonly asked: number; readonly equal: number; readonly killed: number };
  /** Workers that were killed or died at work; each was replaced. */
  readonly workersLost: number;
  /** Messages sent to workers. */
  readonly batches: number;
  /** Items that wait or run. */
  readonly pending: number;
  /** Threads that are there and ready. */
  readonly threads: number;
  /** Time since the first item or `start`, in milliseconds. */
  readonly elapsedMs: number;
  /** Time that threads had a message for, summed over them, in milliseconds; the start of a thread is in it. */
  readonly busyMs: number;
  /** Share of the time of all `workers` that they had a message for, 0 to 1. */
  readonly busyShare: number;
  /** `verified` in a second of `elapsedMs`. */
  readonly perSecond: number;
  /** How long the comparisons took in their workers, in milliseconds, to 5 %; `max` is exact. */
  readonly comparisonMs: DurationPercentiles;
}

/** How to take back what was asked for. */
export interface SignalOption {
  /** Drops what is asked for: it is rejected with the reason of the signal, at once and whatever its worker does. */
  readonly signal?: AbortSignal;
}

/** Compares in worker threads, so that the caller's thread stays free and no comparison can hang it. */
export interface VerifierPool extends AsyncDisposable {
  /**
   * Starts every thread before the first item. Resolves when all are ready; the thread of second opinions starts with
   * the first pair that needs it. Rejects with the code `WORKER_FAILED` where threads cannot start.
   */
  readonly start: () => Promise<void>;
  /**
   * Verifies one pair or reply. Calls made in the same turn of the event loop share a message. Rejects with the code
   * `BAD_ITEM` or `BAD_OPTION` where the item has no meaning. Nothing limits how many wait: look at `pending`.
   */
  readonly verify: <Item extends AnyPoolItem>(item: Item, options?: SignalOption) => Promise<PoolResult<Item>>;
  /**
   * Verifies a stream, in its order, reading ahead by a few hundred items and no more. An item that has no meaning is
   * `undecided` in its place, with the reason `bad-item`. Where the source throws, so does the stream, after the results
   * of what was read before.
   */
  readonly verifyMany: <Item extends AnyPoolItem>(
    items: Iterable<Item> | AsyncIterable<Item>,
    options?: SignalOption,
  ) => AsyncGenerator<PoolResult<Item>, void, undefined>;
  /** What the pool has done so far; costs the same at any length. */
  readonly getStatistics: () => VerifierPoolStatistics;
  /** Ends the workers. What is still pending is rejected with the code `POOL_CLOSED`. */
  readonly close: () => Promise<void>;
}
