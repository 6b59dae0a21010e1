import { isLetter } from '../../chars.ts';
import type { Reader } from '../reader.ts';
import type { Value } from '../values.ts';
import { parseAbsence } from './parse-absence.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseChoice } from './parse-choice.ts';
import { parseFigure } from './parse-figure.ts';
import { parseNumberWords } from './parse-number-words.ts';
import { toPlainText, trimMarks } from './plain-text.ts';

/**
 * Answers in words that have a grammar of their own: yes and no, "no solution", choices, "seven", `\overline{AB}`.
 * Names and sentences come last of all forms: see {@link parseProse}. Takes the whole normalised text, whose
 * parentheses tell the choice `(B)` from a variable.
 */
export function parseWords(normalized: string, reader: Reader): Value | undefined {
  if (!mayBeWords(normalized)) return undefined;
  const plain = toPlainText(normalized);
  const trimmed = trimMarks(plain);
  return (
    parseBoolean(plain, reader) ??
    parseAbsence(trimmed) ??
    parseChoice(plain, reader) ??
    parseNumberWords(trimmed.replace(/^the /i, '')) ??
    parseFigure(trimmed)
  );
}

/** Two letters side by side outside a command, a letter with a mark of a choice, or an empty set. */
function mayBeWords(text: string): boolean {
  if (text.length > 600) return /^[A-Za-z]{2,5}[.,;: ]/.test(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return true;
    if (code === 92) {
      if (/^\\(?:text|emptyset|oslash|triangle|angle|over|\{\\\}|\()/.test(text.slice(i, i + 12))) return true;
      while (isLetter(text.charCodeAt(i + 1))) i++;
    } else if (isLetter(code)) {
      const next = text.charCodeAt(i + 1);
      if (isLetter(next)) return true;
      if (i < 2 && (next === 41 || next === 93 || next === 46 || next === 58 || next === 44 || next === 32))
        return true;
    }
  }
  return false;
}
