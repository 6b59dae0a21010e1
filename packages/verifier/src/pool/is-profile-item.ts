import type { AnyPoolItem, ProfileItem } from './types.ts';

/** Whether the item is for a scoring profile and not for the verifier itself. */
export function isProfileItem(item: AnyPoolItem): item is ProfileItem {
  return 'profile' in item && item.profile !== undefined;
}
