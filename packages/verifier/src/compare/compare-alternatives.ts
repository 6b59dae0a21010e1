import type { AlternativesValue, Value } from '../parse/values.ts';
import type { Comparison } from './comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same } from './relation.ts';

/**
 * Compares a value of several readings: the same where every reading is, or where two such texts are the same when both
 * are read by one rule; apart where they are so by every rule, and no two readings are the same. One lucky reading
 * proves nothing.
 */
export function compareAlternatives(a: AlternativesValue, b: Value, comparison: Comparison): Relation {
  const others = b.kind === 'alternatives' ? b.readings : [b];
  const table = a.readings.map((reading) => others.map((other) => comparison.compare(reading, other)));
  const all = table.flat();
  const isByOneRule = others.length === a.readings.length;
  const wanted = isByOneRule ? table.map((row, rule) => row[rule] as Relation) : all;
  if (wanted.every(({ kind }) => kind === 'apart') && all.every(({ kind }) => kind !== 'same')) return apart;
  if (!wanted.every((relation): relation is SameRelation => relation.kind === 'same')) {
    return { kind: 'unknown', reason: 'ambiguous' };
  }
  return wanted.reduce(joinSame, same);
}
