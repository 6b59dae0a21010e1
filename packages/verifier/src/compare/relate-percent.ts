import type { Rational } from '../rational.ts';
import type { Relation } from './relation.ts';

/** The two ways in which a percentage can meet a number without its sign. */
interface PercentReadings {
  /** A percent is a hundredth: 50% and 0.5. */
  readonly byValue: Relation;
  /** The sign was left out: 50% and 50. Asked only where it matters. */
  readonly asWritten: () => Relation;
}

/**
 * How a percentage and a bare number relate, under the policy `percent-sign`. Questions ask "what percent" and references
 * leave the sign out, so a bare number may be a percentage; which it is, its size tells or nothing does. A number below
 * one is a share: 0.5 is 50% and may not be half a percent. A whole number from two on is a percentage before it is a
 * number of wholes: 12 is 12%, and whether it may be 1200% only the question knows.
 *
 * @param bare - null where the bare side is no plain number
 */
export function relatePercent(bare: Rational | null, { byValue, asWritten }: PercentReadings): Relation {
  if (byValue.kind === 'same') return bare !== null && isSeveralWholes(bare) ? ambiguous : byValue;
  const written = asWritten();
  if (written.kind !== 'same') return byValue.kind === 'unknown' ? byValue : written;
  if (bare !== null && isBelowOne(bare)) return ambiguous;
  return { ...written, policies: [...written.policies, 'percent-sign'] };
}

const ambiguous: Relation = { kind: 'unknown', reason: 'ambiguous' };

function isBelowOne({ numerator, denominator }: Rational): boolean {
  return numerator !== 0n && numerator < denominator && -numerator < denominator;
}

function isSeveralWholes({ numerator, denominator }: Rational): boolean {
  return denominator === 1n && (numerator > 1n || numerator < -1n);
}
