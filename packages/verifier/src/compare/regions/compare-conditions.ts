import { makeConstant, multiply, subtract } from '../../expression/build-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import { listChildren } from '../../expression/list-children.ts';
import { signOf } from '../../expression/order-reals.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import { isWhole } from '../../parse/regions/pieces.ts';
import { toExpression } from '../../parse/to-expression.ts';
import { type ConditionValue, printValue, type RelationValue, type Value } from '../../parse/values.ts';
import type { Comparison, FormComparer } from '../comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from '../relation.ts';
import { toRegion } from './to-region.ts';

const mostParts = 12;

/** Inequalities and memberships, and conditions of them, that are no region. */
export const compareConditions: FormComparer = (a, b, comparison) => {
  if (!isAboutOrder(a)) return undefined;
  if (a.kind === 'relation' && b.kind === 'relation') return compareRelations(a, b, comparison);
  if (a.kind === 'condition' && b.kind === 'condition') return compareParts(a, b, comparison);
  switch (b.kind) {
    case 'relation':
    case 'condition':
    case 'tuple':
    case 'set': {
      const [left, right] = [toRegion(a, null, comparison.fuel), toRegion(b, null, comparison.fuel)];
      if (left === null || right === null) return apart;
      const relation = comparison.compare(left, right);
      // Two conditions that never hold, or always, are two questions.
      const isTrivial = left.pieces.length === 0 || left.pieces.some(isWhole);
      return isTrivial && relation.kind === 'same' && b.kind !== 'set' && b.kind !== 'tuple' ? unknown : relation;
    }
    case 'number':
    case 'expression':
    case 'infinity':
    case 'list':
    case 'matrix':
    case 'assignment':
    case 'boolean':
      return apart;
    default:
      return undefined;
  }
};

function isAboutOrder(value: Value): value is RelationValue | ConditionValue {
  if (value.kind === 'condition')
    return value.parts.some((part) => part.kind === 'region' || part.kind === 'tuple' || isAboutOrder(part));
  if (value.kind !== 'relation') return false;
  return ['<', '\\le', '\\ne', '\\in'].includes(value.operator);
}

/** Part by part in any order. */
function compareParts(a: ConditionValue, b: ConditionValue, comparison: Comparison): Relation {
  if (a.joiner !== b.joiner || a.parts.length !== b.parts.length) return compareSolved(a, b, comparison);
  if (a.parts.length > mostParts) return unknown;
  const free = [...b.parts];
  let joined: SameRelation = same;
  for (const part of a.parts) {
    const relations = free.map((other) => comparison.compare(part, other));
    const at = relations.findIndex(({ kind }) => kind === 'same');
    if (at === -1) {
      const solved = compareSolved(a, b, comparison);
      return relations.every(({ kind }) => kind === 'apart') || solved.kind === 'same' ? solved : unknown;
    }
    joined = joinSame(joined, relations[at] as SameRelation);
    free.splice(at, 1);
  }
  return joined;
}

/** What never holds, or always, is the same set however it is written, and stays open; other sets are compared. */
function compareSolved(a: Value, b: Value, comparison: Comparison): Relation {
  const left = toRegion(a, null, comparison.fuel);
  const right = toRegion(b, null, comparison.fuel);
  if (left === null || right === null) return apart;
  const relation = comparison.compare(left, right);
  return relation.kind === 'same' ? unknown : relation;
}

function compareRelations(a: RelationValue, b: RelationValue, comparison: Comparison): Relation | undefined {
  if (a.operator !== b.operator) return apart;
  if (a.operator === '\\in') {
    const element = comparison.compare(a.left, b.left);
    const isNamed = a.right.kind === 'words' && b.right.kind === 'words';
    const isSameName = isNamed && printValue(a.right) === printValue(b.right);
    const set = !isNamed ? comparison.compare(a.right, b.right) : isSameName ? same : apart;
    if (element.kind !== 'same' || set.kind === 'apart') return element.kind === 'same' ? set : element;
    return set.kind === 'same' ? joinSame(element, set) : set;
  }
  const sides = [a.left, a.right, b.left, b.right].map(toExpression);
  const [leftA, rightA, leftB, rightB] = sides;
  if (!leftA || !rightA || !leftB || !rightB) return unknown;
  return compareDifferences(subtract(leftA, rightA), subtract(leftB, rightB), { operator: a.operator, comparison });
}

const primes = [7n, 11n, 5n, 17n, 13n, 23n, 19n, 29n];

/**
 * `f < 0` and `g < 0` are one where f is a positive multiple of g, and `f \ne 0` and `g \ne 0` where it is any: the
 * multiple is the ratio at one point p, so that `f g(p) = g f(p)`.
 */
function compareDifferences(
  f: Expression,
  g: Expression,
  { operator, comparison }: { readonly operator: RelationValue['operator']; readonly comparison: Comparison },
): Relation {
  for (const shift of [0, 3]) {
    const [atF, atG] = [f, g].map((side) => evaluateAt(side, shift)) as [Expression, Expression];
    const signs = [signOf(atF, comparison.fuel), signOf(atG, comparison.fuel)];
    if (signs.includes(undefined) || signs.includes(0)) continue;
    const relation = comparison.compareExpressions(multiply(f, atG), multiply(g, atF));
    if (relation.kind === 'same') return signs[0] === signs[1] || operator === '\\ne' ? relation : apart;
    // Roots, absolute values and quotients may be rewritten in more ways than by a factor.
    return relation.kind === 'apart' && !(isPolynomial(f) && isPolynomial(g)) ? unknown : relation;
  }
  return unknown;
}

/** Letters get their values in the order of their names, so that other names change nothing. */
function evaluateAt(expression: Expression, shift: number): Expression {
  const names = listSymbols(expression).toSorted();
  const values = names.map((name, i): [string, Expression] => [
    name,
    makeConstant(primes[(i + shift) % primes.length] as bigint),
  ]);
  return replaceSymbols(expression, new Map(values));
}

function isPolynomial(expression: Expression): boolean {
  if (listSymbols(expression).length === 0) return true;
  if (['root', 'function', 'logarithm', 'factorial', 'binomial'].includes(expression.kind)) return false;
  if (expression.kind === 'quotient' && listSymbols(expression.denominator).length > 0) return false;
  if (expression.kind === 'power' && expression.exponent.kind !== 'rational') return false;
  return listChildren(expression).every(isPolynomial);
}
