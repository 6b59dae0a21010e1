import type { Expression } from '../../expression/expression.ts';
import { makeSymbol } from '../../expression/expression-parts.ts';
import { listSymbols } from '../../expression/symbols.ts';
import type { ConditionValue, FamilyValue, RelationValue, Value } from '../../parse/values.ts';
import { isUnderstood } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, same, unknown } from '../relation.ts';
import { add, isConstant, multiply, toExpression, zero } from './algebra.ts';
import { combineAll, compareInOrder, matchAll } from './combine.ts';
import { toDifference } from './compare-assignments.ts';
import { compareEquations } from './compare-equations.ts';
import { compareSpans } from './compare-spans.ts';
import { listCoefficients } from './list-coefficients.ts';

/** Equations, inequalities in several variables and congruences. */
export function compareRelation(a: RelationValue, b: Value, comparison: Comparison): Relation | undefined {
  if (b.kind === 'relation') return compareRelations(a, b, comparison);
  if (b.kind === 'condition' || b.kind === 'region') return undefined;
  if (a.operator === '\\equiv') {
    const family = toResidues(a);
    return family === null ? unknown : comparison.compare(family, b);
  }
  if (a.operator !== '=') return undefined;
  return compareWithValue(a, b, comparison);
}

function compareRelations(a: RelationValue, b: RelationValue, comparison: Comparison): Relation | undefined {
  if (a.operator === '\\equiv' || b.operator === '\\equiv')
    return a.operator === b.operator ? compareCongruences(a, b, comparison) : apart;
  if (a.operator !== '=' || b.operator !== '=') return a.operator === '=' || b.operator === '=' ? apart : undefined;
  const [left, right] = [toDifference(a), toDifference(b)];
  if (left !== null && right !== null) {
    const relation = compareEquations(left, right, comparison);
    if (relation.kind !== 'unknown') return relation;
  }
  const straight = compareInOrder(
    [
      [a.left, b.left],
      [a.right, b.right],
    ],
    comparison,
  );
  if (straight.kind === 'same') return straight;
  const crossed = compareInOrder(
    [
      [a.left, b.right],
      [a.right, b.left],
    ],
    comparison,
  );
  if (crossed.kind === 'same') return crossed;
  return left !== null && right !== null ? unknown : straight;
}

/** The whole numbers of a residue class, as a family. */
export function toResidues({ operator, left, right }: RelationValue): FamilyValue | null {
  const [residue, size] = right.kind === 'tuple' ? right.items.map(toExpression) : [];
  const name = left.kind === 'expression' && left.expression.kind === 'symbol' ? left.expression.name : null;
  if (operator !== '\\equiv' || name === null || !residue || !size) return null;
  const value: Value = { kind: 'expression', expression: add(residue, multiply(size, makeSymbol('x_{v0}'))) };
  const body: Value = { kind: 'assignment', entries: [{ name, value }] };
  return { kind: 'family', body, parameters: [{ name: 'x_{v0}', domain: 'Z' }] };
}

/** Residues of one modulus are the same where it divides their difference. */
function compareCongruences(a: RelationValue, b: RelationValue, comparison: Comparison): Relation {
  const [sizes, residues] = [1, 0].map((i) => [a, b].map(({ right }) => right.kind === 'tuple' && right.items[i]));
  const [sizeA, sizeB] = sizes ?? [];
  const [residueA, residueB] = residues ?? [];
  if (!sizeA || !sizeB || !residueA || !residueB) return unknown;
  const left = comparison.compare(a.left, b.left);
  const isOne = combineAll([left, comparison.compare(sizeA, sizeB)]);
  if (isOne.kind !== 'same') return isOne;
  const straight = comparison.compare(residueA, residueB);
  if (residueA.kind !== 'number' || residueB.kind !== 'number' || sizeA.kind !== 'number') return straight;
  const [p, q] = [residueA.value, residueB.value];
  const areWhole = p.denominator === 1n && q.denominator === 1n && sizeA.value.numerator !== 0n;
  if (!areWhole) return straight;
  return (p.numerator - q.numerator) % sizeA.value.numerator === 0n ? same : apart;
}

/** An identity is the value of its sides. Any other equation is a number for nobody, unless it is its right side. */
function compareWithValue(a: RelationValue, b: Value, comparison: Comparison): Relation {
  const relation = comparison.compare(a.right, b);
  const difference = toDifference(a);
  const isIdentity = difference !== null && comparison.compareExpressions(difference, zero).kind === 'same';
  if (isIdentity) return relation;
  const left = toExpression(a.left);
  if (relation.kind === 'same' && left !== null && namesAngle(left))
    return { ...relation, policies: ['assignment-label'] };
  const isZero = toExpression(a.right)?.kind === 'rational' && comparison.compare(a.right, zeroValue).kind === 'same';
  const isOther = relation.kind === 'apart' || (isZero && left !== null && listSymbols(left).length > 1);
  const isOtherLeft = isZero || comparison.compare(a.left, b).kind === 'apart';
  return isOther && isOtherLeft && isUnderstood(b) ? apart : unknown;
}

/** `\\cos \\theta = 1/2` says what the cosine is; `\\ln x = 2` and `|x| = 2` are equations to solve. */
export function namesAngle(expression: Expression): boolean {
  if (expression.kind !== 'function' || !/^(?:sin|cos|tan|cot|sec|csc)$/.test(expression.name)) return false;
  const names = listSymbols(expression.argument);
  return names.length > 0 && names.every((name) => /^[A-Z\\]/.test(name));
}

const zeroValue: Value = { kind: 'expression', expression: zero };

/** Statements that hold together, or of which one holds, matched in any order; linear systems by what they span. */
export function compareCondition(a: ConditionValue, b: Value, comparison: Comparison): Relation | undefined {
  if (a.parts.every(isRegion) || a.parts.every(isSet)) return undefined;
  if (b.kind !== 'condition') return compareWithPart(a, b, comparison);
  const matched = matchAll(renameBound(a), renameBound(b), (left, right) => comparison.compare(left, right));
  if (matched.kind === 'same') return a.joiner === b.joiner ? matched : apart;
  if (a.joiner === 'and' && b.joiner === 'and' && !hasSolutions(a) && !hasSolutions(b)) {
    const [left, right] = [a, b].map(({ parts }) => parts.map(toDifference));
    if (left?.every((part) => part !== null) && right?.every((part) => part !== null)) {
      const spans = compareSpans(
        left.map((part) => [part]),
        right.map((part) => [part]),
        comparison,
      );
      // Equations of curves side by side are several solutions more often than a system.
      if (spans.kind === 'same' && ![...left, ...right].every(isLinear)) return unknown;
      if (spans.kind !== 'unknown') return spans;
    }
  }
  return matched;
}

/** `y = 0; y = 3x` are two solutions, and no system whose equations hold together. */
function hasSolutions({ parts }: ConditionValue): boolean {
  const names = parts.flatMap((part) => {
    if (part.kind === 'assignment') return part.entries.map(({ name }) => name);
    const left = part.kind === 'relation' ? toExpression(part.left) : null;
    return left?.kind === 'symbol' ? [left.name] : [];
  });
  return new Set(names).size < names.length;
}

function isLinear(expression: Expression): boolean {
  return listSymbols(expression).every((name) => {
    const [, slope, ...higher] = listCoefficients(expression, name) ?? [];
    return slope !== undefined && higher.length === 0 && isConstant(slope);
  });
}

/** The variable of a function and of the domain that stands beside it is bound: `f(t) = 2t, t > 0`. */
function renameBound({ parts }: ConditionValue): readonly Value[] {
  const only = parts.find((part) => part.kind === 'function' && part.parameters.length === 1);
  const name = only?.kind === 'function' ? only.parameters[0] : undefined;
  return parts.map((part) => (part.kind === 'region' && part.variable === name ? { ...part, variable: 'x' } : part));
}

/** Conditions about order are compared by the room of regions. */
function isRegion(part: Value): boolean {
  return part.kind === 'region' || (part.kind === 'relation' && !/[=]|equiv/.test(part.operator));
}

/** What was written like a union of sets and is none. */
function isSet(part: Value): boolean {
  if (part.kind === 'condition') return part.parts.every(isSet);
  return part.kind === 'tuple' || part.kind === 'set' || (part.kind === 'region' && part.variable === null);
}

/** One statement of several, or the values of all of them. */
function compareWithPart(a: ConditionValue, b: Value, comparison: Comparison): Relation | undefined {
  if (b.kind === 'text' || b.kind === 'words' || b.kind === 'choice' || b.kind === 'family') return undefined;
  const bodies = a.parts.map((part) => (part.kind === 'function' ? part.body : null));
  if (bodies.every((body) => body !== null) && (b.kind === 'list' || b.kind === 'tuple')) {
    const relation = compareInOrder(
      bodies.map((body, i) => [body, b.items[i] ?? body] as const),
      comparison,
    );
    if (b.items.length !== bodies.length) return apart;
    return relation.kind === 'same' ? { ...relation, policies: [...relation.policies, 'assignment-label'] } : relation;
  }
  const isElsewhere = a.parts.some((part) => {
    if (part.kind === 'region' && b.kind !== 'region') return false;
    return comparison.compare(part, b).kind === 'apart';
  });
  return isElsewhere && a.joiner === 'and' ? apart : unknown;
}
