import { isDigit, isLetter, skipDigits, skipSpaces } from '../chars.ts';
import { type Finding, makeFinding } from './span.ts';

/**
 * GSM8K's `#### 18`, on a line of its own. A heading of the fourth level (`#### Step 2`, `#### 2. Solve`) looks alike
 * and is passed over.
 */
export function findHashMarks(text: string): Finding {
  for (let i = text.lastIndexOf('####'); i !== -1; i = i === 0 ? -1 : text.lastIndexOf('####', i - 1)) {
    const before = text.charCodeAt(i - 1);
    if (i > 0 && before !== 10 && before !== 13 && before !== 32) continue;
    const start = skipBlanks(text, i + 4);
    if (!isAnswerStart(text, start)) continue;
    const newline = text.indexOf('\n', start);
    return makeFinding(text, { start, end: newline === -1 ? text.length : newline });
  }
  return null;
}

function skipBlanks(text: string, start: number): number {
  let i = start;
  while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
  return i;
}

function isAnswerStart(text: string, start: number): boolean {
  const code = text.charCodeAt(start);
  if (Number.isNaN(code) || code === 35 || code === 10 || code === 13 || code === 42 || isLetter(code)) return false;
  if (!isDigit(code)) return true;
  const end = skipDigits(text, start);
  const mark = text.charCodeAt(end);
  const next = text.charCodeAt(skipSpaces(text, end + 1));
  return !((mark === 46 || mark === 41 || mark === 58) && isLetter(next));
}
