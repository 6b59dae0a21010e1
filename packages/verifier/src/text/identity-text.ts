import { isDigit, isLetter, skipBraces, skipDigits } from '../chars.ts';
import { findClosing, hasTopLevelComma } from './brackets.ts';

/** How many pairs of parentheses around a whole are taken off. */
const mostParentheses = 8;

/**
 * The form in which two normalised texts are compared letter by letter. It forgives what the parser still needs:
 * `\text{}` around words, the space behind a comma, parentheses around a whole without commas.
 */
export function toIdentityText(normalized: string): string {
  let text = normalized;
  for (let layer = 0; layer < mostParentheses && isInParentheses(text); layer++) text = text.slice(1, -1);
  if (text.includes('\\text{')) text = unwrapWords(text);
  return text.includes(', ') ? closeCommas(text) : text;
}

function isInParentheses(text: string): boolean {
  return (
    text.charCodeAt(0) === 40 &&
    text.charCodeAt(text.length - 1) === 41 &&
    text.length > 2 &&
    findClosing(text, 0) === text.length - 1 &&
    !hasTopLevelComma(text, { start: 1, end: text.length - 1 })
  );
}

/** A single letter keeps its wrapper: `3\text{t}` is three tonnes and `3t` a product. */
function unwrapWords(text: string): string {
  let output = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf('\\text{', position);
    if (start === -1) return output + text.slice(position);
    const end = skipBraces(text, start + 5);
    if (end === -1) return output + text.slice(position);
    output += text.slice(position, start);
    const content = text.slice(start + 6, end - 1);
    output += content.length === 1 ? text.slice(start, end) : joinWord(output, content, text.charCodeAt(end));
    position = end;
  }
}

function joinWord(before: string, content: string, next: number): string {
  const last = before.charCodeAt(before.length - 1);
  const head = isLetter(last) || isDigit(last) ? ' ' : '';
  return `${head}${content}${isLetter(next) || isDigit(next) ? ' ' : ''}`;
}

/** `(1, 2)` is `(1,2)`, but `1, 234` and `1,234` are not the same, as the second may be one number. */
function closeCommas(text: string): string {
  let output = '';
  let position = 0;
  for (;;) {
    const comma = text.indexOf(', ', position);
    if (comma === -1) return output + text.slice(position);
    const digitsEnd = skipDigits(text, comma + 2);
    let digitsStart = comma;
    while (isDigit(text.charCodeAt(digitsStart - 1))) digitsStart--;
    const mayBeThousands = digitsEnd - comma - 2 === 3 && comma - digitsStart <= 3;
    output += text.slice(position, comma + 1) + (mayBeThousands ? ' ' : '');
    position = comma + 2;
  }
}
