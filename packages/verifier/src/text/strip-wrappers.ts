import { isLetter, isSpace, skipBraces } from '../chars.ts';
import { stripDress } from './strip-dress.ts';

/** What may stand around a whole answer and say nothing: delimiters of mathematics, a box, bold type. */
const pairs: readonly (readonly [open: string, close: string])[] = [
  ['$$', '$$'],
  ['$', '$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['**', '**'],
  ['__', '__'],
  ['"', '"'],
  ['`', '`'],
  ['*', '*'],
  ['<b>', '</b>'],
];

const boxes: readonly string[] = [
  ...['\\boxed', '\\fbox', '\\text', '\\mbox', '\\textbf', '\\textit', '\\emph', '\\mathrm', '\\textrm', ''],
  ...['\\underline', '\\mathbf', '\\boldsymbol', '\\bm', '\\mathit', '\\mathsf', '\\ensuremath'],
];

const boldBoxes: ReadonlySet<string> = new Set(['\\mathbf', '\\boldsymbol', '\\bm']);

/** More layers than this are no answer that anybody writes. */
const mostLayers = 12;

/** Removes spaces, wrappers around the whole, and the full stop of a sentence. */
export function stripWrappers(raw: string): string {
  let text = trimSpaces(spellRationals(raw)).replace(/^(\$?)\\bullet\s+/, '$1');
  for (let layer = 0; layer < mostLayers; layer++) {
    const inner = trimSpaces(stripOne(text));
    if (inner === text) break;
    text = inner;
  }
  return text;
}

/** `Rational(1, 2)` and `S(1)/2`, as SymPy prints fractions. */
function spellRationals(text: string): string {
  if (text.includes('Rational'))
    return text.replaceAll(/\bRational(?:\\left)?\( ?(-?\d+) ?, ?(\d+) ?(?:\\right)?\)/g, '($1/$2)');
  return text.includes('S(') ? text.replaceAll(/\bS\((-?\d+)\)(?=\/)/g, '$1') : text;
}

function stripOne(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  if (last === 46) return endsSentence(text) ? text.slice(0, -1) : text;
  for (const [open, close] of pairs) {
    if (text.length < open.length + close.length || !text.startsWith(open) || !text.endsWith(close)) continue;
    const inner = text.slice(open.length, -close.length);
    // A quoted letter or digit is quoted for a reason.
    if ((open === '"' || open === '`') && /^[a-z]?$/.test(inner)) continue;
    // `$5$ or $6$` begins and ends with a dollar, but they are not one pair; `$5\$` ends in an escaped one.
    const mark = open[0] === '\\' ? open : (open[0] as string);
    const hasMark = mark === '$' ? /(?:^|[^\\])\$/.test(inner) : inner.includes(mark);
    // A line break before the dollar is no escape of it.
    const isEscaped = inner.endsWith('\\') && !inner.endsWith('\\\\');
    if (!hasMark && !isEscaped) return inner;
  }
  const undressed = stripDress(text);
  if (last !== 125 || undressed !== text) return undressed;
  for (const box of boxes) {
    if (!text.startsWith(box)) continue;
    let open = box.length;
    while (isSpace(text.charCodeAt(open))) open++;
    if (text.charCodeAt(open) !== 123 || skipBraces(text, open) !== text.length) continue;
    // A bold 0 or small letter is a vector.
    if (boldBoxes.has(box) && /^[0a-z]$/.test(text.slice(open + 1, -1))) continue;
    // The braces of an environment's name or of `{,}` never stand around a whole answer, so nothing is lost here.
    return text.slice(open + 1, -1);
  }
  return text;
}

/** A full stop ends a sentence unless it belongs to an ellipsis, an abbreviation such as p.m. or a `\right.`. */
function endsSentence(text: string): boolean {
  const end = text.length - 1;
  const before = text.charCodeAt(end - 1);
  if (before === 46 || text.endsWith('\\right.') || text.endsWith('\\left.')) return false;
  return !(isLetter(before) && text.charCodeAt(end - 2) === 46);
}

function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  for (let width = 1; width > 0; start += width) width = start < end ? measureSpace(text, start) : 0;
  for (let width = 1; width > 0; end -= width) width = end > start ? measureSpaceBefore(text, end) : 0;
  return text.slice(start, end);
}

/** The width of the space that begins at the index: a character, `\,` and its like, `\quad`; 0 where none does. */
function measureSpace(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (isSpace(code) || code === 126) return 1;
  if (code !== 92) return 0;
  if (isSpacingMark(text.charCodeAt(index + 1))) return 2;
  const name = ['\\quad', '\\qquad'].find((command) => text.startsWith(command, index));
  return name === undefined || isLetter(text.charCodeAt(index + name.length)) ? 0 : name.length;
}

/** The width of the space that ends before the index. The backslash of `\ ` may be the second of a line break. */
function measureSpaceBefore(text: string, index: number): number {
  const code = text.charCodeAt(index - 1);
  const isEscaped = text.charCodeAt(index - 2) === 92 && text.charCodeAt(index - 3) !== 92;
  if (isEscaped && isSpacingMark(code)) return 2;
  if (isSpace(code) || code === 126) return 1;
  if (code !== 100) return 0;
  return ['\\quad', '\\qquad'].find((command) => text.endsWith(command, index))?.length ?? 0;
}

function isSpacingMark(code: number): boolean {
  return code === 33 || code === 44 || code === 59 || code === 58 || code === 32;
}
