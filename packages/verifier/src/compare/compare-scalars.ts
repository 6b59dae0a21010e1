import { compareNumerically } from '../expression/compare-numerically.ts';
import type { Expression } from '../expression/expression.ts';
import { compareFingerprints } from '../expression/fingerprint/compare-fingerprints.ts';
import { foldRational } from '../expression/fold-rational.ts';
import { isSameExpression } from '../expression/is-same-expression.ts';
import { listSymbols, renameSymbols } from '../expression/symbols.ts';
import type { Fuel } from '../fuel.ts';
import type { Value } from '../parse/values.ts';
import { isSameRational } from '../rational.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

/** Compares two scalars of which at least one is an expression or infinite. */
export function compareScalars(a: Value, b: Value, fuel: Fuel): Relation {
  if (a.kind === 'infinity' && b.kind === 'infinity') return a.isNegative === b.isNegative ? same : apart;
  const left = toExpression(a);
  const right = toExpression(b);
  // No number is infinite; an expression might be, at an argument that nobody has looked at.
  if (a.kind === 'infinity' || b.kind === 'infinity')
    return a.kind === 'number' || b.kind === 'number' ? apart : unknown;
  return left === null || right === null ? unknown : compareExpressions(left, right, fuel);
}

/** A number with a unit or a percent sign is more than an expression. */
function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number' || value.isPercent || value.unit !== null) return null;
  return { kind: 'rational', value: value.value };
}

/**
 * The ladder for expressions, cheapest first: the same tree, exact rationals, the fingerprint in two finite fields, and
 * balls at 256 and 1,024 bits. Each step may leave it open for the next.
 */
function compareExpressions(a: Expression, b: Expression, fuel: Fuel): Relation {
  if (isSameExpression(a, b)) return same;
  const relation = compareBySteps(a, b, fuel);
  if (relation.kind === 'unknown' && fuel.isOut) return { kind: 'unknown', reason: 'out-of-fuel' };
  return relation.kind === 'apart' && isSameWhenRenamed(a, b, fuel) ? unknown : relation;
}

function compareBySteps(a: Expression, b: Expression, fuel: Fuel): Relation {
  const exactA = foldRational(a, fuel);
  const exactB = foldRational(b, fuel);
  if (exactA !== null && exactB !== null) return isSameRational(exactA, exactB) ? same : apart;
  const modular = compareFingerprints(a, b, fuel);
  if (modular === 'same') return { ...same, proof: 'modular' };
  if (modular === 'different') return apart;
  const numeric = compareNumerically(a, b, fuel);
  if (numeric === 'different') return apart;
  return numeric === 'not-distinguished' ? { ...same, proof: 'interval' } : unknown;
}

/** `2\pi n` and `2\pi k` differ only in the name of a parameter, which may mean the same: nobody can tell from here. */
function isSameWhenRenamed(a: Expression, b: Expression, fuel: Fuel): boolean {
  const namesA = listSymbols(a);
  const namesB = listSymbols(b);
  const isOtherNames = namesA.some((name) => !namesB.includes(name));
  if (!isOtherNames || namesA.length !== namesB.length) return false;
  const names = new Map(namesB.map((name, i) => [name, namesA[i] as string]));
  return compareBySteps(a, renameSymbols(b, names), fuel).kind === 'same';
}
