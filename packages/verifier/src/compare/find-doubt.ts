import type { Expression } from '../expression/expression.ts';
import { listChildren } from '../expression/list-children.ts';
import { mapChildren } from '../expression/map-children.ts';
import { hasConstant, listSymbols, replaceSymbols } from '../expression/symbols.ts';
import { listOrders } from './list-orders.ts';
import type { Relation } from './relation.ts';

export type Doubt = 'ambiguous' | 'unit-conflict';

/** The terms of a sum that are not written. */
const ellipsis = '\\ldots';

type Compare = (a: Expression, b: Expression) => Relation['kind'];
type IsSame = (a: Expression, b: Expression) => boolean;

/** More other names than this are not tried in every order. */
const mostRenamed = 3;

/** Letters that stand for whole numbers more often than not. */
const wholeLetters: ReadonlySet<string> = new Set([...'kmnjlN']);

/** Names of arbitrary constants, as they stand in antiderivatives and general solutions. */
const constantName = /^(?:[CKck]|[ABCDKck]_.+)$/;

const periodic: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'floor', 'ceil']);

const degree: Expression = {
  kind: 'quotient',
  numerator: { kind: 'constant', name: 'pi' },
  denominator: { kind: 'rational', value: { numerator: 180n, denominator: 1n } },
};

/**
 * Why two expressions that differ as they are written may yet mean the same, or undefined where nothing suggests it:
 * other names of arbitrary constants, variables that are whole, a degree sign on one side, the letter of a choice. Only
 * asked when they differ, so that it never makes anything equal. Variables are real numbers: `\sqrt{x^2}` is not x.
 */
export function findDoubt(a: Expression, b: Expression, compare: Compare): Doubt | undefined {
  const isSame: IsSame = (left, right) => compare(left, right) === 'same';
  // Choice (B) may be 5, and is not choice (C).
  if (isChoice(a) !== isChoice(b)) return 'ambiguous';
  if (isInGrams(a, b, isSame) || isInGrams(b, a, isSame)) return 'unit-conflict';
  const bareA = withoutDegrees(a);
  const bareB = withoutDegrees(b);
  if ((bareA !== a || bareB !== b) && isSame(bareA, bareB)) return 'unit-conflict';
  if (isInDegrees(a, b, isSame) || isInDegrees(b, a, isSame)) return 'unit-conflict';
  const symbols = { a: listSymbols(a), b: listSymbols(b) };
  if (symbols.a.length + symbols.b.length === 0) return undefined;
  if (symbols.a.includes(ellipsis) || symbols.b.includes(ellipsis))
    return mayGoOnAlike(a, b, compare) ? 'ambiguous' : undefined;
  if ((dependsOnWholes(a) || dependsOnWholes(b)) && !differAtWholes(a, b, compare)) return 'ambiguous';
  if (differInConstant(a, b, isSame)) return 'ambiguous';
  return isSameWhenRenamed(a, b, { symbols, isSame }) ? 'ambiguous' : undefined;
}

/**
 * Sums that go on, `1 + x + \\ldots`, may agree behind what is written of them. They differ where as much is written of
 * both, and that differs.
 */
function mayGoOnAlike(a: Expression, b: Expression, compare: Compare): boolean {
  if (countTerms(a) !== countTerms(b) || !listSymbols(a).includes(ellipsis) || !listSymbols(b).includes(ellipsis))
    return true;
  const nothing = new Map([[ellipsis, wholeNumber(0n)]]);
  return compare(replaceSymbols(a, nothing), replaceSymbols(b, nothing)) !== 'apart';
}

function countTerms(expression: Expression): number {
  const isOpen =
    expression.kind === 'sum' && expression.terms.some((term) => term.kind === 'symbol' && term.name === ellipsis);
  const own = isOpen ? expression.terms.length : 0;
  return listChildren(expression).reduce((count, part) => count + countTerms(part), own);
}

/** Choice (B) is not choice (C). */
function isChoice(expression: Expression): boolean {
  return expression.kind === 'symbol' && /^[A-H]$/.test(expression.name);
}

export function isLoneLetter(expression: Expression): boolean {
  return expression.kind === 'symbol' || (expression.kind === 'constant' && expression.name !== 'pi');
}

/** `2600g`: the one letter that is set as a unit without its wrapper more often than as a variable. */
function isInGrams(a: Expression, b: Expression, isSame: IsSame): boolean {
  if (a.kind !== 'product' || a.factors.length !== 2) return false;
  const [amount, unit] = a.factors as readonly [Expression, Expression];
  return unit.kind === 'symbol' && unit.name === 'g' && amount.kind === 'rational' && isSame(amount, b);
}

/** Without the factors of pi/180 that degree signs were read as. */
function withoutDegrees(expression: Expression): Expression {
  const isDegrees = expression.kind === 'product' && expression.factors.length === 2;
  if (isDegrees && isDegree(expression.factors[1] as Expression)) {
    return withoutDegrees(expression.factors[0] as Expression);
  }
  return mapChildren(expression, withoutDegrees);
}

export function isDegree(expression: Expression): boolean {
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
    const values = new Map(names.map((name, at) => [name, wholeNumber(numerator + 7n * BigInt(at))]));
    return compare(replaceSymbols(a, values), replaceSymbols(b, values)) === 'apart';
  });
}

function wholeNumber(numerator: bigint): Expression {
  return { kind: 'rational', value: { numerator, denominator: 1n } };
}

/** `x^2 + C` and `x^2 + 1 - C` are one antiderivative: both add the constant, and the rest differs by a number. */
function differInConstant(a: Expression, b: Expression, isSame: IsSame): boolean {
  const [first, second] = [listSymbols(a), listSymbols(b)];
  if (!first.includes('C') || !second.includes('C') || first.length < 2) return false;
  const none = new Map([['C', wholeNumber(0n)]]);
  const [bareA, bareB] = [replaceSymbols(a, none), replaceSymbols(b, none)];
  const others = [...new Set([...first, ...second])].filter((name) => name !== 'C');
  const elsewhere = new Map(
    others.map((name, i): [string, Expression] => [name, { kind: 'symbol', name: `x_{w${i}}` }]),
  );
  const isNumber = (from: Expression, to: Expression): boolean => {
    const difference: Expression = { kind: 'sum', terms: [from, { kind: 'negation', operand: to }] };
    return isSame(difference, replaceSymbols(difference, elsewhere));
  };
  return isNumber(bareA, bareB) && isNumber(a, bareA) && isNumber(b, bareB);
}

interface Names {
  readonly symbols: { readonly a: readonly string[]; readonly b: readonly string[] };
  readonly isSame: IsSame;
}

/** `x^2 + C` and `x^2 + K` differ only in the name of an arbitrary constant. */
function isSameWhenRenamed(a: Expression, b: Expression, { symbols, isSame }: Names): boolean {
  const onlyA = symbols.a.filter((name) => !symbols.b.includes(name));
  const onlyB = symbols.b.filter((name) => !symbols.a.includes(name));
  if (onlyA.length === 0 || onlyA.length !== onlyB.length) return false;
  // So do n\pi and k\pi in the name of a whole number.
  const pattern = hasConstant(a, 'pi') && hasConstant(b, 'pi') ? /^[jklmn]$/ : constantName;
  const areBound = [constantName, pattern].some((each) => [...onlyA, ...onlyB].every((name) => each.test(name)));
  if (!areBound) return false;
  if (onlyA.length > mostRenamed) return true;
  return listOrders(onlyA).some((order) => {
    const names = onlyB.map((name, i): [string, Expression] => [name, { kind: 'symbol', name: order[i] as string }]);
    return isSame(a, replaceSymbols(b, new Map(names)));
  });
}
