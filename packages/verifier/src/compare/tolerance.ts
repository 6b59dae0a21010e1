import { VerifierError } from '../errors.ts';
import { Fuel } from '../fuel.ts';
import { parseNumber } from '../parse/parse-number.ts';
import type { Rational } from '../rational.ts';
import type { ToleranceOptions } from '../types.ts';

/** How far apart two numbers may be and still count as equal. Exact: no bound is rounded to a double. */
export interface Tolerance {
  readonly absolute: Rational | null;
  /** A bound for each answer of a list, in the order of the reference. */
  readonly each: readonly Rational[] | null;
  /** As a share of the larger of the two in size, so that neither side is preferred. */
  readonly relative: Rational | null;
}

/** Makes the bounds exact. A bound that is no number, or below 0, is a mistake of the caller. */
export function readTolerance({ absolute, relative }: ToleranceOptions): Tolerance {
  const isList = typeof absolute === 'object';
  return {
    absolute: isList || absolute === undefined ? null : readBound(absolute),
    each: isList ? absolute.map(readBound) : null,
    relative: relative === undefined ? null : readBound(relative),
  };
}

function readBound(bound: string | number): Rational {
  const value = parseNumber(String(bound).trim(), { thousandsCommas: false, fuel: new Fuel(100_000) });
  if (typeof value !== 'string' && value.numerator >= 0n) return value;
  throw new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option 'tolerance' has the bound '${String(bound).slice(0, 200)}'; give a number that is not below 0, such as '1e-4'.`,
    fields: { option: 'tolerance', value: bound },
  });
}
