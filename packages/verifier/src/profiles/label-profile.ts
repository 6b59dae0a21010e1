import type { Profile } from './profile.ts';

/**
 * The name of a profile's verdicts: they are comparable to those of the same version only.
 *
 * @example
 * labelProfile({ name: 'dart', version: 1 }); // 'dart@1'
 */
export function labelProfile({ name, version }: Pick<Profile, 'name' | 'version'>): string {
  return `${name}@${version}`;
}
