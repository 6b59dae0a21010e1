import { isDigit, isLetter, isSpace, skipSpaces } from '../chars.ts';
import { findForeignPhrase } from './find-foreign-phrase.ts';
import { type Finding, makeFinding } from './span.ts';

/** How far behind "answer" its verb may stand: "The answer to the second question is". */
const longestDetour = 120;

/** Words that end the answer and begin its explanation. */
const stopWords: readonly string[] = ['because', 'since', 'which', 'so', 'therefore', 'thus', 'hence', 'as'];

/**
 * What follows the last "the answer is", "answer:" and their like, up to the end of its sentence, so that
 * "I hope it is correct." is not swallowed. A point between digits ends no sentence.
 */
export function findAnswerPhrase(text: string): Finding {
  const foreign = findForeignPhrase(text);
  for (let i = text.length - 4; i >= Math.max(foreign, 0); i--) {
    // 'a' or 'A', the rarest test first for a loop over a whole reply.
    if ((text.charCodeAt(i) | 32) !== 97 || isLetter(text.charCodeAt(i - 1))) continue;
    const start = isWordAnswer(text, i) ? readVerb(text, i + 6) : readShortForm(text, i);
    if (start !== -1) return readSentence(text, start);
  }
  return foreign === -1 ? null : readSentence(text, skipMarks(text, foreign));
}

/** `Ans: 5`, `Ans = 5`. */
function readShortForm(text: string, index: number): number {
  const found = /^ans(?:\.|\b) ?[:=]/i.exec(text.slice(index, index + 7));
  return found === null ? -1 : skipMarks(text, index + found[0].length);
}

/** How far before an answer the word may stand that takes back the box before it. */
const longestCorrection = 400;
const corrections = /\b(?:actually|wait|oops|sorry|mistake|error|correction|i was wrong|correct answer is)\b/;

/**
 * "The final answer is $5$", or "Wait, the answer is $5$", at or behind an index: the last word of a reply even where a box came before it. Only with
 * mathematics or a number behind it, as "the final answer is correct" names none.
 */
export function findFinalAnswer(text: string, from: number): Finding {
  const finding = findAnswerPhrase(text.slice(from));
  if (finding === null || finding === 'truncated') return null;
  const start = from + finding.start;
  const isPlain = isDigit(text.charCodeAt(start)) || '$\\-+(['.includes(text[start] as string);
  const before = text.slice(Math.max(from, start - longestCorrection), start).toLowerCase();
  if (!isPlain || !(before.slice(-24).includes('final answer is') || corrections.test(before))) return null;
  return { start, end: from + finding.end, answer: finding.answer };
}

/** A last line such as `A: 26`, as people write solutions to word problems. */
export function findAnswerLine(text: string): Finding {
  const end = text.trimEnd().length;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  return text.startsWith('A:', start) ? makeFinding(text, { start: start + 2, end }) : null;
}

function isWordAnswer(text: string, index: number): boolean {
  for (let k = 1; k < 6; k++) {
    if ((text.charCodeAt(index + k) | 32) !== 'answer'.charCodeAt(k)) return false;
  }
  return true;
}

/** The index behind "is", "are", ":" and the like, or -1 where "answer" is used in another way. */
function readVerb(text: string, afterAnswer: number): number {
  let i = afterAnswer;
  if ((text.charCodeAt(i) | 32) === 115) i++;
  if (isLetter(text.charCodeAt(i))) return -1;
  const limit = Math.min(text.length, i + longestDetour);
  let isDetour = false;
  let isFirstWord = true;
  while (i < limit) {
    const code = text.charCodeAt(i);
    if (code === 10 && !isDetour && isHeading(text, afterAnswer)) return skipMarks(text, i + 1);
    if (code === 58 || code === 61) return isDetour && code === 61 ? -1 : skipMarks(text, i + 1);
    if (code === 10 || code === 46 || code === 63 || code === 33 || code === 44 || code === 59 || code === 36)
      return -1;
    if (!isLetter(code)) {
      i++;
      continue;
    }
    let end = i;
    while (isLetter(text.charCodeAt(end))) end++;
    const word = text.slice(i, Math.min(end, i + 12)).toLowerCase();
    if (word === 'is' || word === 'are' || word === 'be') return skipMarks(text, end);
    // "the answer to part (b) is", "the answer should be"; anything else uses the word in another way.
    if (isFirstWord && !detours.has(word)) return -1;
    isFirstWord = false;
    isDetour = true;
    i = end;
  }
  return -1;
}

/** "Final answer" on a line of its own, as a heading or in bold type: the answer is what follows. */
function isHeading(text: string, afterAnswer: number): boolean {
  const line = text.slice(Math.max(0, afterAnswer - 60, text.lastIndexOf('\n', afterAnswer - 1) + 1), afterAnswer);
  const isMarked = /^[#*_ ]*(?:\d+\. )?[#*_ ]*(?:the )?(?:my )?(?:final |correct )?answer$/i.test(line);
  return (
    isMarked && /^[*_: ]*\n/.test(text.slice(afterAnswer, afterAnswer + 8)) && text.slice(afterAnswer).trim() !== ''
  );
}

const detours: ReadonlySet<string> = new Set([
  'to',
  'for',
  'of',
  'in',
  'should',
  'must',
  'will',
  'would',
  'can',
  'would',
]);

/** Skips spaces, colons and bold marks before the answer. */
function skipMarks(text: string, start: number): number {
  let i = start;
  while (
    isSpace(text.charCodeAt(i)) ||
    text.charCodeAt(i) === 58 ||
    text.charCodeAt(i) === 42 ||
    text.charCodeAt(i) === 0xff1a
  )
    i++;
  return i;
}

function readSentence(text: string, start: number): Finding {
  if (start >= text.length) return 'truncated';
  let depth = 0;
  // Mathematics that is opened and never closed; a dollar before a digit may be money.
  let isInDollars = false;
  let i = start;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 36) {
      const close = findDollarEnd(text, i);
      if (close === -1) {
        if (stopsInEnvironment(text, i + 1)) return 'truncated';
        isInDollars ||= !isDigit(text.charCodeAt(i + 1)) && i + 1 < text.length && !isSpace(text.charCodeAt(i + 1));
        continue;
      }
      const isDisplay = text[i + 1] === '$';
      i = close;
      // "$5.$ I hope": the full stop stands inside the mathematics, and display mathematics often has none.
      if (isDisplay && beginsSentence(text, close + 1)) {
        i++;
        break;
      }
      if (text[close - 1] === '.' && (close + 1 >= text.length || isSpace(text.charCodeAt(close + 1)))) {
        i++;
        break;
      }
    } else if (code === 92) {
      const next = text.charCodeAt(i + 1);
      const closing = next === 40 ? '\\)' : next === 91 ? '\\]' : '';
      const close = closing === '' ? i : text.indexOf(closing, i + 2);
      if (close === -1) return 'truncated';
      i = close + 1;
      if (next === 91 && beginsSentence(text, close + 2)) {
        i++;
        break;
      }
    } else if (code === 123) depth++;
    else if (code === 125) depth--;
    else if (depth <= 0 && endsAnswer(text, i)) break;
  }
  if (i >= text.length && (depth > 0 || isInDollars)) return 'truncated';
  const aside = /[ ~]\((?:see|as|from|by|rounded|approx|which|not|i\.e)[a-z .,]{2,60}\)$/i.exec(
    text.slice(Math.max(start, i - 80), i),
  );
  if (aside !== null) i -= aside[0].length;
  const end = text.charCodeAt(i - 1) === 42 && !text.startsWith('*', start) ? trimStars(text, start, i) : i;
  return makeFinding(text, { start, end: Math.min(end, text.length) });
}

/** "**Answer: 5**": the closing marks of bold type that began before the answer. */
function trimStars(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && text.charCodeAt(i - 1) === 42) i--;
  return i;
}

/** Mathematics in a sentence is no longer than this. */
const longestMath = 4000;

/** The index of the last dollar of the mathematics that begins at `open`, or -1 where the dollar is money. */
function findDollarEnd(text: string, open: number): number {
  const width = text.charCodeAt(open + 1) === 36 ? 2 : 1;
  const close = text.indexOf('$', open + width);
  if (close === -1) return -1;
  if (width === 2) return text.charCodeAt(close + 1) === 36 ? close + 1 : close;
  if (isDigit(text.charCodeAt(close + 1))) return -1;
  const isOverLines = text.slice(open, Math.min(close, open + longestMath)).includes('\n');
  if (!isOverLines) return isSpace(text.charCodeAt(close - 1)) ? -1 : close;
  return close - open <= longestMath && isMathOverLines(text.slice(open + 1, close)) ? close : -1;
}

/**
 * Whether what stands between two dollars on two lines is mathematics, such as a matrix, and not "$18 in cash\nor US$".
 * It is one paragraph, holds mathematics in its first line, and its marks touch it or have a line each.
 */
function isMathOverLines(content: string): boolean {
  const lines = content.split('\n').map((line) => line.trim());
  const [first, last] = [lines[0] as string, lines.at(-1) as string];
  if (first === '' || last === '') return first === last && lines.slice(1, -1).every((line) => line !== '');
  const isClosed = !isSpace(content.charCodeAt(content.length - 1));
  return isClosed && lines.every((line) => line !== '') && (!isDigit(first.charCodeAt(0)) || /[\\^_{]/.test(first));
}

/** Whether a word with a capital follows after a space: "\\[x = 3\\] I hope it is correct." */
function beginsSentence(text: string, index: number): boolean {
  const word = skipSpaces(text, index);
  const code = text.charCodeAt(word);
  return word > index && code >= 65 && code <= 90 && (isLetter(text.charCodeAt(word + 1)) || text[word + 1] === ' ');
}

/** Whether the text ends inside a matrix or the like that was begun behind an index, with no dollar to close it. */
function stopsInEnvironment(text: string, start: number): boolean {
  if (text.length - start > longestMath) return false;
  const rest = text.slice(start);
  return !rest.includes('$') && rest.lastIndexOf('\\begin{') > rest.lastIndexOf('\\end{');
}

function endsAnswer(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code === 10 || code === 13 || code === 0x3002 || code === 0xff1b) return true;
  const next = text.charCodeAt(index + 1);
  const isAtGap = Number.isNaN(next) || isSpace(next) || next === 42 || next === 34;
  if (code === 46) {
    // The second point of "p.m." and the like.
    const isAbbreviation = isLetter(text.charCodeAt(index - 1)) && text.charCodeAt(index - 2) === 46;
    return isAtGap && !isAbbreviation;
  }
  if (code === 33 || code === 63 || code === 59)
    return isAtGap && (code !== 33 || !isDigit(text.charCodeAt(index - 1)));
  if (code !== 32 && code !== 44) return false;
  const word = skipSpaces(text, index + 1);
  return stopWords.some((stop) => text.startsWith(stop, word) && !isLetter(text.charCodeAt(word + stop.length)));
}
