import { isContainer, type Value } from '../parse/values.ts';
import type { Rational } from '../rational.ts';
import type { Policy } from '../types.ts';
import { createComparison, type Limits } from './compare-answers.ts';
import { canPair } from './pair-up.ts';
import { type Relation, type SameRelation, same } from './relation.ts';

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
  const relations = wanted.map((answer, i) => {
    const tolerance = { absolute: bounds[i] as Rational, each: null, relative };
    const comparison = createComparison({ fuel, settings: { ...settings, tolerance } });
    return given.map((other) => comparison.compare(answer, other));
  });
  const isOrdered = reference.kind === 'tuple' || candidate.kind === 'tuple';
  const isAllowed = (relation: Relation): relation is SameRelation =>
    isSame(relation) && relation.policies.every((policy) => !settings.refusedPolicies.has(policy));
  // Where only refused leniencies pair them, these are named, and refused by whoever asked.
  for (const accepts of [isAllowed, isSame]) {
    const isPaired = isOrdered ? relations.every((row, i) => accepts(row[i] as Relation)) : canPair(relations, accepts);
    if (!isPaired) continue;
    const policies = relations
      .flat()
      .filter(accepts)
      .flatMap((relation) => relation.policies);
    return {
      ...same,
      policies: [...new Set<Policy>([...(isOrdered ? [] : ['order-free' as const]), 'tolerance', ...policies])],
    };
  }
  return undefined;
}

function isSame(relation: Relation): relation is SameRelation {
  return relation.kind === 'same';
}

function listAnswers(value: Value): readonly Value[] {
  return isContainer(value) ? value.items : [value];
}
