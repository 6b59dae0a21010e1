import type { Expression } from '../../expression/expression.ts';
import { makeSymbol } from '../../expression/expression-parts.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import { type FunctionValue, listExpressions, type Value } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { withPolicy } from './combine.ts';
import { mapValue } from './map-value.ts';

/** Functions of one name by their bodies, whatever their variables are called. A body alone is the function by policy. */
export function compareFunction(a: FunctionValue, b: Value, comparison: Comparison): Relation {
  if (b.kind === 'relation') return b.operator === '=' ? unknown : apart;
  if (b.kind !== 'function')
    return isDetached(a) ? unknown : withPolicy(comparison.compare(a.body, b), 'assignment-label');
  if (a.parameters.length !== b.parameters.length) return apart;
  const relation = comparison.compare(renameParameters(a), renameParameters(b));
  if (a.name === b.name) return relation;
  // A mapping without a name may be any function.
  if (a.name !== '' && b.name !== '') return apart;
  return withPolicy(relation, 'assignment-label');
}

/** `f(y) = 2x` is constant in y, and neither 2x nor y = 2x. */
export function isDetached({ parameters, body }: FunctionValue): boolean {
  const symbols = listExpressions(body).flatMap(listSymbols);
  return symbols.length > 0 && !symbols.some((name) => parameters.includes(name));
}

/** The body under names that nobody writes, so that no variable that is free in it is taken for the parameter. */
export function renameParameters({ parameters, body }: FunctionValue): Value {
  const names = new Map(parameters.map((name, i) => [name, `x_{v${i}}`]));
  const renamed = new Map([...names].map(([name, other]) => [name, makeSymbol(other)]));
  const change = (expression: Expression): Expression => replaceSymbols(expression, renamed);
  return mapValue(body, change, (name) => names.get(name) ?? name);
}
