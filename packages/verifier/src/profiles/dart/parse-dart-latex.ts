import type { Expression } from '../../expression/expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { Fuel } from '../../fuel.ts';
import { isSameRational } from '../../rational.ts';
import { evaluateAsPython } from '../symbolic/evaluate-as-python.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { parseLikeSympy } from '../symbolic/parse-like-sympy.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';
import { areCloseNumbers } from './are-close-numbers.ts';

/** `parse_latex`, but for a list, of which that reads the first element alone. */
export function parseDartLatex(text: string): SympyObject | undefined {
  const object = parseLikeSympy(text);
  if (object === undefined || !text.includes(',')) return object;
  const first = parseLikeSympy(text.slice(0, text.indexOf(',')));
  return first !== undefined && isSameStructure(first, object) ? undefined : object;
}

/** SymPy's `==`: the same tree, or the same rational number. */
export function isSameStructure(a: SympyObject, b: SympyObject): boolean {
  if (a.kind === 'truth') return b.kind === 'truth' && a.value === b.value;
  if (a.kind === 'relation') {
    const isSameSign = b.kind === 'relation' && a.operator === b.operator;
    return isSameSign && isSameTree(a.left, b.left) && isSameTree(a.right, b.right);
  }
  if (b.kind !== 'expression') return false;
  if (isSameExpression(a.expression, b.expression)) return true;
  const [x, y] = [fold(a.expression), fold(b.expression)];
  return x !== null && y !== null && isSameRational(x, y);
}

/** Within a relation 0.5 is not one half. */
function isSameTree(a: SympyObject, b: SympyObject): boolean {
  if (a.kind !== 'expression' || b.kind !== 'expression') return isSameStructure(a, b);
  return isSameExpression(a.expression, b.expression);
}

function fold(expression: Expression): ReturnType<typeof foldRational> {
  return foldRational(expression, new Fuel(10_000));
}

/**
 * The same tree, a difference of zero, or numbers as close as {@link areCloseNumbers} takes them. Here the original
 * hands over the two numbers the other way round: 2500 is 25 percent, but 25 is not 2500 percent.
 */
export function isSameObject(reference: SympyObject, candidate: SympyObject): boolean {
  if (isSameStructure(reference, candidate)) return true;
  if (reference.kind !== 'expression' || candidate.kind !== 'expression') return false;
  if (isSameBySympy(reference.expression, candidate.expression)) return true;
  const [x, y] = [evaluateAsPython(reference.expression), evaluateAsPython(candidate.expression)];
  return x !== undefined && y !== undefined && areCloseNumbers(y, x);
}
