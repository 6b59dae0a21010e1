import type { ConstantExpression, Expression } from './expression.ts';
import { listChildren } from './list-children.ts';
import { mapChildren } from './map-children.ts';

const boundPrefix = '\\bound_';

/** The name of a bound variable: a command that no text reads as a variable, with the number of operators inside. */
export function nameBound(height: number): string {
  return `${boundPrefix}${height}`;
}

export function isBoundName(name: string): boolean {
  return name.startsWith(boundPrefix);
}

/** The names of the free variables, each once, in the order of their first appearance. */
export function listSymbols(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'symbol' && !isBoundName(part.name)) names.add(part.name);
    for (const inner of listChildren(part)) visit(inner);
  };
  visit(expression);
  return [...names];
}

/** Whether a constant stands anywhere in it. */
export function hasConstant(expression: Expression, name: ConstantExpression['name']): boolean {
  if (expression.kind === 'constant') return expression.name === name;
  return listChildren(expression).some((part) => hasConstant(part, name));
}

/** The same expression with other things in the place of its variables, all at once: `x` and `y` may change places. */
export function replaceSymbols(expression: Expression, replacements: ReadonlyMap<string, Expression>): Expression {
  if (expression.kind === 'symbol') return replacements.get(expression.name) ?? expression;
  return mapChildren(expression, (part) => replaceSymbols(part, replacements));
}
