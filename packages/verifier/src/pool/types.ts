import type { VerifyInput, VerifyOptions, VerifyReplyInput, VerifyReplyResult, VerifyResult } from '../types.ts';

/** A pair or a reply, and what is to be different for it from the options of the pool. */
export type PoolItem = (VerifyInput | VerifyReplyInput) & { readonly options?: VerifyOptions };

/** What the pool adds to a result. */
export interface Timing {
  /** How long the comparison took in its worker, in milliseconds; the budget where it was killed. */
  readonly ms: number;
  /**
   * Present where computer algebra was asked: it found the two to be the same (and the rule is `cas`), had nothing to
   * say, or was killed over its budget.
   */
  readonly secondOpinion?: 'same' | 'none' | 'killed';
}

/** What an item gives: a reply's result says what was extracted from it. */
export type PoolResult<Item extends PoolItem> = (Item extends VerifyReplyInput ? VerifyReplyResult : VerifyResult) &
  Timing;

export interface VerifierPoolOptions extends VerifyOptions {
  /**
   * The most threads that compare. They start when first needed and end after ten idle seconds.
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

export interface VerifierPoolStatistics {
  /** Comparisons that have a result. */
  readonly verified: number;
  /** Of these, comparisons that were killed. */
  readonly overBudget: number;
  /** Pairs that were put to computer algebra, those that it settled as `equal`, and those that it was killed on. */
  readonly secondOpinions: { readonly asked: number; readonly equal: number; readonly killed: number };
  /** Workers that were killed or died; each was replaced. */
  readonly workersLost: number;
  /** Messages sent to workers. */
  readonly batches: number;
  /** Comparisons that wait or run. */
  readonly pending: number;
}

export interface SignalOption {
  readonly signal?: AbortSignal;
}

/** Compares in worker threads, so that the caller's thread stays free and no comparison can hang it. */
export interface VerifierPool extends AsyncDisposable {
  /** Verifies one pair or reply. Calls made in the same turn of the event loop share a message. */
  readonly verify: <Item extends PoolItem>(item: Item, options?: SignalOption) => Promise<PoolResult<Item>>;
  /** Verifies a stream, in its order, reading ahead by a few hundred items and no more. */
  readonly verifyMany: <Item extends PoolItem>(
    items: Iterable<Item> | AsyncIterable<Item>,
    options?: SignalOption,
  ) => AsyncGenerator<PoolResult<Item>, void, undefined>;
  readonly getStatistics: () => VerifierPoolStatistics;
  /** Ends the workers. What is still pending is rejected with the code `POOL_CLOSED`. */
  readonly close: () => Promise<void>;
}
