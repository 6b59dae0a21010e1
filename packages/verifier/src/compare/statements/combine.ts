import type { Value } from '../../parse/values.ts';
import type { Policy } from '../../types.ts';
import type { Comparison } from '../comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from '../relation.ts';

export type Pair = readonly [Value, Value];

/** The same where all pairs are, apart where one is. */
export function compareInOrder(pairs: readonly Pair[], comparison: Comparison): Relation {
  return combineAll(pairs.map(([a, b]) => comparison.compare(a, b)));
}

export function combineAll(relations: readonly Relation[]): Relation {
  const other = relations.find(({ kind }) => kind === 'apart') ?? relations.find(({ kind }) => kind === 'unknown');
  return other ?? (relations as readonly SameRelation[]).reduce(joinSame, same);
}

/** A verdict that rests on the policy, whatever it is. */
export function withPolicy(relation: Relation, policy: Policy): Relation {
  if (relation.kind === 'unknown') return relation;
  return { ...relation, policies: [...new Set([...relation.policies, policy])] };
}

/** More parts than this are not matched with each other. */
const mostParts = 24;

/** In any order: the same where each has its own equal on the other side, apart where one has none. */
export function matchAll<Part>(
  a: readonly Part[],
  b: readonly Part[],
  compare: (a: Part, b: Part) => Relation,
): Relation {
  if (a.length !== b.length) return apart;
  if (a.length > mostParts) return unknown;
  const free = [...b];
  const found: Relation[] = [];
  let isOpen = false;
  for (const part of a) {
    const relations = free.map((other) => compare(part, other));
    const at = relations.findIndex(({ kind }) => kind === 'same');
    if (at >= 0) {
      found.push(relations[at] as Relation);
      free.splice(at, 1);
    } else if (relations.every(({ kind }) => kind === 'apart')) return apart;
    else isOpen = true;
  }
  return isOpen ? unknown : combineAll(found);
}
