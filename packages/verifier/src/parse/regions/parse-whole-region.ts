import { readBracket } from '../../text/brackets.ts';
import type { Form, Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import type { FamilyValue, Value } from '../values.ts';
import { areSamePieces } from './pieces.ts';
import { readSet } from './read-set.ts';
import { readSpokenSet } from './read-spoken-set.ts';
import { solveRelations } from './solve-relations.ts';

/** Sets that are a whole answer: in words, written in two ways (`x < 3: (-\infty, 3)`), and unions over all integers. */
export const parseWholeRegion: Form = (text, reader) =>
  readRounded(text, reader) ??
  readSpokenSet(text, reader) ??
  readTwice(text, reader) ??
  readUnionOverIntegers(text, reader);

/** `\\approx (-\\infty, 2.71)`, `\\approx 17.10 ft`: the sign says how the numbers were found. */
function readRounded(text: string, reader: Reader): Value | undefined {
  const number = /^\\approx *[-+\\$\d]/.test(text) ? reader.readList(text.slice(7).trim()) : null;
  if ((number?.kind === 'number' || number?.kind === 'quantity') && number.unit !== null) return number;
  const set = /^\\approx *[([]/.test(text) ? readSet(text.slice(7).trim(), reader) : undefined;
  return set?.kind === 'region' || set?.kind === 'condition' ? set : undefined;
}

/** `x < -7: (-\infty, -7)` and `(0, \ln 4) = (0, 2 \ln 2)`: both have to be one set. */
function readTwice(text: string, reader: Reader): Value | undefined {
  if (!/[)\]}]$|\\mathbb R$/.test(text) || !/[:=]\s*(?:[([]|\\\{|\\mathbb R)/.test(text)) return undefined;
  // `(x,y) = (1,2)` names coordinates.
  if (!/\\infty|\\cup|\\mathbb R|\\[lg]e(?![a-z])|[<>]/.test(text)) return undefined;
  const parts = splitAtTop(text);
  if (parts.length < 2) return undefined;
  const sets = parts.map((part) => readEither(part, reader));
  const read = sets.filter((set) => set !== null && set !== undefined);
  const [first] = read;
  if (first === undefined || read.length < sets.length || !read.some(({ kind }) => kind === 'region')) return undefined;
  const isOne = read.every(
    (set) => set.kind === 'region' && first.kind === 'region' && areSamePieces(first.pieces, set.pieces, reader.fuel),
  );
  // Two sets that differ are only themselves.
  return isOne ? first : { kind: 'condition', joiner: 'and', parts: read.map(hideVariable) };
}

function hideVariable(value: Value): Value {
  return value.kind === 'region' ? { ...value, variable: null } : value;
}

function readEither(text: string, reader: Reader): Value | null | undefined {
  const clauses = /[<>]|\\(?:le|ge|ne|in)(?![a-z])/.test(text) ? splitClauses(text) : null;
  return readSpokenSet(text, reader) ?? (clauses ? solveRelations(clauses, reader) : readSet(text, reader));
}

/** At colons and equals signs outside of brackets. */
function splitAtTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (depth === 0 && (code === 58 || code === 61)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
    const { change, width } = readBracket(text, i);
    depth += change;
    i += width;
  }
  return [...parts, text.slice(start).trim()];
}

/** `\bigcup_{k=-\infty}^{\infty} (2k\pi, (2k+1)\pi)`. */
function readUnionOverIntegers(text: string, reader: Reader): FamilyValue | undefined {
  const head = /^\\cup_\{([a-z])(?:=-\\infty\}\^\{\\infty\}|\\in\\mathbb Z\})/.exec(text);
  if (head === null) return undefined;
  const rest = text.slice(head[0].length).trim();
  const set = readSet(/^\\\{[([].*\\\}$/.test(rest) ? rest.slice(2, -2) : rest, reader);
  if (set?.kind !== 'region') return undefined;
  return { kind: 'family', body: set, parameters: [{ name: head[1] as string, domain: 'Z' }] };
}
