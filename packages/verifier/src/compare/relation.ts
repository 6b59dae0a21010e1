import { isUnderstood, type Value } from '../parse/values.ts';
import type { Policy, Proof } from '../types.ts';

/** How two values were found to be the same, from the strongest to the weakest. */
export type SameProof = Extract<Proof, 'exact' | 'modular' | 'interval' | 'cas'>;

export interface SameRelation {
  readonly kind: 'same';
  readonly proof: SameProof;
  readonly policies: readonly Policy[];
}

/** What a comparison of two readings found. `apart` is always exact: no reading of either makes them equal. */
export type Relation =
  | SameRelation
  | { readonly kind: 'apart'; readonly policies: readonly Policy[] }
  | { readonly kind: 'unknown'; readonly reason: 'no-rule' | 'unit-conflict' | 'ambiguous' | 'out-of-fuel' };

export const same: SameRelation = { kind: 'same', proof: 'exact', policies: [] };
export const apart: Relation = { kind: 'apart', policies: [] };
export const unknown: Relation = { kind: 'unknown', reason: 'no-rule' };

/** Two values that are told apart are so only where every part of both is understood. */
export function apartIfUnderstood(a: Value, b: Value): Relation {
  return isUnderstood(a) && isUnderstood(b) ? apart : unknown;
}

const strength: readonly SameProof[] = ['cas', 'interval', 'modular', 'exact'];

/** Two things that are both the same: as strong as the weaker, under the policies of both. */
export function joinSame(a: SameRelation, b: SameRelation): SameRelation {
  return {
    kind: 'same',
    proof: strength.indexOf(a.proof) < strength.indexOf(b.proof) ? a.proof : b.proof,
    policies: [...new Set([...a.policies, ...b.policies])],
  };
}
