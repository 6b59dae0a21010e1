import { isLetter } from '../chars.ts';
import { readBracket } from '../text/brackets.ts';

/** How a clause is joined to the one before it; `given` limits all that follows, as the bar of a set does. */
export type Joiner = 'comma' | 'semicolon' | 'and' | 'or' | 'given';

export interface Clause {
  readonly text: string;
  /** Null for the first. */
  readonly joiner: Joiner | null;
  /** Where it stands in the whole text. */
  readonly start: number;
  readonly end: number;
}

const words: readonly (readonly [text: string, joiner: Joiner])[] = [
  ['\\text{and}', 'and'],
  ['\\text{or}', 'or'],
  ['and', 'and'],
  ['or', 'or'],
  ['\\wedge', 'and'],
  ['\\land', 'and'],
  ['\\vee', 'or'],
  ['\\lor', 'or'],
];

/**
 * Splits a text at its top-level commas, semicolons, "and" and "or". Null when its brackets do not match or a clause is
 * missing. A comma before a word ("1, 2, or 3") is part of the word.
 */
export function splitClauses(text: string): readonly Clause[] | null {
  const clauses: Clause[] = [];
  let depth = 0;
  let start = 0;
  let joiner: Joiner | null = null;
  const push = (end: number): boolean => {
    const piece = text.slice(start, end).trim();
    if (piece !== '') clauses.push({ text: piece, joiner, start, end });
    return piece !== '';
  };
  for (let i = 0; i < text.length; ) {
    const found = depth === 0 ? findJoiner(text, i) : undefined;
    if (found !== undefined) {
      const isPushed = push(i);
      // "1, 2, and 3": a comma right before the word separates nothing.
      if (!isPushed && (joiner !== 'comma' || found.joiner === 'comma' || found.joiner === 'semicolon')) return null;
      joiner = found.joiner;
      i += found.width;
      start = i;
      continue;
    }
    const { change, width } = readBracket(text, i);
    depth += change;
    if (depth < 0) return null;
    i += width;
  }
  return depth === 0 && push(text.length) ? clauses : null;
}

function findJoiner(text: string, index: number): { readonly joiner: Joiner; readonly width: number } | undefined {
  const code = text.charCodeAt(index);
  if (code === 44) return { joiner: 'comma', width: 1 };
  if (code === 59) return { joiner: 'semicolon', width: 1 };
  if (code !== 92 && code !== 97 && code !== 111) return undefined;
  for (const [word, joiner] of words) {
    if (!text.startsWith(word, index)) continue;
    const isBare = code !== 92;
    const before = text.charCodeAt(index - 1);
    if (isBare && (isLetter(before) || before === 92)) continue;
    if (!word.endsWith('}') && isLetter(text.charCodeAt(index + word.length))) continue;
    return { joiner, width: word.length };
  }
  return undefined;
}
