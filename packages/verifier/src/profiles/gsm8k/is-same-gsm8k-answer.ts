import type { ProfilePair } from '../profile.ts';

/** The metric exact_match with the settings of the task: no commas, dollars, final point or case; else as text. */
export function isSameGsm8kAnswer({ reference, candidate }: ProfilePair): boolean {
  return strip(reference) === strip(candidate);
}

function strip(text: string): string {
  const plain = text.replaceAll(',', '').replaceAll('$', '');
  const mark = plain.lastIndexOf('#### ');
  const behind = mark < 0 ? plain : plain.slice(mark + 5);
  return behind.replace(/\.(?=\n?$)/, '').toLowerCase();
}
