import type { Expression } from '../expression/expression.ts';
import { listChildren } from '../expression/list-children.ts';
import { mapChildren } from '../expression/map-children.ts';
import { listSymbols, replaceSymbols } from '../expression/symbols.ts';
import type { Relation } from './relation.ts';

export type Doubt = 'ambiguous' | 'unit-conflict';

type Compare = (a: Expression, b: Expression) => Relation['kind'];
type IsSame = (a: Expression, b: Expression) => boolean;

/** More other names than this are not tried in every order. */
const mostRenamed = 3;

/** Letters that are a unit as often as a variable behind a number: grams, metres, thousands. */
const unitLetters: ReadonlySet<string> = new Set([...'gmsthlkLVWJNKFCAMB']);

/** Letters that stand for whole numbers more often than not. */
const wholeLetters: ReadonlySet<string> = new Set([...'kmnjlN']);

const periodic: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'floor', 'ceil']);

const degree: Expression = {
  kind: 'quotient',
  numerator: { kind: 'constant', name: 'pi' },
  denominator: { kind: 'rational', value: { numerator: 180n, denominator: 1n } },
};

/**
 * Why two expressions that differ as they are written may yet mean the same, or undefined where nothing suggests it:
 * other names of variables, variables that are positive or whole, a unit or a degree sign on one side, an exclamation
 * mark, the letter of a choice. Only asked when they differ, so that it never makes anything equal.
 */
export function findDoubt(a: Expression, b: Expression, compare: Compare): Doubt | undefined {
  const isSame: IsSame = (left, right) => compare(left, right) === 'same';
  if (mayBeChoice(a, b) || mayBeChoice(b, a)) return 'ambiguous';
  if (mayHaveUnit(a, b, isSame) || mayHaveUnit(b, a, isSame)) return 'unit-conflict';
  const bareA = withoutDegrees(a);
  const bareB = withoutDegrees(b);
  if ((bareA !== a || bareB !== b) && isSame(bareA, bareB)) return 'unit-conflict';
  if (isInDegrees(a, b, isSame) || isInDegrees(b, a, isSame)) return 'unit-conflict';
  if (isExclaimed(a, b, isSame) || isExclaimed(b, a, isSame)) return 'ambiguous';
  const symbols = { a: listSymbols(a), b: listSymbols(b) };
  if (symbols.a.length + symbols.b.length === 0 || (isChoice(a) && isChoice(b))) return undefined;
  if ((dependsOnWholes(a) || dependsOnWholes(b)) && !differAtWholes(a, b, compare)) return 'ambiguous';
  const isOther = isSameWhenRenamed(a, b, { symbols, isSame }) || isSameUpToSign(a, b, { symbols, isSame });
  return isOther ? 'ambiguous' : undefined;
}

/** A lone capital, or a to d, against anything: choice (B) may be 5. Two lone letters may be two names of one thing. */
function mayBeChoice(a: Expression, b: Expression): boolean {
  if (isChoice(a) && isChoice(b)) return false;
  if (a.kind === 'symbol' && /^[A-Za-d]$/.test(a.name)) return true;
  return isLoneLetter(a) && isLoneLetter(b);
}

/** Choice (B) is not choice (C). */
function isChoice(expression: Expression): boolean {
  return expression.kind === 'symbol' && /^[A-H]$/.test(expression.name);
}

export function isLoneLetter(expression: Expression): boolean {
  return expression.kind === 'symbol' || (expression.kind === 'constant' && expression.name !== 'pi');
}

/** `5m` against a number, and `5x` against 5. */
function mayHaveUnit(a: Expression, b: Expression, isSame: IsSame): boolean {
  if (a.kind === 'negation') return mayHaveUnit(a.operand, { kind: 'negation', operand: b }, isSame);
  if (a.kind !== 'product' || listSymbols(b).length > 0) return false;
  const last = a.factors.at(-1) as Expression;
  const letter = last.kind === 'power' ? last.base : last;
  const others = a.factors.slice(0, -1);
  if (letter.kind !== 'symbol' || others.some((factor) => listSymbols(factor).length > 0)) return false;
  return unitLetters.has(letter.name) || isSame(makeProduct(others), b);
}

function makeProduct(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors };
}

/** Without the factors of pi/180 that degree signs were read as. */
function withoutDegrees(expression: Expression): Expression {
  const isDegrees = expression.kind === 'product' && expression.factors.length === 2;
  if (isDegrees && isDegree(expression.factors[1] as Expression)) {
    return withoutDegrees(expression.factors[0] as Expression);
  }
  return mapChildren(expression, withoutDegrees);
}

function isDegree(expression: Expression): boolean {
  if (expression.kind !== 'quotient') return false;
  const { numerator, denominator } = expression;
  const isPi = numerator.kind === 'constant' && numerator.name === 'pi';
  return isPi && denominator.kind === 'rational' && denominator.value.numerator === 180n;
}

/** `90` may be meant in degrees against `\frac{\pi}{2}`, and so may the 30 of `\sin 30`. */
function isInDegrees(a: Expression, b: Expression, isSame: IsSame): boolean {
  const sines = withSinesInDegrees(a);
  if (sines !== a && isSame(sines, b)) return true;
  return !hasConstant(a, 'pi') && hasConstant(b, 'pi') && isSame({ kind: 'product', factors: [a, degree] }, b);
}

function withSinesInDegrees(expression: Expression): Expression {
  if (expression.kind === 'function' && periodic.has(expression.name) && expression.argument.kind === 'rational') {
    return { ...expression, argument: { kind: 'product', factors: [expression.argument, degree] } };
  }
  return mapChildren(expression, withSinesInDegrees);
}

export function hasConstant(expression: Expression, name: 'pi' | 'e' | 'i'): boolean {
  if (expression.kind === 'constant') return expression.name === name;
  return listChildren(expression).some((part) => hasConstant(part, name));
}

/** `5!` may be a 5 with an exclamation mark. */
function isExclaimed(a: Expression, b: Expression, isSame: IsSame): boolean {
  return a.kind === 'factorial' && isSame(a.operand, b);
}

/** `\\cos \\pi n` is `(-1)^n` for a whole n, and another function of a real one. */
function dependsOnWholes(expression: Expression): boolean {
  if (expression.kind === 'function' && periodic.has(expression.name)) {
    if (listSymbols(expression.argument).some((name) => wholeLetters.has(name[0] as string))) return true;
  }
  return listChildren(expression).some(dependsOnWholes);
}

/** Whether a whole number can be found in the place of the letters at which the two differ. */
function differAtWholes(a: Expression, b: Expression, compare: Compare): boolean {
  const names = [...new Set([...listSymbols(a), ...listSymbols(b)])].filter((name) =>
    wholeLetters.has(name[0] as string),
  );
  return [5n, 8n, 12n, 30n].some((numerator) => {
    const value: Expression = { kind: 'rational', value: { numerator, denominator: 1n } };
    const values = new Map(names.map((name) => [name, value]));
    return compare(replaceSymbols(a, values), replaceSymbols(b, values)) === 'apart';
  });
}

interface Names {
  readonly symbols: { readonly a: readonly string[]; readonly b: readonly string[] };
  readonly isSame: IsSame;
}

/** `2\\pi n` and `2\\pi k` differ only in the name of a parameter, which may mean the same. */
function isSameWhenRenamed(a: Expression, b: Expression, { symbols, isSame }: Names): boolean {
  const onlyA = symbols.a.filter((name) => !symbols.b.includes(name));
  const onlyB = symbols.b.filter((name) => !symbols.a.includes(name));
  if (onlyA.length === 0 || onlyA.length !== onlyB.length) return false;
  if (onlyA.length > mostRenamed) return true;
  return listOrders(onlyA).some((order) => {
    const names = onlyB.map((name, i): [string, Expression] => [name, { kind: 'symbol', name: order[i] as string }]);
    return isSame(a, replaceSymbols(b, new Map(names)));
  });
}

function listOrders(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length < 2) return [names];
  return names.flatMap((name, i) => listOrders(names.toSpliced(i, 1)).map((order) => [name, ...order]));
}

/**
 * `\\sqrt{2x^2}` is `x\\sqrt{2}` for a positive x, and `|a-b|` is `a-b` for some a and b: the squares are the same at
 * positive values, and yet one is not just the other with its sign changed.
 */
function isSameUpToSign(a: Expression, b: Expression, { symbols, isSame }: Names): boolean {
  if (!hasBranches(a) && !hasBranches(b)) return false;
  const two: Expression = { kind: 'rational', value: { numerator: 2n, denominator: 1n } };
  const square = (base: Expression): Expression => ({ kind: 'power', base, exponent: two });
  const names = new Set([...symbols.a, ...symbols.b]);
  const squares = new Map([...names].map((name) => [name, square({ kind: 'symbol', name })]));
  const positiveA = replaceSymbols(a, squares);
  const positiveB = replaceSymbols(b, squares);
  if (isSame(positiveA, positiveB)) return true;
  return isSame(square(positiveA), square(positiveB)) && !isSame(positiveA, { kind: 'negation', operand: positiveB });
}

function hasBranches(expression: Expression): boolean {
  if (expression.kind === 'root' || expression.kind === 'logarithm') return listSymbols(expression).length > 0;
  if (expression.kind === 'function') return listSymbols(expression.argument).length > 0;
  if (expression.kind === 'power' && expression.exponent.kind !== 'rational') return listSymbols(expression).length > 0;
  return listChildren(expression).some(hasBranches);
}
