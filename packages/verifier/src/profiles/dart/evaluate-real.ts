import { listSymbols } from '../../expression/symbols.ts';
import { evaluateAsPython } from '../symbolic/evaluate-as-python.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';

/** The size of a number without letters, or of an infinity; undefined for everything else. */
export function evaluateReal(object: SympyObject): number | undefined {
  if (object.kind !== 'expression') return undefined;
  const { expression } = object;
  if (expression.kind === 'symbol' && expression.name === 'oo') return Number.POSITIVE_INFINITY;
  if (expression.kind === 'negation' && expression.operand.kind === 'symbol' && expression.operand.name === 'oo') {
    return Number.NEGATIVE_INFINITY;
  }
  return listSymbols(expression).length > 0 ? undefined : evaluateAsPython(expression);
}
