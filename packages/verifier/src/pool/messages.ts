import type { VerifyOptions } from '../types.ts';
import type { AnyPoolItem, AnyPoolResult } from './types.ts';

/** What one message to a worker carries. */
export interface Batch {
  /** None where a worker is only to be started. */
  readonly items: readonly AnyPoolItem[];
  readonly options: VerifyOptions;
  /** Whether each result says what it pays. */
  readonly rewards?: boolean;
  /**
   * Shared with the main thread. At 0 the number of the item at work, counted from 1; 0 before the first. A worker that
   * is killed cannot answer, and this is what tells which comparison it died in. At 1 a number above 0 when nobody waits
   * for the batch any more: a worker may then leave out the rest.
   */
  readonly progress: Int32Array;
}

/** A result, and whether a second opinion could settle it. */
export type BatchItemResult = AnyPoolResult & { readonly isOpen?: boolean };

/** The results of a batch, in its order. */
export type BatchResult = readonly BatchItemResult[];
