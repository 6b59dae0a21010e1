import { isDigit, isLetter, skipBraces, skipLetters } from '../chars.ts';
import { isGreekLetter } from './scan-names.ts';

/** What belongs to the name of a variable behind its letter, in one spelling: `_1`, `_{12}`, `'`. */
export interface SymbolTail {
  readonly name: string;
  readonly end: number;
}

/**
 * Reads a subscript and primes. Null for a subscript that is more than letters and digits, or one Greek letter: two
 * spellings of `a_{n+1}` would be two variables.
 */
export function scanSymbolTail(text: string, start: number): SymbolTail | null {
  let primes = '';
  let subscript = '';
  let end = start;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === 39 || code === 8242) {
      primes += "'";
      end++;
    } else if (code === 95) {
      const read = scanSubscript(text, end + 1);
      if (read === null || subscript !== '') return null;
      subscript = read.name;
      end = read.end;
    } else if (code === 94 && text.startsWith('{\\prime', end + 1)) {
      end += 2;
      for (; text.startsWith('\\prime', end); end += 6) primes += "'";
      if (text.charCodeAt(end) !== 125) return null;
      end++;
    } else return { name: subscript + primes, end };
  }
}

function scanSubscript(text: string, start: number): SymbolTail | null {
  const first = text.charCodeAt(start);
  if (isDigit(first) || isLetter(first)) return { name: `_${text[start]}`, end: start + 1 };
  const end = first === 123 ? skipBraces(text, start) : -1;
  if (end === -1 || !isPlainName(text, start + 1, end - 1)) return null;
  const content = text.slice(start + 1, end - 1);
  return { name: content.length === 1 ? `_${content}` : `_{${content}}`, end };
}

function isPlainName(text: string, start: number, end: number): boolean {
  if (start === end) return false;
  if (text.charCodeAt(start) === 92) {
    return skipLetters(text, start + 1) === end && isGreekLetter(text.slice(start + 1, end));
  }
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code) && !isLetter(code)) return false;
  }
  return true;
}
