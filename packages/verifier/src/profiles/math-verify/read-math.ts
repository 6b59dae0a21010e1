import { makeSum, negate } from '../../expression/expression-parts.ts';
import { isSameExpression } from '../../expression/is-same-expression.ts';
import { Fuel } from '../../fuel.ts';
import { evaluateToNumber } from '../symbolic/evaluate-to-number.ts';
import { type MathRelation, type MathValue, makeScalar } from './math-value.ts';
import { hasOnlySymbols, hasSymbols, readScalar } from './read-scalar.ts';

const deepest = 30;

const namedSets: Readonly<Record<string, string>> = {
  '\\mathbb{R}': 'reals',
  ℝ: 'reals',
  '\\mathbb{Z}': 'integers',
  '\\mathbb{N}': 'naturals',
  '\\mathbb{Q}': 'rationals',
  '\\mathbb{C}': 'complexes',
  '\\emptyset': 'empty',
  '\\{\\}': 'empty',
  '{}': 'empty',
};

const relations = /(?:\\(?:leqslant|leqq|leq|le|geqslant|geqq|geq|ge|neq|ne|approx|in|lt|gt)(?![a-zA-Z])|[=<>≤≥≠])/y;
const operatorOf: Readonly<Record<string, string>> = {
  ...{ '\\leqslant': '<=', '\\leqq': '<=', '\\leq': '<=', '\\le': '<=', '≤': '<=', '\\lt': '<' },
  ...{ '\\geqslant': '>=', '\\geqq': '>=', '\\geq': '>=', '\\ge': '>=', '≥': '>=', '\\gt': '>' },
  ...{ '\\neq': '!=', '\\ne': '!=', '≠': '!=', '\\in': 'in', '\\approx': 'about' },
};

/**
 * Reads normalised LaTeX as math-verify does: a scalar, a list with commas as a set, intervals, tuples, sets and their
 * unions, relations, matrices. Where the whole of a chain of equations cannot be read, its last side is. Undefined where
 * nothing is.
 */
export function readMath(text: string): MathValue | undefined {
  const value = readList(text.trim(), 0);
  if (value !== undefined || /[,;]/.test(text)) return value;
  const sides = text.split(/(?<![\\<!>])=/);
  return sides.length > 2 ? readList((sides.at(-1) as string).trim(), 0) : undefined;
}

function readList(text: string, depth: number): MathValue | undefined {
  if (text === '' || depth > deepest) return undefined;
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return readElement(text.replaceAll(',', ''), depth);
  const groups = splitOutside(text, /;/y).map((group) => splitOutside(group, /,/y));
  if (groups.length === 1) return readCommaList(groups[0] as string[], depth);
  const parts = groups.map((group) => readItems(group, depth));
  if (parts.some((items) => items === undefined)) return undefined;
  const lists = parts as readonly (readonly MathValue[])[];
  if (lists.every((items) => items.length === 1)) return { kind: 'set', items: lists.flat() };
  return { kind: 'set', items: lists.map((items) => ({ kind: 'tuple', items })) };
}

/** `x = 1, 2` relates x to the set of both; `x = 1, y = 2` is a set of two equations. */
function readCommaList(elements: readonly string[], depth: number): MathValue | undefined {
  if (elements.length > 1) {
    const [first = '', ...others] = elements;
    // `2n, n \\in \\mathbb{Z}` is no list to it.
    if (others.some((other) => splitRelations(other)[1].includes('in'))) return undefined;
    const [sides, signs] = splitRelations(first);
    const isAssigned = signs.length === 1 && (signs[0] === '=' || signs[0] === 'in');
    if (isAssigned && others.every((other) => splitRelations(other)[1].length === 0)) {
      const left = readSide(sides[0] as string, depth);
      const items = readItems([sides[1] as string, ...others], depth);
      if (left === undefined || items === undefined) return undefined;
      return { kind: 'relation', operator: '=', left, right: { kind: 'set', items } };
    }
  }
  const items = readItems(elements, depth);
  if (items === undefined) return undefined;
  return items.length === 1 ? items[0] : { kind: 'set', items };
}

function readItems(elements: readonly string[], depth: number): readonly MathValue[] | undefined {
  const items = elements.map((element) => readPlusMinus(element, depth));
  const found = items.filter((item) => item !== undefined);
  return found.length === items.length ? found.flat() : undefined;
}

/** `1 \pm 2` is two elements. */
function readPlusMinus(text: string, depth: number): readonly MathValue[] | undefined {
  const [named, signs] = splitRelations(text);
  if (signs.length === 1 && named[1]?.includes('\\pm')) {
    const left = readSide(named[0] as string, depth);
    const items = readPlusMinus(named[1], depth);
    return left && items && [{ kind: 'relation', operator: '=', left, right: { kind: 'set', items } }];
  }
  const sides = splitOutside(text, /\\pm(?![a-zA-Z])/y);
  if (sides.length === 1) {
    const value = readElement(text, depth);
    return value && [value];
  }
  if (sides.length > 2) return undefined;
  const right = readScalar(sides[1] as string);
  const left = (sides[0] as string).trim() === '' ? null : readScalar(sides[0] as string);
  if (right === undefined || left === undefined) return undefined;
  const pair = [right, negate(right)].map((side) => makeScalar(left === null ? side : makeSum(left, side)));
  return pair;
}

function readElement(text: string, depth: number): MathValue | undefined {
  const [sides, signs] = splitRelations(text);
  if (signs.length === 0) return readSide(text, depth);
  const values = sides.map((side) => readSide(side, depth));
  if (values.some((value) => value === undefined)) return undefined;
  return relate(values as readonly MathValue[], signs);
}

function relate(values: readonly MathValue[], signs: readonly string[]): MathValue | undefined {
  // About: a variable is about its right side, and anything else is itself.
  if (signs.includes('about')) return signs.length === 1 ? values[isName(values[0]) ? 1 : 0] : undefined;
  const pairs = signs.map(
    (sign, i): MathRelation => ({
      kind: 'relation',
      operator: sign === 'in' ? '=' : sign,
      left: values[i] as MathValue,
      right: values[i + 1] as MathValue,
    }),
  );
  return pairs.length === 1 ? pairs[0] : { kind: 'chain', relations: pairs };
}

function isName(value: MathValue | undefined): boolean {
  return value?.kind === 'scalar' && hasOnlySymbols(value.expression);
}

/** A combination of sets, a set, a matrix, or a scalar. */
function readSide(written: string, depth: number): MathValue | undefined {
  const text = written.trim();
  const named = namedSets[text.replaceAll(' ', '')];
  if (named !== undefined) return { kind: 'named-set', name: named };
  for (const [operator, mark] of [
    ['minus', /\\(?:setminus|backslash)(?![a-zA-Z])/y],
    ['union', /\\cup(?![a-zA-Z])|∪/y],
    ['intersection', /\\cap(?![a-zA-Z])|∩/y],
  ] as const) {
    const parts = splitOutside(text, mark);
    if (parts.length === 1) continue;
    const sets = parts.map((part) => readSide(part, depth + 1));
    if (depth > deepest || sets.some((set) => set === undefined || set.kind === 'scalar')) return undefined;
    return { kind: 'combination', operator, parts: sets as readonly MathValue[] };
  }
  if (/^\\begin\{/.test(text)) return readMatrix(text);
  return readBracketed(text, depth) ?? asScalar(text);
}

function asScalar(text: string): MathValue | undefined {
  const expression = readScalar(text);
  return expression && makeScalar(expression);
}

/** Intervals and tuples, and sets in braces of either kind; brackets around one thing only group. */
function readBracketed(text: string, depth: number): MathValue | undefined {
  const isEscaped = text.startsWith('\\{') && text.endsWith('\\}');
  const width = isEscaped ? 2 : 1;
  const [open, close] = [text.slice(0, width), text.slice(-width)];
  if (!isEscaped && !(/^[([{]$/.test(open) && /^[)\]}]$/.test(close))) return undefined;
  if ((open === '{') !== (close === '}') || depth > deepest || findClose(text) !== text.length - width)
    return undefined;
  const inside = text.slice(width, -width);
  const elements = splitOutside(inside, /[,;]/y);
  if (isEscaped || open === '{') {
    const items = readItems(elements, depth + 1);
    return items && { kind: 'set', items };
  }
  if (elements.length === 1) {
    // (2) and ((1,2)) are what they hold; a longer scalar is read with its brackets.
    const value = open === '(' && close === ')' ? readSide(inside, depth + 1) : undefined;
    return value?.kind === 'scalar' ? undefined : value;
  }
  const items = readItems(elements, depth + 1);
  if (items === undefined) return undefined;
  if (items.length !== 2 || items.some(({ kind }) => kind !== 'scalar')) {
    return open + close === '()' || open + close === '[]' ? { kind: 'tuple', items } : undefined;
  }
  const ends = items as unknown as readonly [MathValue, MathValue];
  const isOpen = [open === '(' || isInfinite(ends[0]), close === ')' || isInfinite(ends[1])] as const;
  if (isInfinite(ends[0]) && isInfinite(ends[1])) return { kind: 'named-set', name: 'reals' };
  return isTurned(ends, isOpen) ? { kind: 'tuple', items } : { kind: 'interval', isOpen, ends };
}

function isInfinite(value: MathValue): boolean {
  if (value.kind !== 'scalar') return false;
  const { expression } = value;
  const size = expression.kind === 'negation' ? expression.operand : expression;
  return size.kind === 'symbol' && size.name === 'oo';
}

/** An interval that would be empty is a point. */
function isTurned([left, right]: readonly [MathValue, MathValue], isOpen: readonly [boolean, boolean]): boolean {
  if (left.kind !== 'scalar' || right.kind !== 'scalar') return false;
  if (hasSymbols(left.expression) || hasSymbols(right.expression)) {
    return isOpen[0] && isOpen[1] && isSameExpression(left.expression, right.expression);
  }
  const fuel = new Fuel(50_000);
  const [low, high] = [evaluateToNumber(left.expression, fuel), evaluateToNumber(right.expression, fuel)];
  if (low === undefined || high === undefined || isOpen[0] !== isOpen[1]) return false;
  return isOpen[0] ? high <= low : high < low;
}

function readMatrix(text: string): MathValue | undefined {
  const inside = /^\\begin\{([pbvB]?matrix|array)\}(?:\{[^{}]*\})?(.*)\\end\{\1\}(?:\^\{?\\circ\}?)?$/s.exec(text)?.[2];
  if (inside === undefined) return undefined;
  const rows = inside
    .split('\\\\')
    .filter((row, i, all) => i < all.length - 1 || row.trim() !== '')
    .map((row) => row.split('&').map((cell) => readScalar(cell.trim())));
  if (rows.length === 0 || rows.flat().some((cell) => cell === undefined)) return undefined;
  if (rows.some((row) => row.length !== rows[0]?.length)) return undefined;
  return { kind: 'matrix', rows: rows as NonNullable<(typeof rows)[number][number]>[][] };
}

/** The sides of a chain of relations, and the signs between them. */
function splitRelations(text: string): readonly [readonly string[], readonly string[]] {
  const signs: string[] = [];
  const sides = splitOutside(text, relations, (sign) => signs.push(operatorOf[sign] ?? sign));
  return [sides, signs];
}

function findClose(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    depth += changeAt(text, i);
    if (depth === 0) return i;
    if (text[i] === '\\') i++;
  }
  return -1;
}

/** +1 where a bracket opens, -1 where one closes. */
function changeAt(text: string, at: number): number {
  if (text[at] === '\\') {
    if (text[at + 1] === '{' || text.startsWith('\\begin{', at)) return 1;
    return text[at + 1] === '}' || text.startsWith('\\end{', at) ? -1 : 0;
  }
  return '([{'.includes(text[at] as string) ? 1 : ')]}'.includes(text[at] as string) ? -1 : 0;
}

function splitOutside(text: string, mark: RegExp, note?: (mark: string) => void): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    mark.lastIndex = i;
    const found = depth === 0 ? mark.exec(text)?.[0] : undefined;
    if (found !== undefined) {
      parts.push(text.slice(start, i));
      note?.(found);
      start = i + found.length;
      i = start - 1;
      continue;
    }
    depth = Math.max(0, depth + changeAt(text, i));
    if (text[i] === '\\') i++;
  }
  return [...parts, text.slice(start)];
}
