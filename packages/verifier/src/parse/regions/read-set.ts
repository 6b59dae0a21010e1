import { isLetter } from '../../chars.ts';
import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import { findClosing, readBracket } from '../../text/brackets.ts';
import type { Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import { toExpression } from '../to-expression.ts';
import {
  type ConditionValue,
  type End,
  makeWords,
  type Piece,
  type RegionValue,
  type TupleValue,
  type Value,
} from '../values.ts';
import { complementPieces, everything, intersectPieces, makePoint, measurePiece, unitePieces } from './pieces.ts';
import { readSetBuilder } from './read-set-builder.ts';

type SetOperator = '\\cup' | '\\cap' | '\\setminus';

const setOperators: readonly (readonly [text: string, operator: SetOperator])[] = [
  ['\\cup', '\\cup'],
  ['\\cap', '\\cap'],
  ['\\setminus', '\\setminus'],
  ['\\text{or}', '\\cup'],
  ['or', '\\cup'],
  ['U', '\\cup'],
  ['u', '\\cup'],
  ['-', '\\setminus'],
  ['/', '\\setminus'],
];

const mostOperands = 64;

/** Names of sets in the spelling that they are kept in. */
const setNames: ReadonlyMap<string, string> = new Map(
  ['R', 'Z', 'N', 'Q', 'C'].flatMap((letter) =>
    [`\\mathbb ${letter}`, `\\mathbf ${letter}`, `\\Bbb ${letter}`, `\\${letter}`].map((spelling): [string, string] => [
      spelling,
      letter,
    ]),
  ),
);

/**
 * A set of real numbers as a region without a variable; the name of a set of other numbers, such as the integers, as
 * words; a set of other things as what it is. Undefined where the text is no set at all, null where it is not understood.
 */
export function readSet(text: string, reader: Reader): Value | null | undefined {
  const parts = splitOperands(text);
  if (parts === null || !reader.fuel.spend(10)) return null;
  const [first, ...others] = parts;
  if (first === undefined) return undefined;
  if (others.length === 0) return readOperand(first.text, reader);
  if (parts.length > mostOperands) return null;
  const operator = others[0]?.operator as SetOperator;
  // Without brackets nobody knows whether a union or an intersection comes first.
  if (others.some((part) => part.operator !== operator)) return keepMixed(parts, reader);
  const sets = parts.map(({ text: part }) =>
    readOperand(part === 'R' && operator === '\\setminus' ? '\\mathbb R' : part, reader),
  );
  // One of them has to be a set as it is written, or else A \cup 3 would be one.
  if (sets.every((set) => set === null || set === undefined)) return null;
  const read = sets.map(
    (set, i) => set ?? (operator === '\\cap' ? null : readPoint((parts[i] as Operand).text, reader)),
  );
  if (read.every((set): set is RegionValue => set?.kind === 'region')) return joinRegions(read, operator, reader);
  return operator === '\\setminus' ? null : keepParts(read, operator === '\\cup' ? 'or' : 'and');
}

/** A union of which some part is no set, such as an interval whose ends are the wrong way round, is only itself. */
function keepParts(read: readonly (Value | null | undefined)[], joiner: 'and' | 'or'): ConditionValue | null {
  const parts = read.filter((part): part is Value => part !== null && part !== undefined);
  return parts.length === read.length ? { kind: 'condition', joiner, parts } : null;
}

function keepMixed(parts: readonly Operand[], reader: Reader): ConditionValue | null {
  if (parts.some(({ operator }) => operator === '\\setminus')) return null;
  const groups: (Value | null | undefined)[][] = [];
  for (const { text, operator } of parts) {
    const set = readOperand(text, reader);
    if (operator === '\\cap') groups.at(-1)?.push(set);
    else groups.push([set]);
  }
  return keepParts(
    groups.map((group) => (group.length === 1 ? group[0] : keepParts(group, 'and'))),
    'or',
  );
}

function joinRegions(regions: readonly RegionValue[], operator: SetOperator, reader: Reader): RegionValue | null {
  let pieces: readonly Piece[] | null = (regions[0] as RegionValue).pieces;
  if (operator === '\\cup')
    pieces = unitePieces(
      regions.flatMap((region) => region.pieces),
      reader.fuel,
    );
  else {
    for (const region of regions.slice(1)) {
      const other = operator === '\\cap' ? region.pieces : complementPieces(region.pieces, reader.fuel);
      pieces = pieces && other && intersectPieces(pieces, other, reader.fuel);
    }
  }
  return pieces && { kind: 'region', variable: null, pieces };
}

interface Operand {
  readonly text: string;
  /** Null for the first. */
  readonly operator: SetOperator | null;
}

function splitOperands(text: string): readonly Operand[] | null {
  const operands: Operand[] = [];
  let depth = 0;
  let start = 0;
  let operator: SetOperator | null = null;
  for (let i = 0; i < text.length; ) {
    const found = depth === 0 && i > start ? findOperator(text, i) : undefined;
    if (found !== undefined) {
      operands.push({ text: text.slice(start, i).trim(), operator });
      operator = found[1];
      i += found[0].length;
      start = i;
      continue;
    }
    const { change, width } = readBracket(text, i);
    depth += change;
    if (depth < 0) return null;
    i += width;
  }
  operands.push({ text: text.slice(start).trim(), operator });
  return depth !== 0 || operands.some((operand) => operand.text === '') ? null : operands;
}

/**
 * Signs that are no commands join sets only between brackets of sets, and a minus only takes braces from the real
 * numbers: `\sqrt{2} - \{x\}` is no set.
 */
function findOperator(text: string, index: number): readonly [string, SetOperator] | undefined {
  return setOperators.find(([sign, operator]) => {
    if (!text.startsWith(sign, index)) return false;
    if (sign.startsWith('\\')) return sign.endsWith('}') || !isLetter(text.charCodeAt(index + sign.length));
    // Spaces stand beside a sign only where letters would run together.
    const before = text.slice(Math.max(0, index - 12), index).trimEnd();
    const behind = text.slice(index + sign.length, index + sign.length + 4).trimStart();
    if (operator === '\\setminus') return /^(?:\\mathbb )?R$/.test(before) && /^\\?\{/.test(behind);
    return /(?:[)\]]|\\\})$/.test(before) && /^(?:[([]|\\\{)/.test(behind);
  });
}

function readOperand(text: string, reader: Reader): Value | null | undefined {
  const first = text.charCodeAt(0);
  if (first === 40 || first === 91) return readInterval(text, reader);
  if (text === '\\emptyset' || text === '\\{\\}') return { kind: 'region', variable: null, pieces: [] };
  if (text.startsWith('\\{')) return readSetBuilder(text, reader) ?? readFiniteSet(text, reader);
  return readNamedSet(text);
}

/** `(a, b)` with any brackets, or a set in parentheses. */
function readInterval(text: string, reader: Reader): Value | null | undefined {
  const close = findClosing(text, 0);
  if (close !== text.length - 1) return undefined;
  const inner = text.slice(1, -1);
  const ends = splitEnds(inner);
  const brackets = { open: text[0] as '(' | '[', close: text[close] as ')' | ']' };
  if (ends === null) {
    return (text.charCodeAt(0) === 40 ? readSet(inner, reader) : undefined) ?? readTuple(inner, brackets, reader);
  }
  const piece = makePiece(ends, brackets, reader);
  return piece === null ? readTuple(inner, brackets, reader) : { kind: 'region', variable: null, pieces: [piece] };
}

/** What has the brackets of an interval and is none. */
function readTuple(inner: string, brackets: Brackets, reader: Reader): TupleValue | null {
  const items = splitClauses(inner)?.map(({ text }) => reader.readValue(text)) ?? [null];
  const read = items.filter((item) => item !== null);
  return read.length === items.length && read.every(isScalar) ? { kind: 'tuple', ...brackets, items: read } : null;
}

function isScalar(value: Value): boolean {
  return value.kind === 'infinity' || toExpression(value) !== null;
}

interface Brackets {
  readonly open: '(' | '[';
  readonly close: ')' | ']';
}

/** At the only comma or semicolon. */
function splitEnds(inner: string): readonly [string, string] | null {
  // Where a semicolon separates, a comma is the decimal point.
  const separator = inner.includes(';') ? 59 : 44;
  let depth = 0;
  let cut = -1;
  for (let i = 0; i < inner.length; ) {
    const code = inner.charCodeAt(i);
    if (depth === 0 && code === separator) {
      if (cut !== -1) return null;
      cut = i;
    }
    const { change, width } = readBracket(inner, i);
    depth += change;
    i += width;
  }
  if (cut === -1) return null;
  const ends = [inner.slice(0, cut).trim(), inner.slice(cut + 1).trim()] as const;
  return separator === 44 ? ends : [ends[0].replace(',', '.'), ends[1].replace(',', '.')];
}

function makePiece([from, to]: readonly [string, string], brackets: Brackets, reader: Reader): Piece | null {
  const low = readEnd(from, '-\\infty', brackets.open === '[', reader);
  const high = readEnd(to, '\\infty', brackets.close === ']', reader);
  if (low === null || high === null) return null;
  const piece = { low, high };
  const size = measurePiece(piece, reader.fuel);
  // Ends the wrong way round are a slip, and no way to write the empty set.
  return size === -1 || size === 0 ? null : piece;
}

/** People write `[1, \infty]` for `[1, \infty)`. */
function readEnd(text: string, infinity: string, isClosed: boolean, reader: Reader): End | null {
  if (text === infinity || text === `+${infinity}`) return { value: null, isClosed: false };
  const value: Expression | null = text.includes('\\infty') ? null : reader.readExpression(text);
  return value && { value, isClosed };
}

/** Plain braces set nothing in LaTeX: of `(1,2) \cup {3}` only the 3 is left. */
function readPoint(text: string, reader: Reader): RegionValue | null {
  if (text.startsWith('{') && text.endsWith('}')) {
    const set = readFiniteSet(`\\${text.slice(0, -1)}\\}`, reader);
    return set?.kind === 'region' ? set : null;
  }
  const value = reader.readExpression(text);
  if (value === null || listSymbols(value).length > 0) return null;
  return { kind: 'region', variable: null, pieces: [makePoint(value)] };
}

function readFiniteSet(text: string, reader: Reader): Value | null {
  const set = reader.readValue(text);
  if (set?.kind !== 'set') return null;
  const points: Piece[] = [];
  for (const item of set.items) {
    const expression = toExpression(item);
    if (expression === null) return set;
    points.push(makePoint(expression));
  }
  return { kind: 'region', variable: null, pieces: unitePieces(points, reader.fuel) };
}

function readNamedSet(text: string): Value | undefined {
  const mark = text.search(/[\^_]/);
  const letter = setNames.get(mark === -1 ? text : text.slice(0, mark));
  if (letter === undefined) return undefined;
  const suffix = mark === -1 ? '' : text.slice(mark);
  if (letter !== 'R') return suffix === '' ? makeWords(`\\mathbb ${letter}`) : readWholes(letter, suffix);
  const pieces = realSubsets.get(suffix);
  return pieces && { kind: 'region', variable: null, pieces };
}

const zero: Expression = { kind: 'rational', value: { numerator: 0n, denominator: 1n } };
const closedZero: End = { value: zero, isClosed: true };
const openZero: End = { value: zero, isClosed: false };
const infinite: End = { value: null, isClosed: false };

/** By what stands behind the R, as it is normalised. */
const realSubsets: ReadonlyMap<string, readonly Piece[]> = new Map<string, readonly Piece[]>([
  ['', everything],
  ...['^{+}', '_{+}', '_+', '_{>0}', '^{+}_{*}'].map((suffix): [string, readonly Piece[]] => [
    suffix,
    [{ low: openZero, high: infinite }],
  ]),
  ...['^{-}', '_{-}', '_-', '_{<0}'].map((suffix): [string, readonly Piece[]] => [
    suffix,
    [{ low: infinite, high: openZero }],
  ]),
  ...['_{\\ge0}', '^{+}_{0}', '_{0}^{+}', '_{\\ge 0}'].map((suffix): [string, readonly Piece[]] => [
    suffix,
    [{ low: closedZero, high: infinite }],
  ]),
  ...['_{\\le0}', '^{-}_{0}', '_{\\le 0}'].map((suffix): [string, readonly Piece[]] => [
    suffix,
    [{ low: infinite, high: closedZero }],
  ]),
  ...['^{*}', '^{\\times}', '^{\\ast}', '_{\\ne0}'].map((suffix): [string, readonly Piece[]] => [
    suffix,
    [
      { low: infinite, high: openZero },
      { low: openZero, high: infinite },
    ],
  ]),
]);

/** `\mathbb{Z}^+` and its like. */
function readWholes(letter: string, suffix: string): Value | undefined {
  const isPositive = suffix === '^{+}' || suffix === '_{+}' || suffix === '_{>0}' || suffix === '^{*}';
  if (letter === 'N' && (suffix === '_{0}' || suffix === '_0')) return makeWords('\\mathbb N_0');
  if (letter === 'Z' && suffix === '_{\\ge0}') return makeWords('\\mathbb N_0');
  return isPositive && (letter === 'Z' || letter === 'N') && !(letter === 'Z' && suffix === '^{*}')
    ? makeWords('\\mathbb N')
    : undefined;
}
