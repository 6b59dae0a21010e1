import type { Expression } from '../../expression/expression.ts';
import { makeInteger, makeProduct, makeSum, negate, piConstant } from '../../expression/expression-parts.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { evaluateToNumber } from '../symbolic/evaluate-to-number.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { parseLikeSympy } from '../symbolic/parse-like-sympy.ts';
import { parsePythonFloat } from '../symbolic/parse-python-float.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';

const mostSteps = 200_000;

/** The judge does not compute powers above this. */
const largestExponent = 1000;

/**
 * Whether OlympiadBench's judge counts two single answers as equal: the same text, intervals by their ends, numbers (also
 * 100 times larger or smaller), values, and equations up to a whole factor.
 */
export function isSameAnswer(a: string, b: string, tolerance: number): boolean {
  if (a === b && a !== '') return true;
  if (isInterval(a) && isInterval(b)) {
    const isSame = isSameInterval(a, b, tolerance);
    if (isSame !== false) return isSame === true;
  }
  if (isSameNumber(a, b, tolerance)) return true;
  const areEquations = a.includes('=') && b.includes('=');
  if (!areEquations && isSameValue(a, b, tolerance) === true) return true;
  return areEquations && isSameEquation(a, b);
}

function isInterval(text: string): boolean {
  return /^[([]/.test(text) && /[)\]]$/.test(text);
}

/** Undefined where the judge meets an end that it cannot read; then the answers count as different. */
function isSameInterval(a: string, b: string, tolerance: number): boolean | undefined {
  if (a === b) return true;
  const [parts, others] = [a.split('\\cup'), b.split('\\cup')];
  if (parts.length !== others.length) return false;
  for (const [i, part] of parts.entries()) {
    const other = others[i] as string;
    if (part === '' || other === '') return undefined;
    if (part[0] !== other[0] || part.at(-1) !== other.at(-1)) return false;
    const [ends, otherEnds] = [part, other].map((text) => text.replaceAll(/^[[\]()]+|[[\]()]+$/g, '').split(',')) as [
      string[],
      string[],
    ];
    for (const [k, end] of ends.slice(0, otherEnds.length).entries()) {
      const isSame = isSameValue(end, otherEnds[k] as string, tolerance);
      if (isSame !== true) return isSame;
    }
  }
  return true;
}

function isSameNumber(a: string, b: string, tolerance: number): boolean {
  const [first, second] = [parsePythonFloat(a), parsePythonFloat(b)];
  if (first === undefined || second === undefined) return false;
  return [first / 100, first, first * 100].some((value) => Math.abs(value - second) <= tolerance * 1.01);
}

/** What stands behind the first equals sign, as values; undefined where one of them cannot be read. */
function isSameValue(a: string, b: string, tolerance: number): boolean | undefined {
  const [left, right] = [a, b].map((text) =>
    parseLikeSympy((text.includes('=') ? text.split('=')[1] : text)?.trim() ?? ''),
  );
  if (left === undefined || right === undefined) return undefined;
  if (left.kind !== 'expression' || right.kind !== 'expression') return isSameObject(left, right);
  if (isSameExpression(left.expression, right.expression)) return true;
  const [first, second] = [withPi(left.expression), withPi(right.expression)];
  const count = [first, second].filter((expression) => listSymbols(expression).length > 0).length;
  if (count === 1) return false;
  return count === 2 ? isSameBySympy(first, second) : areNear(first, second, tolerance);
}

function isSameObject(a: SympyObject, b: SympyObject): boolean {
  if (a.kind === 'truth') return b.kind === 'truth' && a.value === b.value;
  if (a.kind === 'expression') return b.kind === 'expression' && isSameExpression(a.expression, b.expression);
  return (
    b.kind === 'relation' && a.operator === b.operator && isSameObject(a.left, b.left) && isSameObject(a.right, b.right)
  );
}

/** SymPy reads `\pi` as a variable, and the judge gives it its value. */
function withPi(expression: Expression): Expression {
  return replaceSymbols(expression, new Map([['pi', piConstant]]));
}

function areNear(a: Expression, b: Expression, tolerance: number): boolean {
  const fuel = new Fuel(mostSteps);
  if (isHugePower(a, fuel) || isHugePower(b, fuel)) return false;
  const [first, second] = [evaluateToNumber(a, fuel), evaluateToNumber(b, fuel)];
  if (first === undefined || second === undefined) return isSameBySympy(a, b);
  return Math.abs(first - second) <= tolerance * 1.01;
}

function isHugePower(expression: Expression, fuel: Fuel): boolean {
  if (expression.kind !== 'power') return false;
  const exponent = evaluateToNumber(expression.exponent, fuel);
  return exponent === undefined || Math.abs(exponent) > largestExponent;
}

/** The differences of the sides, of which one is the other times a whole number. */
function isSameEquation(a: string, b: string): boolean {
  const [first, second] = [readDifference(a), readDifference(b)];
  if (first === undefined || second === undefined) return false;
  const symbols = listSymbols(makeSum(first, second));
  const fuel = new Fuel(mostSteps);
  const point = new Map(symbols.map((name, i) => [name, makePointValue(i)] as const));
  const [top, bottom] = [first, second].map((side) => evaluateToNumber(replaceSymbols(side, point), fuel));
  if (top === undefined || bottom === undefined) return isSameBySympy(first, second);
  return isWholeMultiple(first, second, top / bottom) || isWholeMultiple(second, first, bottom / top);
}

function readDifference(text: string): Expression | undefined {
  const sides = text.split('=');
  if (sides.length !== 2) return undefined;
  const [left, right] = sides.map((side) => parseLikeSympy(side));
  if (left?.kind !== 'expression' || right?.kind !== 'expression') return undefined;
  // An equation of numbers, or of the same on both sides, is true or false and has no sides.
  if (isSameExpression(left.expression, right.expression)) return undefined;
  const difference = makeSum(left.expression, negate(right.expression));
  return listSymbols(difference).length === 0 ? undefined : difference;
}

/** Any point that no equation is about. */
function makePointValue(index: number): Expression {
  return { kind: 'rational', value: makeRational(BigInt(1009 + 37 * index * index), 773n) };
}

function isWholeMultiple(a: Expression, b: Expression, ratio: number): boolean {
  const whole = Math.round(ratio);
  if (whole === 0 || !Number.isSafeInteger(whole) || Math.abs(ratio - whole) > 1e-6 * Math.abs(whole)) return false;
  return isSameBySympy(a, makeProduct([makeInteger(BigInt(whole)), b]));
}
