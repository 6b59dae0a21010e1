import { giveSecondOpinion } from '../cas/give-second-opinion.ts';
import type { Batch, BatchResult } from './messages.ts';
import { verifyItem } from './verify-item.ts';

/** The piscina worker of second opinions: the same verification, with computer algebra where every check is silent. */
export default function verifyWithAlgebra({ items, options, progress }: Batch): BatchResult {
  return items.map((item, index) => {
    Atomics.store(progress, 0, index + 1);
    return verifyItem(item, options, giveSecondOpinion);
  });
}
