import type { Expression } from './expression.ts';
import { listChildren } from './list-children.ts';

/** Whether a named function such as a sine stands anywhere in the expression. */
export function hasFunction(expression: Expression): boolean {
  return expression.kind === 'function' || listChildren(expression).some(hasFunction);
}
