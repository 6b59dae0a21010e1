import { skipBraces } from '../../chars.ts';
import type { Expression } from '../../expression/expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { findClosing, hasTopLevelComma, readBracket } from '../../text/brackets.ts';
import type { Reader } from '../reader.ts';
import { splitItems } from '../split-items.ts';
import { addGrids, expandDeterminant, type Grid, mapGrid, scaleGrid, transpose } from './grid.ts';
import { isFull, splitRows } from './split-rows.ts';

/** A matrix or vector, or a scalar such as a determinant. */
type Result = Grid | Expression;

/** `[1 2 3]`. Two numbers might be a mixed one. */
export const spacedRow: RegExp = /^\[[\d.]+(?: [\d.]+){2,}\]$/;

/** How deep brackets around vectors may nest. */
const deepest = 6;

/**
 * A sum of matrices, vectors and determinants with scalars before and behind them: `\frac12\begin{pmatrix}...`,
 * `(1,2)+t(3,4)`. Null where it is not that and nothing else; products of matrices are not taken.
 */
export function evaluateVectors(text: string, reader: Reader): Result | null {
  const spelled = text.replaceAll('\\langle', '(').replaceAll('\\rangle', ')');
  const isAngled = /^<[^<>]*>$/.test(spelled);
  const result = evaluateSum(isAngled ? `(${spelled.slice(1, -1)})` : spelled, reader, 0);
  if (result === null || !isGrid(result)) return result;
  return mapGrid(result, (cell) => {
    const value = cell.kind === 'rational' ? null : foldRational(cell, reader.fuel);
    return value === null ? cell : { kind: 'rational', value };
  });
}

function isGrid(result: Result): result is Grid {
  return Array.isArray(result);
}

function evaluateSum(text: string, reader: Reader, depth: number): Result | null {
  if (depth > deepest || !reader.fuel.spend(text.length)) return null;
  const terms = splitTerms(text);
  let total: Result | null = null;
  for (const term of terms) {
    const value = evaluateTerm(term, reader, depth);
    if (value === null) return null;
    if (total === null) total = value;
    else if (isGrid(total) && isGrid(value)) total = addGrids(total, value);
    else if (isGrid(total) || isGrid(value)) return null;
    else total = { kind: 'sum', terms: [total, value] };
    if (total === null) return null;
  }
  return total;
}

/** Cuts before each sign of a sum; the sign stays with its term. */
function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    const isSign = depth === 0 && i > start && (text[i] === '+' || text[i] === '-');
    if (
      isSign &&
      /[\w)\]}'|]/.test(text[i - 1] as string) &&
      !/\\(?:cdot|times)$/.test(text.slice(Math.max(0, i - 6), i))
    ) {
      terms.push(text.slice(start, i));
      start = i;
    }
    depth += change;
    i += width;
  }
  return [...terms, text.slice(start)];
}

function evaluateTerm(text: string, reader: Reader, depth: number): Result | null {
  const atom = findAtom(text, reader, depth);
  if (atom === null) return null;
  if (atom === undefined) return reader.readExpression(text.startsWith('+') ? text.slice(1) : text);
  let before = text.slice(0, atom.start);
  let behind = text.slice(atom.end);
  let value: Result | null = atom.value;
  const isDeterminant = before.endsWith('|') && behind.startsWith('|');
  if (isDeterminant) {
    before = before.slice(0, -1);
    behind = behind.slice(1);
  }
  const determinant = /\\?det$/.exec(before);
  if (determinant !== null) before = before.slice(0, determinant.index);
  const turned = /^(?:\^\{(?:T|t|\\top|\\intercal|\\mathsf\{?T\}?|\\text\{T\}|\\mathrm\{?T\}?)\}|')/.exec(behind);
  if (turned !== null && isGrid(value)) {
    behind = behind.slice(turned[0].length);
    // `(1,2)^T` is how a column is written in a line.
    if (!atom.isTuple) value = transpose(value);
  }
  if (isDeterminant || determinant !== null) value = isGrid(value) ? expandDeterminant(value) : null;
  return value === null ? null : scale(value, { before, behind }, reader);
}

function scale(value: Result, { before, behind }: { before: string; behind: string }, reader: Reader): Result | null {
  const isOver = behind.startsWith('/');
  const left = before.replace(/^\+/, '').replace(/(?:\*|\\cdot|\\times)$/, '');
  const right = behind.replace(/^(?:\/|\*|\\cdot|\\times)/, '');
  const factors: Expression[] = [];
  // A name right before a bracket calls a function: f(1,2).
  if (/[A-Zf-hN\\]$/.test(left) || /^\^/.test(right)) return null;
  if (left !== '') {
    const factor = reader.readExpression(left === '-' ? '-1' : left);
    if (factor === null) return null;
    factors.push(factor);
  }
  if (right !== '') {
    const factor = reader.readExpression(right);
    if (factor === null) return null;
    const one: Expression = { kind: 'rational', value: { numerator: 1n, denominator: 1n } };
    factors.push(isOver ? { kind: 'quotient', numerator: one, denominator: factor } : factor);
  }
  let scaled = value;
  for (const factor of factors) {
    scaled = isGrid(scaled) ? scaleGrid(scaled, factor) : { kind: 'product', factors: [factor, scaled] };
  }
  return scaled;
}

interface Atom {
  readonly start: number;
  readonly end: number;
  readonly value: Result;
  readonly isTuple: boolean;
}

/** The one matrix, vector or sum of them in brackets that a term is about; undefined where it has none, null for two. */
function findAtom(text: string, reader: Reader, depth: number): Atom | null | undefined {
  let found: Atom | undefined;
  for (let i = 0; i < text.length; ) {
    const atom = readAtom(text, i, reader, depth);
    if (atom === null || (atom !== undefined && found !== undefined)) return null;
    found ??= atom;
    const closing = readBracket(text, i).change === 1 ? findClosing(text, i) : i;
    if (closing === -1) return null;
    i = atom?.end ?? closing + readBracket(text, closing).width;
  }
  return found;
}

/** Undefined where nothing that is a vector begins here, null where something does and is not understood. */
function readAtom(text: string, start: number, reader: Reader, depth: number): Atom | null | undefined {
  if (text.startsWith('\\begin{', start)) return readEnvironment(text, start, reader);
  if (text.startsWith('\\frac{', start)) return readFraction(text, start, reader, depth);
  const name = /^(?:(?:sp|sympy|np|numpy)\.)?(?:[Mm]atrix|array)(?=\()/.exec(text.slice(start, start + 14))?.[0] ?? '';
  const open = start + name.length;
  if (text[open] !== '(' && text[open] !== '[') return undefined;
  const close = findClosing(text, open);
  if (close === -1) return null;
  const inside = text.slice(open + 1, close);
  const end = close + 1;
  if (name !== '' || /^\\begin\{/.test(inside)) {
    const value = evaluateSum(inside, reader, depth + 1);
    return value === null ? null : { start, end, value, isTuple: false };
  }
  const rows = text[open] === '[' ? splitSquare(inside) : undefined;
  if (rows !== undefined) {
    const value = rows === null ? null : readCells(rows, reader);
    return value === null ? null : { start, end, value, isTuple: false };
  }
  if (hasTopLevelComma(text, { start: open + 1, end: close })) {
    const items = splitItems(inside, 'separators');
    const value =
      items === null
        ? null
        : readCells(
            items.map((item) => [item.text]),
            reader,
          );
    return value === null ? null : { start, end, value, isTuple: true };
  }
  if (!/\\begin\{|,/.test(inside)) return undefined;
  const value = evaluateSum(inside, reader, depth + 1);
  return value === null ? null : { start, end, value, isTuple: false };
}

function readEnvironment(text: string, start: number, reader: Reader): Atom | null {
  const [opening, name] = /^\\begin\{([pbBvV]?matrix|smallmatrix|array)\*?\}/.exec(text.slice(start, start + 22)) ?? [];
  const closing = findClosing(text, start);
  const end = closing === -1 ? -1 : skipBraces(text, closing + 4);
  if (opening === undefined || name === 'Vmatrix' || end === -1 || text.slice(closing + 4, end) !== opening.slice(6))
    return null;
  const rows = splitRows(dropColumns(text.slice(start + opening.length, closing), name === 'array'));
  const grid = rows === null ? null : readCells(rows, reader);
  const value = grid !== null && name === 'vmatrix' ? expandDeterminant(grid) : grid;
  return value === null ? null : { start, end, value, isTuple: false };
}

/** The columns that an array declares, `{cc|c}`, also where normalising took the braces off a single letter. */
function dropColumns(body: string, isArray: boolean): string {
  const end = body.startsWith('{') ? skipBraces(body, 0) : -1;
  if (isArray && end !== -1 && /^\{[lcr|@!*\d{} :]*\}$/.test(body.slice(0, end))) return body.slice(end);
  return isArray && /^[lcr]/.test(body) ? body.slice(1) : body;
}

/** `\frac{(1,2)}{3}` */
function readFraction(text: string, start: number, reader: Reader, depth: number): Atom | null | undefined {
  const middle = skipBraces(text, start + 5);
  const end = middle === -1 ? -1 : skipBraces(text, middle);
  if (end === -1) return null;
  const top = text.slice(start + 6, middle - 1);
  if (!/\\begin\{|,/.test(top)) return undefined;
  const value = evaluateSum(top, reader, depth + 1);
  const scaled =
    value === null ? null : scale(value, { before: '', behind: `/(${text.slice(middle + 1, end - 1)})` }, reader);
  return scaled === null ? null : { start, end, value: scaled, isTuple: false };
}

/** What rows of elements square brackets hold: undefined for a single list with commas. */
function splitSquare(inside: string): readonly (readonly string[])[] | null | undefined {
  if (inside.startsWith('[')) return splitNested(inside);
  if (inside.includes(';')) return splitSemicolons(inside);
  return spacedRow.test(`[${inside}]`) ? [inside.split(' ')] : undefined;
}

/** `[1,2],[3,4]`, and `[1 2][3 4]` as programs print it. */
function splitNested(inside: string): readonly (readonly string[])[] | null {
  const rows = splitItems(inside.replaceAll('][', '],['), 'separators')?.map(({ text }) => {
    if (!text.startsWith('[') || !text.endsWith(']')) return [];
    const row = text.slice(1, -1);
    if (/^[\d. ]+$/.test(row)) return row.split(' ');
    return splitItems(row, 'separators')?.map((item) => item.text) ?? [];
  });
  return rows !== undefined && isFull(rows) ? rows : null;
}

/** `1 2; 3 4`. A sign behind an element may have begun the next one, and `[1;2]` may be an interval. */
function splitSemicolons(inside: string): readonly (readonly string[])[] | null {
  const rows = inside.split(';').map((row) => row.trim().split(/\s*,\s*|\s+/));
  const isClear = rows.every((row) => row.length > 1 && row.every((cell) => !/.[-+]/.test(cell)));
  const isColumn = rows.length > 2 && rows.every((row) => row.length === 1);
  return isFull(rows) && (isClear || isColumn) ? rows : null;
}

function readCells(rows: readonly (readonly string[])[], reader: Reader): Grid | null {
  const grid: Expression[][] = [];
  for (const row of rows) {
    const cells = row.map((cell) => (reader.fuel.spend(4) ? reader.readExpression(cell) : null));
    if (cells.includes(null)) return null;
    grid.push(cells as Expression[]);
  }
  return grid;
}
