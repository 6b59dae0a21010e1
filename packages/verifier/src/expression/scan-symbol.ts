import { isDigit, isLetter, skipBraces, skipLetters } from '../chars.ts';
import { isGreekLetter } from './scan-names.ts';

/** What belongs to the name of a variable behind its letter, in one spelling: `_1`, `_{12}`, `'`. */
export interface SymbolTail {
  readonly name: string;
  readonly end: number;
}

/**
 * Reads a subscript and primes. Null for a subscript that is more than a name: two spellings of `a_{n+1}` would be two
 * variables.
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
  if (end === -1) return null;
  const content = withoutWrapper(text.slice(start + 1, end - 1));
  if (!isPlainName(content)) return null;
  return { name: content.length === 1 ? `_${content}` : `_{${content}}`, end };
}

/** `v_{\text{max}}` is `v_{max}`, and so is `v_{\max}`. */
function withoutWrapper(content: string): string {
  if (content === '\\max' || content === '\\min') return content.slice(1);
  return content.startsWith('\\text{') && content.endsWith('}') ? content.slice(6, -1) : content;
}

/** Letters and digits, also with commas between them, or one Greek letter, or `0` with signs: `_{1,2}`, `_{AB}`. */
export function isPlainName(content: string): boolean {
  if (content === '') return false;
  if (content.charCodeAt(0) === 92) {
    return skipLetters(content, 1) === content.length && isGreekLetter(content.slice(1));
  }
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i);
    if (!isDigit(code) && !isLetter(code) && (code !== 44 || i === 0 || i === content.length - 1)) return false;
  }
  return true;
}
