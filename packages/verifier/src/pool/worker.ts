import type { Profile } from '../profiles/profile.ts';
import { gradeItem } from './grade-item.ts';
import { isProfileItem } from './is-profile-item.ts';
import type { Batch, BatchItemResult, BatchResult } from './messages.ts';
import { runItems } from './run-items.ts';
import type { PoolItem } from './types.ts';
import { verifyItem } from './verify-item.ts';

/**
 * The piscina worker: verifies a batch, saying before each item that it has come to it. What stays undecided because no
 * check says anything about two expressions is marked for a second opinion. The profiles are loaded when first named.
 */
export default async function verifyBatch({ items, options, rewards = false, progress }: Batch): Promise<BatchResult> {
  const find = items.some(isProfileItem) ? await loadProfiles() : () => undefined;
  return runItems({ items, progress }, (item) =>
    isProfileItem(item)
      ? gradeItem(item, { profile: find(item.profile), rewards })
      : verifyAndMark(item, { options, rewards }),
  );
}

async function loadProfiles(): Promise<(name: string) => Profile | undefined> {
  const { findProfile } = await import('../profiles/profiles.ts');
  return findProfile;
}

function verifyAndMark(item: PoolItem, batch: Required<Pick<Batch, 'options' | 'rewards'>>): BatchItemResult {
  let isOpen = false;
  const secondOpinion = (): boolean => {
    isOpen = true;
    return false;
  };
  const result = verifyItem(item, { ...batch, secondOpinion });
  return isOpen && result.verdict === 'undecided' ? { ...result, isOpen } : result;
}
