import { compareNumerically } from '../expression/compare-numerically.ts';
import type { Expression } from '../expression/expression.ts';
import { compareFingerprints } from '../expression/fingerprint/create-fingerprinter.ts';
import { foldRational } from '../expression/fold-rational.ts';
import { isSameExpression } from '../expression/is-same-expression.ts';
import type { Fuel } from '../fuel.ts';
import { isSameRational } from '../rational.ts';
import type { SecondOpinion } from './comparison.ts';
import { findDoubt } from './find-doubt.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

/** Every check was made, and none of them says anything: the only pairs that a second opinion may settle. */
const open: Relation = { ...unknown };

/**
 * Compares two expressions. Two that differ as they are written are `apart` only when no other likely meaning of them
 * is the same: see {@link findDoubt}.
 */
export function compareExpressions(
  a: Expression,
  b: Expression,
  { fuel, secondOpinion }: { readonly fuel: Fuel; readonly secondOpinion?: SecondOpinion | undefined },
): Relation {
  const relation = compareBySteps(a, b, fuel);
  if (relation === open && secondOpinion?.(a, b) === true) return { ...same, proof: 'cas' };
  if (relation.kind !== 'apart') return relation;
  const doubt = findDoubt(a, b, (left, right) => compareBySteps(left, right, fuel).kind);
  if (fuel.isOut) return { kind: 'unknown', reason: 'out-of-fuel' };
  return doubt === undefined ? apart : { kind: 'unknown', reason: doubt };
}

/**
 * The ladder, cheapest first: the same tree, exact rationals, the fingerprint in two finite fields, and balls at 256
 * and 1,024 bits. Each step may leave it open for the next.
 */
function compareBySteps(a: Expression, b: Expression, fuel: Fuel): Relation {
  if (isSameExpression(a, b)) return same;
  const relation = compareByValue(a, b, fuel);
  return relation.kind === 'unknown' && fuel.isOut ? { kind: 'unknown', reason: 'out-of-fuel' } : relation;
}

function compareByValue(a: Expression, b: Expression, fuel: Fuel): Relation {
  const exactA = foldRational(a, fuel);
  const exactB = foldRational(b, fuel);
  if (exactA !== null && exactB !== null) return isSameRational(exactA, exactB) ? same : apart;
  const modular = compareFingerprints(a, b, fuel);
  if (modular === 'same') return { ...same, proof: 'modular' };
  if (modular === 'different') return apart;
  const numeric = compareNumerically(a, b, fuel);
  if (numeric === 'different') return apart;
  if (numeric === 'not-distinguished') return { ...same, proof: 'interval' };
  return numeric === 'unknown' && !fuel.isOut ? open : unknown;
}
