import { isDigit, isLetter, isSpace, skipDigits } from '../chars.ts';
import { type Finding, makeFinding } from './span.ts';

/** The last number of a reply, with its sign, separators, fraction bar and percent sign. */
export function findLastNumber(text: string): Finding {
  let last = text.length - 1;
  while (last >= 0 && !isDigit(text.charCodeAt(last))) last--;
  if (last < 0) return null;
  let end = last + 1;
  let start = last;
  while (start > 0 && belongsToNumber(text, start - 1)) start--;
  if (isPartOfExpression(text, start, end)) return readToken(text, start, end);
  if (text.charCodeAt(end) === 37) end++;
  else if (text.startsWith('\\%', end)) end += 2;
  if (text.charCodeAt(start - 1) === 45 && isSignPlace(text.charCodeAt(start - 2))) start--;
  return makeFinding(text, { start, end });
}

function belongsToNumber(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (isDigit(code)) return true;
  if (code === 44) return isDigit(text.charCodeAt(index - 1)) && skipDigits(text, index + 1) === index + 4;
  if (code === 46) return !isLetter(text.charCodeAt(index - 1));
  return code === 47 && isDigit(text.charCodeAt(index - 1));
}

/** In 3-5 the sign subtracts; in "= -5" it belongs to the number. */
function isSignPlace(before: number): boolean {
  return !isDigit(before) && !isLetter(before) && before !== 41 && before !== 125;
}

/** Mathematics without delimiters: the 2 of `\frac{1}{2}`, `x^2` or `|x-2|` is not its answer. */
function isPartOfExpression(text: string, start: number, end: number): boolean {
  const isNegative = text.charCodeAt(start - 1) === 45;
  const before = text.charCodeAt(isNegative ? start - 2 : start - 1);
  return (
    !endsPlainly(text, end) || !(Number.isNaN(before) || isSpace(before) || '$("=:*\'`<>~≈'.includes(charAt(before)))
  );
}

function charAt(code: number): string {
  return String.fromCharCode(code);
}

function endsPlainly(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  return (
    Number.isNaN(after) ||
    isSpace(after) ||
    '$).,;:!?*%"\'`<\\'.includes(charAt(after)) ||
    isLetter(after) ||
    after > 127
  );
}

/** Longer runs without a space are no answer. */
const longestToken = 400;

function readToken(text: string, start: number, end: number): Finding {
  let from = start;
  let to = end;
  while (from > 0 && start - from < longestToken && !isSpace(text.charCodeAt(from - 1))) from--;
  while (to < text.length && to - end < longestToken && !isSpace(text.charCodeAt(to))) to++;
  while (to > end && '.,;:'.includes(text[to - 1] as string)) to--;
  return makeFinding(text, { start: from, end: to });
}
