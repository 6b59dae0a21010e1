import type { Batch, BatchResult } from './messages.ts';
import { verifyItem } from './verify-item.ts';

/**
 * The piscina worker: verifies a batch, saying before each item that it has come to it. What stays undecided because no
 * check says anything about two expressions is marked for a second opinion.
 */
export default function verifyBatch({ items, options, progress }: Batch): BatchResult {
  return items.map((item, index) => {
    Atomics.store(progress, 0, index + 1);
    let isOpen = false;
    const result = verifyItem(item, options, () => {
      isOpen = true;
      return false;
    });
    return isOpen && result.verdict === 'undecided' ? { ...result, isOpen } : result;
  });
}
