import { makeConstant, multiply } from '../expression/build-expression.ts';
import type { Expression } from '../expression/expression.ts';
import { makeQuotient, piConstant } from '../expression/expression-parts.ts';
import type { Value } from './values.ts';

/** A scalar as an expression: 50% is one half and 180 degrees are pi; any other unit is more than an expression. */
export function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number') return null;
  const number: Expression = { kind: 'rational', value: value.value };
  if (value.unit?.name === 'degree') return multiply(number, makeQuotient(piConstant, makeConstant(180n)));
  if (value.unit !== null) return null;
  return value.isPercent ? makeQuotient(number, makeConstant(100n)) : number;
}
