import { isFarOff, isRounding } from '../../parse/statements/is-rounding.ts';
import type { ChainSide, ChainValue, Value } from '../../parse/values.ts';
import { isUnderstood, printValue } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from '../relation.ts';
import { toExpression } from './algebra.ts';
import { namesAngle } from './compare-relations.ts';

type Resolved =
  | { readonly kind: 'value'; readonly value: Value; readonly relation: SameRelation }
  /** Two of its sides are not equal. */
  | { readonly kind: 'false' }
  | { readonly kind: 'open' };

/** A chain that holds is the value of its sides; one that does not is no value at all, and never its last side. */
export function compareChain(chain: ChainValue, other: Value, comparison: Comparison): Relation {
  const resolved = resolveChain(chain, comparison);
  if (other.kind === 'chain' && (resolved.kind !== 'value' || resolveChain(other, comparison).kind !== 'value'))
    return isUnderstood(chain) && isUnderstood(other) ? compareSides(chain, other, comparison) : unknown;
  if (resolved.kind === 'value') {
    const relation = comparison.compare(resolved.value, other);
    // What is said of a number is no equation for an unknown.
    if (relation.kind === 'unknown' && isEquation(other)) return apart;
    // Two calculations with one result may belong to two questions.
    if (relation.kind === 'same' && other.kind === 'chain' && !isSameCalculation(chain, other)) return unknown;
    return relation.kind === 'same' ? joinSame(relation, resolved.relation) : relation;
  }
  return resolved.kind === 'open' || !isUnderstood(other) || !isUnderstood(chain) ? unknown : apart;
}

function isEquation(value: Value): boolean {
  if (value.kind !== 'relation' || value.operator !== '=' || !isUnderstood(value)) return false;
  const left = toExpression(value.left);
  return left === null || !namesAngle(left);
}

function isSameCalculation(a: ChainValue, b: ChainValue): boolean {
  const [left, right] = [a, b].map(({ sides }) => sides.map(({ value }) => printValue(value)));
  if (left?.length === right?.length) return left?.join() === right?.join();
  return left?.[0] === right?.[0];
}

/** Chains of which one does not hold say what they say side by side. */
function compareSides(a: ChainValue, b: ChainValue, comparison: Comparison): Relation {
  if (a.sides.length !== b.sides.length) return unknown;
  const relations = a.sides.map((side, i) => comparison.compare(side.value, (b.sides[i] as ChainSide).value));
  const other = relations.find(({ kind }) => kind === 'apart') ?? relations.find(({ kind }) => kind === 'unknown');
  return other ?? (relations as SameRelation[]).reduce(joinSame);
}

/** The first side stands for all; a decimal may be its rounding. */
function resolveChain({ sides }: ChainValue, comparison: Comparison): Resolved {
  const [first, ...others] = sides as readonly [ChainSide, ...ChainSide[]];
  let joined: SameRelation = same;
  for (const side of others) {
    const relation = comparison.compare(first.value, side.value);
    if (relation.kind === 'same') joined = joinSame(joined, relation);
    else if (isRounding(first.value, side, comparison.fuel)) joined = joinSame(joined, rounded);
    else if (relation.kind === 'apart' && (!side.isApproximate || isFarOff(first.value, side, comparison.fuel)))
      return { kind: 'false' };
    else return { kind: 'open' };
  }
  return { kind: 'value', value: first.value, relation: joined };
}

const rounded: SameRelation = { ...same, policies: ['approximate-side'] };
