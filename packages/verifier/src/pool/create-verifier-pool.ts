import { BatchQueue, itemsPerBatch } from './batch-queue.ts';
import { streamInOrder } from './stream-in-order.ts';
import type { VerifierPool, VerifierPoolOptions } from './types.ts';

/**
 * Makes a pool of verifying threads. It costs nothing until the first item or `start`, and lets the process exit after
 * `close`. An item may name a scoring profile: `{ profile: 'dart', reference, reply }`.
 *
 * @example
 * await using pool = createVerifierPool({ workers: 2 });
 * for await (const { verdict } of pool.verifyMany([{ reference: '1/2', candidate: '0.5' }])) {
 *   // verdict === 'equal'
 * }
 */
export function createVerifierPool(options: VerifierPoolOptions = {}): VerifierPool {
  const queue = new BatchQueue(options);
  return {
    start: () => queue.start(),
    verify: (item, { signal } = {}) => queue.add(item, signal),
    verifyMany: (items, { signal } = {}) =>
      streamInOrder(items, {
        process: (item, itemSignal) => queue.addFromStream(item, itemSignal),
        // Two batches for each worker: one at work and one ready.
        lookAhead: 2 * itemsPerBatch * queue.workers,
        signal,
      }),
    getStatistics: () => queue.getStatistics(),
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
