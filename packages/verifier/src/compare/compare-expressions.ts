import { compareNumerically } from '../expression/compare-numerically.ts';
import { evaluateBounds } from '../expression/evaluate-bounds.ts';
import type { Expression } from '../expression/expression.ts';
import { makeInteger } from '../expression/expression-parts.ts';
import { compareFingerprints } from '../expression/fingerprint/create-fingerprinter.ts';
import { foldRational } from '../expression/fold-rational.ts';
import { isSameExpression } from '../expression/is-same-expression.ts';
import { listChildren } from '../expression/list-children.ts';
import { mapChildren } from '../expression/map-children.ts';
import { hasConstant, listSymbols } from '../expression/symbols.ts';
import type { Fuel } from '../fuel.ts';
import { isSameRational } from '../rational.ts';
import type { SecondOpinion } from './comparison.ts';
import { findDoubt } from './find-doubt.ts';
import { apart, joinSame, type Relation, same, unknown } from './relation.ts';
import { replaceUnknowns } from './replace-unknowns.ts';

const ambiguous: Relation = { kind: 'unknown', reason: 'ambiguous' };

/** Every check was made, and none of them says anything: the only pairs that a second opinion may settle. */
const open: Relation = { ...unknown };

export interface ExpressionTools {
  readonly fuel: Fuel;
  readonly secondOpinion?: SecondOpinion | undefined;
}

/**
 * Compares two expressions. Two that differ as they are written are `apart` only when no other likely meaning of them
 * is the same: see {@link findDoubt}.
 */
export function compareExpressions(a: Expression, b: Expression, tools: ExpressionTools): Relation {
  const { fuel, secondOpinion } = tools;
  if (isSameExpression(a, b)) return same;
  if (hasConstant(a, 'log-base') || hasConstant(b, 'log-base')) return compareInBothBases(a, b, tools);
  const relation = compareBySteps(a, b, fuel);
  if (relation === open && secondOpinion?.(a, b) === true) return { ...same, proof: 'cas' };
  // 1 + 3 + ... and 3 + 1 + ... go on in two directions.
  if (relation.kind === 'same' && listSymbols(a).join() === '\\ldots') return ambiguous;
  if (relation.kind !== 'apart') return relation;
  const doubt = findDoubt(a, b, (left, right) => compareBySteps(left, right, fuel).kind);
  if (fuel.isOut) return { kind: 'unknown', reason: 'out-of-fuel' };
  return doubt === undefined ? apart : { kind: 'unknown', reason: doubt };
}

/** A `\log` without a base is to the base 10 for some and e for others, but not both in one answer. */
function compareInBothBases(a: Expression, b: Expression, tools: ExpressionTools): Relation {
  const [ten, natural] = [makeInteger(10n), { kind: 'constant', name: 'e' } as const].map((base) =>
    compareExpressions(withBase(a, base), withBase(b, base), tools),
  ) as [Relation, Relation];
  if (ten.kind === 'same' && natural.kind === 'same') return joinSame(ten, natural);
  return ten.kind === natural.kind ? ten : ambiguous;
}

function withBase(expression: Expression, base: Expression): Expression {
  if (expression.kind === 'constant') return expression.name === 'log-base' ? base : expression;
  return mapChildren(expression, (part) => withBase(part, base));
}

/**
 * The ladder, cheapest first: the same tree, exact rationals, the fingerprint in two finite fields, and balls at 256
 * and 1,024 bits. Each step may leave it open for the next.
 */
function compareBySteps(a: Expression, b: Expression, fuel: Fuel): Relation {
  if (isSameExpression(a, b)) return same;
  const relation = hasUnknowns(a) || hasUnknowns(b) ? compareWithUnknowns(a, b, fuel) : compareByValue(a, b, fuel);
  return relation.kind === 'unknown' && fuel.isOut ? { kind: 'unknown', reason: 'out-of-fuel' } : relation;
}

function hasUnknowns(expression: Expression): boolean {
  return expression.kind === 'application' || expression.kind === 'bound' || listChildren(expression).some(hasUnknowns);
}

/**
 * With sums and integrals, as far as they have values, and with functions of which nothing is known but their name:
 * their values are variables, one for all equal arguments.
 */
function compareWithUnknowns(a: Expression, b: Expression, fuel: Fuel): Relation {
  // Not by numbers: they cost more, and a bound variable has none.
  const isSame = (left: Expression, right: Expression): boolean => compareFingerprints(left, right, fuel) === 'same';
  const left = evaluateBounds(a, { fuel, isSame });
  const right = evaluateBounds(b, { fuel, isSame });
  if (isSameExpression(left, right)) return same;
  const replaced = replaceUnknowns(left, right, {
    compare: (one, other) => compareBySteps(one, other, fuel).kind,
    isSame,
  });
  if (replaced === null)
    return compareFingerprints(left, right, fuel) === 'same' ? { ...same, proof: 'modular' } : unknown;
  const relation = compareByValue(replaced.a, replaced.b, fuel);
  // A second opinion knows nothing of these functions.
  return relation === open || (relation.kind === 'apart' && replaced.mayCoincide) ? unknown : relation;
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
