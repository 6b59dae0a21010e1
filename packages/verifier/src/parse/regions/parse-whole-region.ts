import { readBracket } from '../../text/brackets.ts';
import type { Form, Reader } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import type { FamilyValue, RegionValue, Value } from '../values.ts';
import { areSamePieces } from './pieces.ts';
import { readSet } from './read-set.ts';
import { solveRelations } from './solve-relations.ts';
import { readSpokenSet } from './speak.ts';

/** Sets that are a whole answer: in words, written in two ways (`x < 3: (-\infty, 3)`), and unions over all integers. */
export const parseWholeRegion: Form = (text, reader) =>
  readSpokenSet(text, reader) ?? readTwice(text, reader) ?? readUnionOverIntegers(text, reader);

/** `x < -7: (-\infty, -7)` and `(0, \ln 4) = (0, 2 \ln 2)`: both have to be one set. */
function readTwice(text: string, reader: Reader): Value | undefined {
  if (!/[)\]}]$|\\mathbb R$/.test(text) || !/[:=]\s*(?:[([]|\\\{|\\mathbb R)/.test(text)) return undefined;
  const parts = splitAtTop(text);
  if (parts.length < 2) return undefined;
  const regions = parts.map((part) => readEither(part, reader));
  const [first, ...others] = regions;
  if (!first || !others.every((other) => other && areSamePieces(first.pieces, other.pieces, reader.fuel)))
    return undefined;
  return first;
}

function readEither(text: string, reader: Reader): RegionValue | null {
  const spoken = readSpokenSet(text, reader) ?? readSet(text, reader);
  if (spoken?.kind === 'region') return spoken;
  const clauses = /[<>]|\\(?:le|ge|ne|in)(?![a-z])/.test(text) ? splitClauses(text) : null;
  const value = clauses && solveRelations(clauses, reader);
  return value?.kind === 'region' ? value : null;
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
  return { kind: 'family', body: set, parameters: [{ name: head[1] as string, domain: '\\mathbb Z' }] };
}
