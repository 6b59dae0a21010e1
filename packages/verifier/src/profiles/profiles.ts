import type { Profile } from './profile.ts';

/** Every profile, by name. */
export const profiles: ReadonlyMap<string, Profile> = new Map();

/** The profile of that name, or undefined. */
export function findProfile(name: string): Profile | undefined {
  return profiles.get(name);
}
