import { mathVerify } from './math-verify/math-verify.ts';
import { olympiadbench } from './olympiadbench/olympiadbench.ts';
import type { Profile } from './profile.ts';
import { qwen25 } from './qwen25/qwen25.ts';

/** Every profile, by name. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  [mathVerify, olympiadbench, qwen25].map((profile) => [profile.name, profile]),
);

/** The profile of that name, or undefined. */
export function findProfile(name: string): Profile | undefined {
  return profiles.get(name);
}
