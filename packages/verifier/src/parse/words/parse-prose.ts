import { isLetter } from '../../chars.ts';
import { readBracket } from '../../text/brackets.ts';
import { toIdentityText } from '../../text/identity-text.ts';
import type { Reader } from '../reader.ts';
import { splitRelations } from '../split-relations.ts';
import { findUnit } from '../units.ts';
import { printValue, type Value, type WordsValue } from '../values.ts';
import { listTokens, type Token } from './list-tokens.ts';
import { nameWord } from './name-word.ts';

/** Longer texts are an essay. */
const mostParts = 200;

/** Longer runs of letters are no word. */
const longestWord = 40;

/** Signs that only lead over to what follows. */
const dropped: ReadonlySet<string> = new Set([...'.,;:!?"\'', '-', '\\ ']);

/**
 * An answer in words, with the formulas between them: the last resort for text that nothing else reads. It needs one
 * real word at least, so that mathematics which nobody understood never passes for prose.
 */
export function parseProse(text: string, reader: Reader, needsWord = true): WordsValue | null {
  const tokens = listTokens(text);
  if (tokens.some(({ kind, text }) => kind === 'word' && text.length > longestWord)) return null;
  if (tokens.length > mostParts || !reader.fuel.spend(text.length)) return null;
  const hasFormula = tokens.some((token) => token.kind === 'formula' && !dropped.has(token.text));
  if (needsWord && !isSentence(tokens) && !tokens.some((token) => isRealWord(token, hasFormula))) return null;
  const parts: (string | Value)[] = [];
  for (const token of tokens) {
    if (dropped.has(token.text)) continue;
    if (token.kind === 'formula') parts.push(...readFormula(token.text, reader));
    else {
      const word = token.text === 'A' ? '' : nameWord(token.text);
      if (word !== '') parts.push(word);
    }
  }
  if (reader.fuel.isOut || parts.length === 0) return null;
  const print = parts.map((part) => (typeof part === 'string' ? part : printValue(part))).join(' ');
  return { kind: 'words', text: print, parts, group: null };
}

/** `\mu is the MLE`: a verb or a preposition with another word. */
function isSentence(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ kind }) => kind === 'word');
  return words.length > 1 && words.some(({ text }) => /^(?:is|are|for)$/.test(text));
}

/** No unit, no abbreviation and no name of points. */
function isRealWord({ kind, text }: Token, hasFormula: boolean): boolean {
  if (kind !== 'word') return false;
  if (!isLetter(text.charCodeAt(0))) return true;
  if (!hasFormula) return text.length > 1;
  if (text.toLowerCase() === 'odd') return true;
  return text.length > 3 && /[a-z]/.test(text) && /[aeiouy]/i.test(text) && findUnit(text) === undefined;
}

/** The parts of a formula at its commas and signs of relation, each a value, or its text where nobody reads it. */
function readFormula(text: string, reader: Reader): (string | Value)[] {
  return splitCommas(text).flatMap((piece) => {
    const trimmed = trimFormula(piece);
    if (trimmed === '') return [];
    const whole = reader.readValue(trimmed);
    if (whole !== null) return [whole];
    const chain = splitRelations(trimmed);
    if (chain === null || chain.signs.length === 0) return [readText(trimmed)];
    return chain.sides.flatMap((side, i): (string | Value)[] => {
      const value = side === '' ? [] : [reader.readValue(side) ?? readText(side)];
      return i < chain.signs.length ? [...value, chain.signs[i] as string] : value;
    });
  });
}

function readText(text: string): Value {
  return { kind: 'text', text: toIdentityText(text) };
}

/** Without the marks of the sentence around it: `.5` keeps its point, and `n!` its sign. */
function trimFormula(text: string): string {
  const bare = text.trim().replace(/^[\s,;:?"]+/, '');
  const start = /^\.(?!\d)/.test(bare) ? 1 : 0;
  let end = bare.length;
  while (end > start && ' .,;:?"'.includes(bare[end - 1] as string)) end--;
  return bare.slice(start, end).trim();
}

/** At the top-level commas and semicolons that do not stand in a number; the whole where brackets do not match. */
function splitCommas(text: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    depth += change;
    if (depth < 0) return [text];
    const code = text.charCodeAt(i);
    if (
      depth === 0 &&
      change === 0 &&
      (code === 59 || (code === 44 && !/^\d{3}(?!\d)/.test(text.slice(i + 1, i + 5))))
    ) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
    i += width;
  }
  return depth === 0 ? [...pieces, text.slice(start)] : [text];
}
