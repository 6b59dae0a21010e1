import type { Expression } from '../../expression/expression.ts';
import { makeSum, negate } from '../../expression/expression-parts.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import { evaluateToNumber } from '../symbolic/evaluate-to-number.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { parseLikeSympy } from '../symbolic/parse-like-sympy.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';
import { isNear } from './is-near.ts';

const mostSteps = 200_000;

/**
 * The last rung of Qwen2.5-Math's grader: both texts through SymPy's parser, then equal as they stand, by `simplify`,
 * as equations up to a sign, or as numbers within a share of 1e-4.
 */
export function isQwenSymbolicEqual(prediction: string, reference: string): boolean {
  const [a, b] = [read(prediction), read(reference)];
  if (a === undefined || b === undefined) return a === b && prediction === reference;
  if (a.kind === 'truth') return b.kind === 'truth' && a.value === b.value;
  if (b.kind === 'truth') return false;
  if (a.kind === 'relation' || b.kind === 'relation') return isSameRelation(a, b);
  return isSameValue(a.expression, b.expression);
}

function read(text: string): SympyObject | undefined {
  return parseLikeSympy(text.replaceAll('\\\\', '\\')) ?? parseLikeSympy(text);
}

function isSameValue(a: Expression, b: Expression): boolean {
  if (isSameExpression(a, b) || isSameBySympy(a, b)) return true;
  if (listSymbols(a).length + listSymbols(b).length > 0) return false;
  const fuel = new Fuel(mostSteps);
  const [left, right] = [evaluateToNumber(a, fuel), evaluateToNumber(b, fuel)];
  return left !== undefined && right !== undefined && isNear(left, right);
}

/** The difference of the sides, up to its sign: which relation it is does not matter. */
function isSameRelation(a: SympyObject, b: SympyObject): boolean {
  const [left, right] = [differenceOf(a), differenceOf(b)];
  if (left === undefined || right === undefined) return false;
  return isSameBySympy(left, right) || isSameBySympy(left, negate(right));
}

function differenceOf(object: SympyObject): Expression | undefined {
  if (object.kind !== 'relation' || object.left.kind !== 'expression' || object.right.kind !== 'expression')
    return undefined;
  return makeSum(object.left.expression, negate(object.right.expression));
}
