import { dart } from './dart/dart.ts';
import { gsm8kFlexible } from './gsm8k/gsm8k-flexible.ts';
import { gsm8kStrict } from './gsm8k/gsm8k-strict.ts';
import { hendrycks } from './hendrycks/hendrycks.ts';
import { minerva } from './minerva/minerva.ts';
import { olympiadbench } from './olympiadbench/olympiadbench.ts';
import type { Profile } from './profile.ts';
import { qwen25 } from './qwen25/qwen25.ts';

/** Every profile, by name. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  [dart, gsm8kFlexible, gsm8kStrict, hendrycks, minerva, olympiadbench, qwen25].map((profile) => [
    profile.name,
    profile,
  ]),
);

/** The profile of that name, or undefined. */
export function findProfile(name: string): Profile | undefined {
  return profiles.get(name);
}
