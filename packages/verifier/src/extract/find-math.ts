import { isDigit, isSpace } from '../chars.ts';
import { type Finding, makeFinding, type Span } from './span.ts';

export interface MathFinding {
  readonly last: Finding;
  /** Whether the text ends inside mathematics that was opened and not closed. */
  readonly isCut: boolean;
}

/**
 * The last span of mathematics: `$..$`, `$$..$$`, `\(..\)`, `\[..\]`. A dollar opens before a non-space and closes
 * behind one and not before a digit, as in Pandoc's Markdown, so that "$5 and $6" is money.
 */
export function findLastMath(text: string): MathFinding {
  let last: MathSpan | null = null;
  let openAt = -1;
  let openMark = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 && text.charCodeAt(i + 1) === 10 && openMark === '$') openMark = '';
    if (code !== 36 && code !== 92) continue;
    const mark = readMark(text, i);
    if (mark === '') {
      if (code === 92) i++;
      continue;
    }
    if (closes(openMark, mark) && (mark !== '$' || canCloseDollar(text, i))) {
      const span = { start: openAt, end: i, first: openAt, after: i + mark.length };
      if (makeFinding(text, span) !== null) last = followOn(text, last, span);
      openMark = '';
    } else if ((openMark === '' || openMark === '$') && canOpen(text, i, mark)) {
      openMark = mark;
      openAt = i + mark.length;
    }
    i += mark.length - 1;
  }
  // A lone dollar may be money, and is mathematics for certain with an open brace behind it.
  const isCut = openMark !== '' && (openMark !== '$' || hasOpenBrace(text, openAt));
  if (last === null) return { last: null, isCut };
  return { last: makeFinding(text, { start: last.first, end: last.end }), isCut };
}

interface MathSpan extends Span {
  /** Where the first of the spans begins that are one answer with this one. */
  readonly first: number;
  /** The index behind the closing mark. */
  readonly after: number;
}

/** "$x=1$ and $x=2$" is one answer, and in "$10$, since $x>3$" the first is. */
function followOn(text: string, earlier: MathSpan | null, span: MathSpan): MathSpan {
  if (earlier === null || span.start - earlier.after > longestLink) return span;
  const link = text
    .slice(earlier.after, span.start)
    .replace(/(?:\$|\\[([])+$/, '')
    .trim();
  const isPair = [earlier, span].every(({ start, end }) => isValue(text.slice(start, end)));
  if (isPair && /^,? ?(?:and|or)$/.test(link)) return { ...span, first: earlier.first };
  return /^,? ?(?:since|because|as|when|where|for)$/.test(link) ? { ...earlier, after: span.after } : span;
}

/** A value, or a letter that has one; `5x = 30` is a step. */
function isValue(content: string): boolean {
  return !/[=<>]/.test(content) || /^\s*[A-Za-z](?:_\{?\w\}?)?\s*=[^=]*$/.test(content);
}

const longestLink = 14;

function readMark(text: string, index: number): string {
  if (text.charCodeAt(index) === 36) return text.charCodeAt(index + 1) === 36 ? '$$' : '$';
  const next = text[index + 1];
  return next === '(' || next === ')' || next === '[' || next === ']' ? `\\${next}` : '';
}

function closes(open: string, mark: string): boolean {
  if (open === '\\(') return mark === '\\)';
  return open === '\\[' ? mark === '\\]' : open !== '' && open === mark;
}

function canCloseDollar(text: string, index: number): boolean {
  return !isSpace(text.charCodeAt(index - 1)) && !isDigit(text.charCodeAt(index + 1));
}

function canOpen(text: string, index: number, mark: string): boolean {
  if (mark === '$') return index + 1 < text.length && !isSpace(text.charCodeAt(index + 1));
  return mark !== '\\)' && mark !== '\\]';
}

function hasOpenBrace(text: string, start: number): boolean {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 123) depth++;
    else if (code === 125) depth--;
  }
  return depth > 0;
}
