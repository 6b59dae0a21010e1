import type { Expression } from '../expression/expression.ts';
import type { Value } from '../parse/values.ts';
import type { Comparison } from './comparison.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

/** Compares two scalars of which at least one is an expression or infinite. */
export function compareScalars(a: Value, b: Value, comparison: Comparison): Relation {
  if (a.kind === 'infinity' && b.kind === 'infinity') return a.isNegative === b.isNegative ? same : apart;
  const left = toExpression(a);
  const right = toExpression(b);
  // No number is infinite; an expression might be, at an argument that nobody has looked at.
  if (a.kind === 'infinity' || b.kind === 'infinity')
    return a.kind === 'number' || b.kind === 'number' ? apart : unknown;
  return left === null || right === null ? unknown : comparison.compareExpressions(left, right);
}

/** A number with a unit or a percent sign is more than an expression. */
function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number' || value.isPercent || value.unit !== null) return null;
  return { kind: 'rational', value: value.value };
}
