import { isDigit, skipDigits } from '../chars.ts';

/**
 * The one spelling of a plain integer or decimal (`-007.50` is `-7.5`), or null for any other text. Comparing the
 * spellings is exact at any length, so that most pairs need no parser and no number is too long.
 */
export function canonicalDecimal(text: string): string | null {
  const first = text.charCodeAt(0);
  const isSigned = first === 45 || first === 43;
  let start = isSigned ? 1 : 0;
  const wholeEnd = skipDigits(text, start);
  let end = wholeEnd;
  if (text.charCodeAt(end) === 46) {
    end = skipDigits(text, end + 1);
    // A lone point, or a full stop: left to the parser.
    if (end === wholeEnd + 1) return null;
  }
  if (end !== text.length || end === start) return null;
  while (start < wholeEnd && text.charCodeAt(start) === 48) start++;
  if (end > wholeEnd) {
    while (text.charCodeAt(end - 1) === 48) end--;
    if (end === wholeEnd + 1) end = wholeEnd;
  }
  if (start === end) return '0';
  const digits = isDigit(text.charCodeAt(start)) ? text.slice(start, end) : `0${text.slice(start, end)}`;
  return first === 45 ? `-${digits}` : digits;
}
