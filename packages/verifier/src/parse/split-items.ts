import { isDigit, isLetter, skipDigits } from '../chars.ts';
import { readBracket } from '../text/brackets.ts';

/**
 * What a comma between digits means: a separator of thousands where the digits allow it and no space follows
 * (`thousands`), a separator of elements always (`separators`), or of thousands even with a space (`all-thousands`).
 */
export type CommaReading = 'thousands' | 'separators' | 'all-thousands';

export interface Item {
  readonly text: string;
  /** Whether the word `and` stands before it. */
  readonly joinedByWord: boolean;
}

interface Cut {
  /** Where the separator begins and ends. */
  readonly start: number;
  readonly end: number;
  readonly isWord: boolean;
  readonly isSpaced: boolean;
}

/**
 * Splits a text at its top-level commas and at the word "and". Null when its brackets do not match, an element is
 * missing, or its commas fit neither thousands nor elements (`1,00,000`).
 */
export function splitItems(text: string, commas: CommaReading): readonly Item[] | null {
  const cuts = findCuts(text);
  if (cuts === null) return null;
  if (cuts.length === 0) return [{ text, joinedByWord: false }];
  const kept = dropThousands(text, cuts, commas);
  if (kept === null) return null;
  const items: Item[] = [];
  let start = 0;
  let joinedByWord = false;
  for (const cut of [...kept, { start: text.length, end: text.length, isWord: false, isSpaced: false }]) {
    const piece = text.slice(start, cut.start).trim();
    // "1, 2, and 3": a comma right before the word separates nothing.
    const isBeforeWord = piece === '' && cut.isWord && items.length > 0;
    if (piece === '' && !isBeforeWord) return null;
    if (!isBeforeWord) items.push({ text: removeCommaSpaces(piece), joinedByWord });
    joinedByWord = cut.isWord;
    start = cut.end;
  }
  return items;
}

function findCuts(text: string): Cut[] | null {
  const cuts: Cut[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const { change, width } = readBracket(text, i);
    // `\text{and}` is the word; other groups are passed over.
    if (depth === 0 && text.startsWith('\\text{and}', i)) {
      cuts.push({ start: i, end: i + 10, isWord: true, isSpaced: true });
      i += 10;
      continue;
    }
    depth += change;
    if (depth < 0) return null;
    if (depth === 0 && change === 0) {
      const code = text.charCodeAt(i);
      if (code === 44) {
        const isSpaced = text.charCodeAt(i + 1) === 32;
        cuts.push({ start: i, end: i + (isSpaced ? 2 : 1), isWord: false, isSpaced });
      } else if (code === 97 && isWordAnd(text, i)) {
        cuts.push({ start: i, end: i + 3, isWord: true, isSpaced: true });
        i += 3;
        continue;
      }
    }
    i += width;
  }
  return depth === 0 ? cuts : null;
}

function isWordAnd(text: string, index: number): boolean {
  if (!text.startsWith('and', index)) return false;
  const before = text.charCodeAt(index - 1);
  return !isLetter(before) && before !== 92 && !isLetter(text.charCodeAt(index + 3));
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
    if (cut.isWord || (cut.isSpaced && commas !== 'all-thousands')) break;
    if (!isDigit(text.charCodeAt(cut.start - 1)) || !isDigit(text.charCodeAt(cut.end))) break;
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
