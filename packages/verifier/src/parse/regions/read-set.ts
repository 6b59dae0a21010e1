import type { Expression } from '../../expression/expression.ts';
import { findClosing, readBracket } from '../../text/brackets.ts';
import type { Reader } from '../reader.ts';
import { type End, makeWords, type Piece, type RegionValue, type Value } from '../values.ts';
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

const mostOperands = 40;

/** Names of sets in the spelling that they are kept in. */
const setNames: ReadonlyMap<string, string> = new Map(
  ['R', 'Z', 'N', 'Q', 'C'].flatMap((letter) =>
    [`\\mathbb ${letter}`, `\\mathbf ${letter}`, `\\Bbb ${letter}`, `\\${letter}`, letter].map(
      (spelling): [string, string] => [spelling, letter],
    ),
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
  // Without brackets nobody knows whether a union or an intersection comes first.
  if (new Set(others.map(({ operator }) => operator)).size > 1 || parts.length > mostOperands) return null;
  const regions = parts.map((part) => readOperand(part.text, reader) ?? readPoint(part.text, reader));
  if (!regions.every((region): region is RegionValue => region?.kind === 'region')) return null;
  return joinRegions(regions, others[0]?.operator as SetOperator, reader);
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

/** Signs that are no commands join sets only where a bracket or the name of a set stands before them. */
function findOperator(text: string, index: number): readonly [string, SetOperator] | undefined {
  return setOperators.find(([sign]) => {
    if (!text.startsWith(sign, index)) return false;
    const isCommand = sign.charCodeAt(0) === 92;
    if (isCommand) return sign.endsWith('}') || !/[a-z]/i.test(text[index + sign.length] ?? '');
    return (
      /[)\]}RZNQ]$/.test(text.slice(0, index).trimEnd()) && /^[([\\]/.test(text.slice(index + sign.length).trimStart())
    );
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
  if (ends === null) return text.charCodeAt(0) === 40 ? readSet(inner, reader) : undefined;
  const piece = makePiece(ends, { open: text[0] as string, close: text[close] as string }, reader);
  return piece && { kind: 'region', variable: null, pieces: [piece] };
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

function makePiece(
  [from, to]: readonly [string, string],
  brackets: { readonly open: string; readonly close: string },
  reader: Reader,
): Piece | null {
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
  return value && { kind: 'region', variable: null, pieces: [makePoint(value)] };
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

/** A scalar that is no more than an expression, such as a number without a unit. */
export function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number' || value.isPercent || value.unit !== null) return null;
  return { kind: 'rational', value: value.value };
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
