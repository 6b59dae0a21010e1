import { isSameRational } from '../rational.ts';
import type { Expression } from './expression.ts';
import { listChildren } from './list-children.ts';

/** Whether two trees are the same in structure, names and numbers. Nothing is reordered: `x+1` is not `1+x`. */
export function isSameExpression(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (!isSameNode(a, b)) return false;
  const ofA = listChildren(a);
  const ofB = listChildren(b);
  return ofA.length === ofB.length && ofA.every((child, i) => isSameExpression(child, ofB[i] as Expression));
}

function isSameNode(a: Expression, b: Expression): boolean {
  if (a.kind === 'rational') return b.kind === 'rational' && isSameRational(a.value, b.value);
  if (a.kind === 'root') return b.kind === 'root' && a.index === b.index;
  if (a.kind === 'symbol') return b.kind === 'symbol' && a.name === b.name;
  if (a.kind === 'constant') return b.kind === 'constant' && a.name === b.name;
  if (a.kind === 'function') return b.kind === 'function' && a.name === b.name;
  if (a.kind === 'application') return b.kind === 'application' && a.name === b.name;
  if (a.kind === 'bound') return b.kind === 'bound' && a.operator === b.operator && a.variable === b.variable;
  return a.kind === b.kind;
}
