import { readBracket } from '../../text/brackets.ts';
import type { Form } from '../reader.ts';
import type { Value } from '../values.ts';
import { readClock } from './parse-time.ts';

/** More terms are a list of something else. */
const mostTerms = 12;

/** `3:4`, `1:\sqrt{2}:3`, `3 to 4`. */
export const parseRatio: Form = (text, reader) => {
  const terms = splitTerms(text);
  if (terms === undefined) return undefined;
  if (terms.length > mostTerms || terms.includes('')) return null;
  const values: Value[] = [];
  for (const term of terms) {
    const value = reader.readValue(term);
    const isScalar = value?.kind === 'number' || value?.kind === 'expression' || value?.kind === 'quantity';
    if (value === null || !isScalar) return null;
    values.push(value);
  }
  return { kind: 'ratio', terms: values, time: readClock(text) };
};

/** The parts between colons or the word "to" outside brackets; undefined where a comma or a relation stands there too. */
function splitTerms(text: string): readonly string[] | undefined {
  // A word before a colon names what follows, and f: x \\mapsto 2x is a function.
  if ((!text.includes(':') && !text.includes('to')) || /^(?:\\text\{)?[A-Za-z ]{3,}:|\\mapsto/.test(text))
    return undefined;
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    const separator = depth === 0 ? measureSeparator(text, i) : 0;
    if (separator < 0) return undefined;
    if (separator > 0) {
      terms.push(text.slice(start, i).trim());
      i += separator;
      start = i;
      continue;
    }
    depth += change;
    if (depth < 0) return undefined;
    i += width;
  }
  if (terms.length === 0 || depth !== 0) return undefined;
  return [...terms, text.slice(start).trim()];
}

/** The width of the separator at the index, 0 where none is, -1 for a character that no ratio has. */
function measureSeparator(text: string, index: number): number {
  const character = text[index] as string;
  if (',;=<>'.includes(character)) return -1;
  if (character === ':') return 1;
  if (text.startsWith('\\text{to}', index)) return 9;
  return character === ' ' && text.startsWith(' to ', index) ? 4 : 0;
}
