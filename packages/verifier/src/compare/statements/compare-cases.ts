import type { CasesValue, Value } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { combineAll, matchAll } from './combine.ts';

type Branch = CasesValue['branches'][number];

/** Branches in any order; "otherwise" against a condition is open where all the rest is the same. */
export function compareCases(a: CasesValue, b: Value, comparison: Comparison): Relation {
  if (b.kind !== 'cases') {
    // A function that is never the other value differs from it.
    const relations = a.branches.map(({ value }) => comparison.compare(value, b));
    return relations.every(({ kind }) => kind === 'apart') ? apart : unknown;
  }
  return matchAll(a.branches, b.branches, (left, right) => compareBranches(left, right, comparison));
}

function compareBranches(a: Branch, b: Branch, comparison: Comparison): Relation {
  const value = comparison.compare(a.value, b.value);
  if (a.condition === null && b.condition === null) return value;
  const condition =
    a.condition === null || b.condition === null ? unknown : comparison.compare(a.condition, b.condition);
  return combineAll([value, condition]);
}
