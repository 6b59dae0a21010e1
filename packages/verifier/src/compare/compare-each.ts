import { isContainer, type Value } from '../parse/values.ts';
import type { Rational } from '../rational.ts';
import { createComparison, type Limits } from './compare-answers.ts';
import { canPair } from './pair-up.ts';
import { type Relation, same } from './relation.ts';

/** Longer lists are not matched. */
const mostAnswers = 100;

/**
 * Several answers of which each has its own tolerance, in the order of the reference. Undefined where the answers are
 * not as many as the tolerances, or cannot be paired.
 */
export function compareEach(
  { reference, candidate }: { readonly reference: Value; readonly candidate: Value },
  bounds: readonly Rational[],
  { fuel, settings }: Limits,
): Relation | undefined {
  const wanted = listAnswers(reference);
  const given = listAnswers(candidate);
  if (wanted.length !== bounds.length || given.length !== bounds.length || bounds.length > mostAnswers)
    return undefined;
  const relative = settings.tolerance?.relative ?? null;
  const kinds = wanted.map((answer, i) => {
    const tolerance = { absolute: bounds[i] as Rational, each: null, relative };
    const comparison = createComparison({ fuel, settings: { ...settings, tolerance } });
    return given.map((other) => comparison.compare(answer, other).kind);
  });
  const isSame = (kind: Relation['kind']): boolean => kind === 'same';
  if (reference.kind === 'tuple' || candidate.kind === 'tuple') {
    return kinds.every((row, i) => isSame(row[i] as Relation['kind']))
      ? { ...same, policies: ['tolerance'] }
      : undefined;
  }
  return canPair(kinds, isSame) ? { ...same, policies: ['order-free', 'tolerance'] } : undefined;
}

function listAnswers(value: Value): readonly Value[] {
  return isContainer(value) ? value.items : [value];
}
