import { giveSecondOpinion } from '../cas/give-second-opinion.ts';
import { isProfileItem } from './is-profile-item.ts';
import type { Batch, BatchResult } from './messages.ts';
import { runItems } from './run-items.ts';
import { verifyItem } from './verify-item.ts';

/** The piscina worker of second opinions: the same verification, with computer algebra where every check is silent. */
export default function verifyWithAlgebra({ items, options, rewards = false, progress }: Batch): BatchResult {
  // A profile's verdict is that of another system, and is never marked for a second opinion.
  const own = items.filter((item) => !isProfileItem(item));
  return runItems({ items: own, progress }, (item) =>
    verifyItem(item, { options, rewards, secondOpinion: giveSecondOpinion }),
  );
}
