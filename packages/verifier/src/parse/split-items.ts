import { isDigit, isLetter, skipDigits } from '../chars.ts';
import { readBracket } from '../text/brackets.ts';

/**
 * What a comma between digits means: a separator of thousands where the digits allow it and no space follows
 * (`thousands`), a separator of elements always (`separators`), or of thousands even with a space (`all-thousands`).
 */
export type CommaReading = 'thousands' | 'separators' | 'all-thousands';

export interface Item {
  readonly text: string;
  /** The word before it. */
  readonly word: ListWord | null;
}

export type ListWord = 'and' | 'or';

interface Cut {
  /** Where the separator begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Null for a comma, a semicolon and a line break. */
  readonly word: ListWord | null;
  readonly isSpaced: boolean;
}

const words: readonly (readonly [text: string, word: ListWord | null])[] = [
  ['\\text{and}', 'and'],
  ['\\text{or}', 'or'],
  ['and', 'and'],
  ['or', 'or'],
  ['&', 'and'],
  [';', null],
  ['\\\\', null],
];

/**
 * Splits a text at its top-level commas, semicolons and line breaks and at the words "and" and "or". Null when its
 * brackets do not match, an element is missing, its commas fit neither thousands nor elements (`1,00,000`), or commas
 * stand beside semicolons.
 */
export function splitItems(text: string, commas: CommaReading): readonly Item[] | null {
  const cuts = findCuts(text);
  if (cuts === null) return null;
  if (cuts.length === 0) return [{ text, word: null }];
  const kept = dropThousands(text, cuts, commas);
  if (kept === null) return null;
  const marks = new Set(kept.map(({ start }) => text[start]));
  if (marks.has(',') && marks.has(';')) return null;
  const items: Item[] = [];
  let start = 0;
  let word: ListWord | null = null;
  for (const cut of [...kept, { start: text.length, end: text.length, word: null, isSpaced: false }]) {
    const piece = text.slice(start, cut.start).trim();
    // "1, 2, and 3": a comma right before the word separates nothing.
    const isBeforeWord = piece === '' && cut.word !== null && items.length > 0;
    if (piece === '' && !isBeforeWord) return null;
    if (!isBeforeWord) items.push({ text: removeCommaSpaces(piece), word });
    word = cut.word;
    start = cut.end;
  }
  return items;
}

function findCuts(text: string): Cut[] | null {
  const cuts: Cut[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    const code = text.charCodeAt(i);
    const found = depth === 0 && code !== 44 ? findWord(text, i) : undefined;
    if (found !== undefined) {
      const end = i + found[0].length;
      cuts.push({ start: i, end, word: found[1], isSpaced: true });
      i = end;
      continue;
    }
    depth += change;
    if (depth < 0) return null;
    if (depth === 0 && code === 44) {
      const isSpaced = text.charCodeAt(i + 1) === 32;
      cuts.push({ start: i, end: i + (isSpaced ? 2 : 1), word: null, isSpaced });
    }
    i += width;
  }
  return depth === 0 ? cuts : null;
}

function findWord(text: string, index: number): (typeof words)[number] | undefined {
  const code = text.charCodeAt(index);
  if (code !== 92 && code !== 97 && code !== 111 && code !== 59 && code !== 38) return undefined;
  return words.find(([word]) => {
    if (!text.startsWith(word, index)) return false;
    const before = text.charCodeAt(index - 1);
    return !isLetter(code) || !(isLetter(before) || before === 92 || isLetter(text.charCodeAt(index + word.length)));
  });
}

/** Takes out the commas that stand inside numbers under the reading. */
function dropThousands(text: string, cuts: readonly Cut[], commas: CommaReading): readonly Cut[] | null {
  if (commas === 'separators') return cuts;
  const kept: Cut[] = [];
  for (let i = 0; i < cuts.length; ) {
    const end = findGroupEnd(text, cuts, i, commas);
    if (end === i) {
      kept.push(cuts[i] as Cut);
      i++;
    } else {
      const group = cuts.slice(i, end);
      if (!isThousandsGroup(text, group)) {
        // One of `1,00,000` begins with a zero that no element of a list would have.
        if (commas === 'thousands' && group.some((cut) => isZeroLed(text, cut.end))) return null;
        kept.push(...group);
      }
      i = end;
    }
  }
  return kept;
}

/** The end of the run of cuts from `start` that have only digits around and between them; `start` where there is none. */
function findGroupEnd(text: string, cuts: readonly Cut[], start: number, commas: CommaReading): number {
  let end = start;
  while (end < cuts.length) {
    const cut = cuts[end] as Cut;
    if (cut.word !== null || (cut.isSpaced && commas !== 'all-thousands')) break;
    if (
      text.charCodeAt(cut.start) !== 44 ||
      !isDigit(text.charCodeAt(cut.start - 1)) ||
      !isDigit(text.charCodeAt(cut.end))
    )
      break;
    if (end > start && skipDigits(text, (cuts[end - 1] as Cut).end) !== cut.start) break;
    end++;
  }
  return end;
}

/** One to three digits without a leading zero, then groups of exactly three. */
function isThousandsGroup(text: string, group: readonly Cut[]): boolean {
  const first = group[0] as Cut;
  let start = first.start;
  while (isDigit(text.charCodeAt(start - 1))) start--;
  const width = first.start - start;
  if (width > 3 || text.charCodeAt(start) === 48 || text.charCodeAt(start - 1) === 46) return false;
  return group.every((cut) => skipDigits(text, cut.end) - cut.end === 3);
}

function isZeroLed(text: string, index: number): boolean {
  return text.charCodeAt(index) === 48 && isDigit(text.charCodeAt(index + 1));
}

/** Under the reading `all-thousands` an element may hold `1, 234`. */
function removeCommaSpaces(text: string): string {
  return text.includes(', ') && isDigit(text.charCodeAt(0)) ? text.replaceAll(', ', ',') : text;
}
