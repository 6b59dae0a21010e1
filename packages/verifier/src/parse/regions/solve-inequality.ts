import { fold, makeConstant, multiply, negate, subtract } from '../../expression/build-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import { makeQuotient } from '../../expression/expression-parts.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { listChildren } from '../../expression/list-children.ts';
import { mapChildren } from '../../expression/map-children.ts';
import { signOf } from '../../expression/order-reals.ts';
import { listSymbols } from '../../expression/symbols.ts';
import type { Fuel } from '../../fuel.ts';
import type { Piece, RelationValue } from '../values.ts';
import { above, below, complementPieces, everything, intersectPieces, makePoint, unitePieces } from './pieces.ts';
import { solvePolynomial } from './solve-polynomial.ts';

/** Signs of a relation in the direction in which they are kept: `a > b` is `b < a`. */
export type Operator = Extract<RelationValue['operator'], '=' | '<' | '\\le' | '\\ne'>;

export interface Inequality {
  readonly left: Expression;
  readonly operator: Operator;
  readonly right: Expression;
}

/** The letter that an absolute value is replaced by; no text gives a symbol this name. */
const hidden = '|';

/**
 * The real values of a variable for which an inequality holds. Exact: linear with any numbers, also letters; absolute
 * values of such; polynomials and quotients of polynomials with rational numbers as far as their roots are found. Null
 * for everything else.
 */
export function solveInequality(
  { left, operator, right }: Inequality,
  variable: string,
  fuel: Fuel,
): readonly Piece[] | null {
  if (!fuel.spend(20)) return null;
  if (isLone(left, variable) && !hasSymbol(right, variable)) return placeAt(right, operator, { isBelow: true });
  if (isLone(right, variable) && !hasSymbol(left, variable)) return placeAt(left, operator, { isBelow: false });
  const difference = subtract(left, right);
  return (
    solveLinear(difference, { operator, variable, fuel }) ??
    solvePolynomial(difference, { operator, variable, fuel }) ??
    solveAbsolute(difference, { operator, variable, fuel })
  );
}

export interface Question {
  readonly operator: Operator;
  readonly variable: string;
  readonly fuel: Fuel;
}

function isLone(expression: Expression, variable: string): boolean {
  return expression.kind === 'symbol' && expression.name === variable;
}

function hasSymbol(expression: Expression, variable: string): boolean {
  return listSymbols(expression).includes(variable);
}

/** All that is below a value, or above it. */
function placeAt(value: Expression, operator: Operator, { isBelow }: { readonly isBelow: boolean }): readonly Piece[] {
  if (operator === '=') return [makePoint(value)];
  if (operator === '\\ne') return [below(value, false), above(value, false)];
  return [(isBelow ? below : above)(value, operator === '\\le')];
}

function solveLinear(difference: Expression, { operator, variable, fuel }: Question): readonly Piece[] | null {
  const line = readLine(difference, variable);
  const sign = line === null || line.slope === null ? undefined : signOf(line.slope, fuel);
  if (!line?.slope || sign === undefined || sign === 0) return null;
  const root = fold(makeQuotient(negate(line.rest), line.slope), fuel);
  return placeAt(root, operator, { isBelow: sign === 1 });
}

interface Line {
  /** Null where the variable does not occur. */
  readonly slope: Expression | null;
  readonly rest: Expression;
}

const zero = makeConstant(0n);
const one = makeConstant(1n);

/** `slope * variable + rest`, or null where it is no line. */
function readLine(expression: Expression, variable: string): Line | null {
  if (isLone(expression, variable)) return { slope: one, rest: zero };
  if (!hasSymbol(expression, variable)) return { slope: null, rest: expression };
  switch (expression.kind) {
    case 'negation':
      return scaleLine(readLine(expression.operand, variable), negate);
    case 'quotient': {
      const { numerator, denominator } = expression;
      if (hasSymbol(denominator, variable)) return null;
      return scaleLine(readLine(numerator, variable), (part) => makeQuotient(part, denominator));
    }
    case 'product': {
      const within = expression.factors.filter((factor) => hasSymbol(factor, variable));
      const others = expression.factors.filter((factor) => !hasSymbol(factor, variable));
      if (within.length !== 1) return null;
      return scaleLine(readLine(within[0] as Expression, variable), (part) => others.reduce(multiply, part));
    }
    case 'sum':
      return addLines(expression.terms.map((term) => readLine(term, variable)));
    default:
      return null;
  }
}

function scaleLine(line: Line | null, scale: (part: Expression) => Expression): Line | null {
  return line && { slope: line.slope && scale(line.slope), rest: scale(line.rest) };
}

function addLines(lines: readonly (Line | null)[]): Line | null {
  const slopes: Expression[] = [];
  const rests: Expression[] = [];
  for (const line of lines) {
    if (line === null) return null;
    if (line.slope !== null) slopes.push(line.slope);
    rests.push(line.rest);
  }
  return { slope: { kind: 'sum', terms: slopes }, rest: { kind: 'sum', terms: rests } };
}

/** `2|x - 3| + 1 < 7`: solved for the absolute value, and then what stands in it. */
function solveAbsolute(difference: Expression, { operator, variable, fuel }: Question): readonly Piece[] | null {
  const absolute = findAbsolute(difference, variable);
  if (absolute === undefined) return null;
  const replaced = replace(difference, absolute, { kind: 'symbol', name: hidden });
  if (hasSymbol(replaced, variable)) return null;
  const sizes = solveLinear(replaced, { operator, variable: hidden, fuel });
  if (sizes === null) return null;
  // |u| lies between two ends where u lies between them or between their negatives. Both ways of a size that starts
  // below zero overlap, which does no harm.
  const parts = sizes.map(({ low, high }): readonly Piece[] | null => {
    const over =
      low.value === null ? everything : solveOutside(absolute, low.value, { isClosed: low.isClosed, variable, fuel });
    const outside =
      high.value === null ? [] : solveOutside(absolute, high.value, { isClosed: !high.isClosed, variable, fuel });
    const under = outside && complementPieces(outside, fuel);
    return over && under && intersectPieces(over, under, fuel);
  });
  return parts.includes(null) ? null : unitePieces((parts as readonly (readonly Piece[])[]).flat(), fuel);
}

/** `|u| > size`: u is above it or below its negative. */
function solveOutside(
  u: Expression,
  size: Expression,
  { isClosed, variable, fuel }: { readonly isClosed: boolean; readonly variable: string; readonly fuel: Fuel },
): readonly Piece[] | null {
  const operator = isClosed ? '\\le' : '<';
  const above = solveInequality({ left: size, operator, right: u }, variable, fuel);
  const below = solveInequality({ left: u, operator, right: fold(negate(size), fuel) }, variable, fuel);
  return above && below && unitePieces([...above, ...below], fuel);
}

function findAbsolute(expression: Expression, variable: string): Expression | undefined {
  if (expression.kind === 'function' && expression.name === 'abs' && hasSymbol(expression, variable))
    return expression.argument;
  for (const part of listChildren(expression)) {
    const found = findAbsolute(part, variable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** With a symbol in the place of every absolute value of one argument. */
function replace(expression: Expression, argument: Expression, symbol: Expression): Expression {
  if (expression.kind === 'function' && expression.name === 'abs' && isSameExpression(expression.argument, argument))
    return symbol;
  return mapChildren(expression, (part) => replace(part, argument, symbol));
}
