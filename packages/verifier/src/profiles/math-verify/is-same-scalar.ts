import type { Expression } from '../../expression/expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { listChildren } from '../../expression/list-children.ts';
import { Fuel } from '../../fuel.ts';
import { isSameRational, printRational, type Rational } from '../../rational.ts';
import { evaluateToNumber } from '../symbolic/evaluate-to-number.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { percentUnit } from './math-value.ts';
import { hasSymbols } from './read-scalar.ts';

const mostSteps = 200_000;

/** A number, or a percentage of which the number is kept. */
interface Atom {
  readonly value: Rational;
  readonly isDecimal: boolean;
  readonly isWhole: boolean;
}

/**
 * Whether math-verify finds two scalars equal: names whatever their case, decimals when rounded to six places, a whole
 * number and the same percentage, and what simplifies to the same.
 */
export function isSameScalar(a: Expression, b: Expression): boolean {
  if (isSameExpression(a, b)) return true;
  if (a.kind === 'symbol' || b.kind === 'symbol') return isSameName(a, b);
  const [left, right] = [readAtom(a), readAtom(b)];
  if (left?.isDecimal || right?.isDecimal) return isSameRounded(a, b);
  if (left?.isWhole && right?.isWhole && isSameRational(left.value, right.value)) return true;
  return isSameBySympy(a, b);
}

function readAtom(expression: Expression): Atom | undefined {
  const isPercent =
    expression.kind === 'product' && expression.factors.length === 2 && expression.factors[1] === percentUnit;
  const number = isPercent ? expression.factors[0] : expression;
  if (number?.kind !== 'rational') return undefined;
  const isDecimal = number.value.places !== undefined;
  return { value: number.value, isDecimal, isWhole: !isDecimal && number.value.denominator === 1n };
}

/** The letters of a word that was read as a product are the word: `yes` and `\text{yes}`. */
function isSameName(a: Expression, b: Expression): boolean {
  const [left, right] = [spell(a), spell(b)];
  return left !== undefined && left === right;
}

function spell(expression: Expression, isTop = true): string | undefined {
  if (expression.kind === 'symbol') return expression.name.toLowerCase();
  if (expression.kind === 'rational' && isTop) return printNumber(expression.value);
  if (expression.kind === 'constant') return expression.name === 'e' ? 'e' : undefined;
  if (expression.kind !== 'product') return undefined;
  const letters = expression.factors.map((factor) => (factor.kind === 'product' ? undefined : spell(factor, false)));
  return letters.some((letter) => letter === undefined) ? undefined : letters.join('');
}

function printNumber(value: Rational): string {
  return value.places === undefined
    ? printRational(value)
    : String(Number(value.numerator) / Number(value.denominator));
}

/** Six places, but a whole number only equals a decimal that is that number. */
function isSameRounded(a: Expression, b: Expression): boolean {
  if (hasSymbols(a) || hasSymbols(b)) return isSameBySympy(a, b);
  const fuel = new Fuel(mostSteps);
  const [left, right] = [evaluateToNumber(a, fuel), evaluateToNumber(b, fuel)];
  if (left === undefined || right === undefined) return false;
  if (left === right) return true;
  if (isInteger(a, fuel) || isInteger(b, fuel)) return false;
  return round(left) === round(right);
}

function isInteger(expression: Expression, fuel: Fuel): boolean {
  if (expression.kind === 'rational')
    return expression.value.places === undefined && expression.value.denominator === 1n;
  return !hasDecimal(expression) && foldRational(expression, fuel)?.denominator === 1n;
}

function hasDecimal(expression: Expression): boolean {
  if (expression.kind === 'rational') return expression.value.places !== undefined;
  return listChildren(expression).some(hasDecimal);
}

/** A decimal has fifteen digits. */
function round(value: number): string {
  return Math.abs(value) < 1e9 ? (Math.round(value * 1e6) / 1e6).toFixed(6) : value.toPrecision(15);
}
