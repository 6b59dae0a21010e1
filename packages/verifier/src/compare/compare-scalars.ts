import type { Value } from '../parse/values.ts';
import { compareQuantities, type Quantity } from './compare-numbers.ts';
import type { Comparison } from './comparison.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

/** Compares two scalars, of which one may be infinite. */
export function compareScalars(a: Value, b: Value, comparison: Comparison): Relation {
  if (a.kind === 'infinity' && b.kind === 'infinity') return a.isNegative === b.isNegative ? same : apart;
  // No number is infinite; an expression might be, at an argument that nobody has looked at.
  if (a.kind === 'infinity' || b.kind === 'infinity')
    return a.kind === 'number' || b.kind === 'number' ? apart : unknown;
  return isQuantity(a) && isQuantity(b) ? compareQuantities(a, b, comparison) : unknown;
}

/** A number or an expression, with or without a unit. */
export function isQuantity(value: Value): value is Quantity {
  return value.kind === 'number' || value.kind === 'expression' || value.kind === 'quantity';
}
