import type { Expression } from '../expression/expression.ts';
import { askMathJs, isExactForMathJs } from './ask-mathjs.ts';
import { askNerdamer } from './ask-nerdamer.ts';
import { printInfix } from './print-infix.ts';

/**
 * Whether one of two computer algebra systems finds that two expressions are the same which the ladder could neither
 * prove equal nor tell apart. May take seconds and a lot of memory: only for a worker that can be killed.
 */
export function giveSecondOpinion(a: Expression, b: Expression): boolean {
  const names: string[] = [];
  const left = printInfix(a, names);
  const right = left === null ? null : printInfix(b, names);
  if (left === null || right === null) return false;
  if (askNerdamer(left, right)) return true;
  return isExactForMathJs(a) && isExactForMathJs(b) && askMathJs(left, right);
}
