import type { SympyObject } from './sympy-object.ts';

/** A relation that stands for an equation's side is no number: `a = b = 1` is false to SymPy, whatever a and b are. */
export function settleRelation(object: SympyObject): SympyObject {
  if (object.kind !== 'relation' || object.operator !== '=' || object.left.kind === 'expression') return object;
  const { right } = object;
  return right.kind === 'expression' && right.expression.kind !== 'symbol' ? { kind: 'truth', value: false } : object;
}
