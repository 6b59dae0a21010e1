import type { Expression } from '../../expression/expression.ts';
import { makeSymbol, negate } from '../../expression/expression-parts.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { Fuel } from '../../fuel.ts';
import { isSameRelation } from './is-same-relation.ts';
import { isSameScalar } from './is-same-scalar.ts';
import type { MathList, MathRelation, MathValue } from './math-value.ts';
import { makeScalar } from './math-value.ts';
import { pairUp } from './pair-up.ts';
import { hasOnlySymbols } from './read-scalar.ts';

/** Comparisons of scalars that one pair may take. */
const mostComparisons = 300;

/** Whether `verify` of math-verify finds the values equal. The reference decides how much of an equation counts. */
export function isSameMath(reference: MathValue, candidate: MathValue): boolean {
  return compareMath(reference, candidate, new Fuel(mostComparisons));
}

export function compareMath(reference: MathValue, candidate: MathValue, fuel: Fuel): boolean {
  if (!fuel.spend(1)) return false;
  const [gold, answer] = unwrap(reference, candidate);
  if (isRelation(gold) && isRelation(answer)) return isSameRelation(gold, answer, fuel);
  if (gold.kind === 'matrix' || answer.kind === 'matrix') return isSameMatrix(gold, answer);
  if (gold.kind === 'scalar' && answer.kind === 'scalar') return isSameScalar(gold.expression, answer.expression);
  if (isRelation(gold) || isRelation(answer)) return false;
  return isSameSet(gold, answer, fuel);
}

function isRelation(value: MathValue): value is Extract<MathValue, { kind: 'relation' | 'chain' }> {
  return value.kind === 'relation' || value.kind === 'chain';
}

/**
 * An equation against a value is its last side, where the reference is no equation or where it only names its value:
 * `x = 5` and 5. Two that name a value are cut to name and value. A relation against a set is the set where it holds.
 */
function unwrap(reference: MathValue, candidate: MathValue): readonly [MathValue, MathValue] {
  const gold = isAssignment(reference) ? shorten(reference) : reference;
  const answer = isAssignment(candidate) ? shorten(candidate) : candidate;
  if (isEquation(answer) && !isEquation(gold)) return [asInterval(gold, lastSide(answer)), lastSide(answer)];
  if (isAssignment(gold) && !isEquation(answer)) return [lastSide(gold), answer];
  return [asInterval(gold, answer), answer];
}

function isEquation(value: MathValue): boolean {
  if (value.kind === 'relation') return value.operator === '=';
  return value.kind === 'chain' && value.relations.every(({ operator }) => operator === '=');
}

export function isAssignment(value: MathValue): boolean {
  const first = value.kind === 'chain' ? value.relations[0] : value;
  return (
    isEquation(value) &&
    first?.kind === 'relation' &&
    first.left.kind === 'scalar' &&
    hasOnlySymbols(first.left.expression)
  );
}

function shorten(value: MathValue): MathValue {
  if (value.kind !== 'chain') return value;
  const first = value.relations[0] as MathRelation;
  return { ...first, right: lastSide(value) };
}

export function lastSide(value: MathValue): MathValue {
  if (value.kind === 'relation') return value.right;
  return value.kind === 'chain' ? (value.relations.at(-1) as MathRelation).right : value;
}

/** `1 < x \le 2` as (1, 2], where the other side is a set. */
function asInterval(value: MathValue, other: MathValue): MathValue {
  const isSet = ['set', 'interval', 'combination', 'named-set'].includes(other.kind);
  if (!isSet || !isRelation(value)) return value;
  const relations = value.kind === 'chain' ? value.relations : [value];
  let low: readonly [MathValue, boolean] = [makeScalar(negate(makeSymbol('oo'))), true];
  let high: readonly [MathValue, boolean] = [makeScalar(makeSymbol('oo')), true];
  for (const { operator, left, right } of relations) {
    const isTurned = left.kind === 'scalar' && left.expression.kind !== 'symbol';
    const bound = isTurned ? left : right;
    const variable = isTurned ? right : left;
    if (!/^[<>]/.test(operator) || variable.kind !== 'scalar' || variable.expression.kind !== 'symbol') return value;
    if (operator.startsWith('<') === isTurned) low = [bound, !operator.endsWith('=')];
    else high = [bound, !operator.endsWith('=')];
  }
  return { kind: 'interval', isOpen: [low[1], high[1]], ends: [low[0], high[0]] };
}

function isSameMatrix(gold: MathValue, answer: MathValue): boolean {
  if (gold.kind !== 'matrix' || answer.kind !== 'matrix') return false;
  const [a, b] = [gold.rows, answer.rows];
  return (
    a.length === b.length &&
    a.every(
      (row, i) => row.length === b[i]?.length && row.every((cell, k) => isSameScalar(cell, b[i]?.[k] as Expression)),
    )
  );
}

function isSameSet(gold: MathValue, answer: MathValue, fuel: Fuel): boolean {
  const [a, b] = [asSet(gold), asSet(answer)];
  if (a.kind === 'interval' && b.kind === 'interval') return isSameInterval(a, b, fuel);
  if (a.kind === 'named-set') return b.kind === 'named-set' && a.name === b.name;
  if (a.kind === 'combination' && b.kind === 'combination') {
    if (a.operator !== b.operator) return false;
    const [parts, others] = [a, b].map((value) => flatten(value)) as [readonly MathValue[], readonly MathValue[]];
    return pairUp(parts, others, (part, other) => compareMath(part, other, fuel));
  }
  const [items, others] = [asPoint(a), asPoint(b)];
  if (items === undefined || others === undefined) return false;
  return isSameList(items, others, fuel);
}

function asSet(value: MathValue): MathValue {
  return value.kind === 'scalar' || value.kind === 'relation' || value.kind === 'chain'
    ? { kind: 'set', items: [value] }
    : value;
}

/** An open interval may be a point: (1,2). */
function asPoint(value: MathValue): MathList | undefined {
  if (value.kind === 'set') return { kind: 'set', items: withoutRepeats(value.items) };
  if (value.kind === 'tuple') return value;
  return value.kind === 'interval' && value.isOpen[0] && value.isOpen[1]
    ? { kind: 'tuple', items: value.ends }
    : undefined;
}

/** A set against a set or against a tuple has no order where the reference is a set; a tuple has one. */
function isSameList(a: MathList, b: MathList, fuel: Fuel): boolean {
  if (a.items.length !== b.items.length) return false;
  const isSame = (left: MathValue, right: MathValue): boolean => compareMath(left, right, fuel);
  return a.kind === 'set'
    ? pairUp(a.items, b.items, isSame)
    : a.items.every((item, i) => isSame(item, b.items[i] as MathValue));
}

function withoutRepeats(items: readonly MathValue[]): readonly MathValue[] {
  return items.filter((item, i) => !items.slice(0, i).some((other) => isSameValue(item, other)));
}

function isSameValue(a: MathValue, b: MathValue): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && isSameExpression(a.expression, b.expression);
  if (a.kind !== 'relation' || b.kind !== 'relation') return false;
  return a.operator === b.operator && isSameValue(a.left, b.left) && isSameValue(a.right, b.right);
}

function flatten(value: MathValue): readonly MathValue[] {
  if (value.kind !== 'combination') return [value];
  return value.parts.flatMap((part) =>
    part.kind === 'combination' && part.operator === value.operator ? flatten(part) : [part],
  );
}

function isSameInterval(
  a: Extract<MathValue, { kind: 'interval' }>,
  b: Extract<MathValue, { kind: 'interval' }>,
  fuel: Fuel,
): boolean {
  return ([0, 1] as const).every((i) => a.isOpen[i] === b.isOpen[i] && compareMath(a.ends[i], b.ends[i], fuel));
}
