import { isDigit, isLetter, isSpace, skipBraces, skipDigits, skipLetters } from '../../chars.ts';

/** A word of prose, or a stretch of mathematics between two words. */
export interface Token {
  readonly kind: 'word' | 'formula';
  readonly text: string;
}

/** Words of two or three letters; other such runs are products or names of points. */
const shortWords: ReadonlySet<string> = new Set(
  'is are was be of at on in if no or and the for to by not any all as an it has we so up its may can one two six ten odd yes do how per out off nor who red set they pt ft low net man men day use us both each he she his her but my our'.split(
    ' ',
  ),
);

/** Runs of letters that are mathematics, although they are long enough for words. */
const functions: ReadonlySet<string> = new Set(
  'arcsin arccos arctan arccot sinh cosh tanh sqrt frac text infty'.split(' '),
);

/** The words and formulas of normalised text. A word stands outside braces, or in `\text{}`. */
export function listTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = 0;
  let i = 0;
  const closeFormula = (): void => {
    const formula = text.slice(start, i).trim();
    if (formula !== '') tokens.push({ kind: 'formula', text: formula });
  };
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (text.startsWith('\\text{', i)) {
      const end = skipBraces(text, i + 5);
      const words = end === -1 ? null : listTextWords(text.slice(i + 6, end - 1));
      if (words === null) {
        i += 6;
        continue;
      }
      closeFormula();
      tokens.push(...words);
      i = start = end;
    } else if ((code === 92 || code === 109) && /^\\?m(?:ax|in) ?at /.test(text.slice(i, i + 8))) {
      closeFormula();
      tokens.push({ kind: 'word', text: text.slice(i, i + 4).includes('max') ? 'maximum' : 'minimum' });
      i = start = text.indexOf('at', i + 3);
    } else if (text.startsWith('\\{', i) || text.startsWith('\\}', i)) i += 2;
    else if (code === 92) i = Math.max(skipLetters(text, i + 1), i + 2);
    else if (code === 123) i = Math.max(skipBraces(text, i), i + 1);
    else if (isOrdinal(text, i)) {
      closeFormula();
      const end = skipLetters(text, skipDigits(text, i));
      tokens.push({ kind: 'word', text: text.slice(i, end) });
      i = start = end;
    } else if (isWordStart(text, i)) {
      const end = skipWord(text, i);
      const word = text.slice(i, end);
      if (isWord(word) || (text.slice(start, i).trim() === '' && isArticle(text, i))) {
        closeFormula();
        tokens.push({ kind: 'word', text: word });
        start = end;
      }
      i = end;
    } else i++;
  }
  closeFormula();
  return tokens;
}

/** A single letter in `\text{}` is a name as much as outside it. Numbers and signs there are what they are elsewhere. */
function listTextWords(content: string): readonly Token[] | null {
  if (content.includes('\\text')) return null;
  const words = content.split(/[\s,.;:?()"]+/).filter((word) => word !== '');
  const isPlain = words.every((word) => /^\p{L}+(?:['’-]\p{L}+)*!?$/u.test(word));
  return isPlain ? words.map((word) => ({ kind: 'word', text: word.replace('!', '') })) : listTokens(content);
}

/** `3rd`, `12th`. */
function isOrdinal(text: string, index: number): boolean {
  if (!isDigit(text.charCodeAt(index)) || isDigit(text.charCodeAt(index - 1))) return false;
  const end = skipDigits(text, index);
  return /^(?:st|nd|rd|th)$/.test(text.slice(end, skipLetters(text, end)));
}

function isWordStart(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return isLetter(code) || (code > 191 && /\p{L}/u.test(text[index] as string));
}

/** Letters with hyphens and apostrophes between them: `well-known`, `doesn't`. */
function skipWord(text: string, start: number): number {
  let i = start;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    const isJoint =
      (code === 45 || code === 39) &&
      isLetter(text.charCodeAt(i - 1)) &&
      isLetter(text.charCodeAt(i + 1)) &&
      i - start > 1 &&
      (code === 39 || isLetter(text.charCodeAt(i + 3)));
    if (!isJoint && !isWordStart(text, i)) break;
    i++;
  }
  return i;
}

/** The `a` of "a circle", and the `A` that begins a sentence; "A is invertible" is about a matrix. */
function isArticle(text: string, index: number): boolean {
  return /^a [A-Za-z]{3}|^A (?!and|has|are|is |or )[a-z]{3}/.test(text.slice(index, index + 6));
}

function isWord(text: string): boolean {
  if (text.charCodeAt(0) > 127) return true;
  const lower = text.toLowerCase();
  if (functions.has(lower)) return false;
  if (text.length < 4)
    return (
      shortWords.has(lower) ||
      (text.length > 1 && /^[A-Z]+$/.test(text)) ||
      /^[A-Z][a-z]{2}$/.test(text) ||
      (/^[A-Z]?[a-z]*[aeiou][a-z]*$/.test(text) && text.length === 3 && !/^(.)\1/.test(text) && !isProduct(lower))
    );
  return true;
}

/** `sin`, `log` and three letters such as `abc` or `mnx` that are no word. */
function isProduct(text: string): boolean {
  return /^(?:sin|cos|tan|log|exp|arc|sec|abc|bac|cab|iab|abi|xie)$/.test(text) || isSpace(text.charCodeAt(0));
}
