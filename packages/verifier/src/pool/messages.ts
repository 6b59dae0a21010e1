import type { VerifyOptions } from '../types.ts';
import type { PoolItem, PoolResult } from './types.ts';

/** What one message to a worker carries. */
export interface Batch {
  readonly items: readonly PoolItem[];
  readonly options: VerifyOptions;
  /**
   * Shared with the main thread: the number of the item at work, counted from 1; 0 before the first. A worker that is
   * killed cannot answer, and this is what tells which comparison it died in.
   */
  readonly progress: Int32Array;
}

/** A result, and whether a second opinion could settle it. */
export type BatchItemResult = PoolResult<PoolItem> & { readonly isOpen?: boolean };

/** The results of a batch, in its order. */
export type BatchResult = readonly BatchItemResult[];
