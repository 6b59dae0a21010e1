import { isDigit, isLetter, skipLetters } from '../chars.ts';
import { type Finding, makeFinding } from './span.ts';

const longestWhole = 300;

/** A reply of one short line that is no sentence: `\frac{14}{169}`, `5 bags`, `ellipse`. */
export function findWhole(text: string): Finding {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > longestWhole || trimmed.includes('\n') || /^\\boxed\{\s*\}$/.test(trimmed))
    return null;
  // "Yes, it is."
  if (/^(?:yes|no|true|false)\b[.,!]? ?[a-z ,']{0,60}\.?$/i.test(trimmed))
    return makeFinding(text, { start: 0, end: text.length });
  const words = countWords(trimmed);
  const isOneWord = words === 1 && skipLetters(trimmed, 0) >= trimmed.length - 1;
  const first = trimmed.charCodeAt(0);
  const beginsAsAnswer = isDigit(first) || '\\$([{-+.'.includes(trimmed[0] as string);
  if (words > 0 && !isOneWord && !(beginsAsAnswer && words <= 2)) return null;
  return makeFinding(text, { start: 0, end: text.length });
}

/** Words of two letters and more that are not LaTeX commands and do not stand in braces. */
export function countWords(text: string): number {
  let count = 0;
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (code === 92) i = Math.max(skipLetters(text, i + 1), i + 2);
    else if (isLetter(code)) {
      const end = skipLetters(text, i);
      if (depth <= 0 && end - i > 1) count++;
      i = end;
    } else {
      if (code === 123) depth++;
      else if (code === 125) depth--;
      i++;
    }
  }
  return count;
}
