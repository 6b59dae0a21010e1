import { isCheckable, type VerifyOptions } from '@scalequest/verifier';
import type { Batch, PoolItem, PoolResult } from '@scalequest/verifier/pool';
import verifyBatch from '@scalequest/verifier/pool/worker';

/** A result and what it pays. */
export type PaidResult = PoolResult<PoolItem> & { readonly reward?: 0 | 1 | null };

/**
 * The piscina worker of the server: the verifier's own, and what each verdict pays. Whether a reference can be read is
 * asked here, under the clock of its item, because a hostile one takes long.
 */
export default async function verifyAndPay({ items, options, progress }: Batch): Promise<readonly PaidResult[]> {
  const results: PaidResult[] = [];
  // The batch within has one item, and must not tell of it in place of ours.
  const inner = new Int32Array(new SharedArrayBuffer(4 * progress.length));
  for (const [index, item] of items.entries()) {
    Atomics.store(progress, 0, index + 1);
    for (const result of await verifyBatch({ items: [item], options, progress: inner })) {
      results.push({ ...result, reward: pay(result, { ...options, ...item.options }, item.reference) });
    }
  }
  return results;
}

function pay({ verdict }: PoolResult<PoolItem>, options: VerifyOptions, reference: string): 0 | 1 | null {
  if (verdict === 'equal') return 1;
  return verdict === 'different' || isCheckable(reference, options) ? 0 : null;
}
