import { MathsFinder } from './find-maths.ts';
import { numberWords } from './number-words.ts';

/** A text as the filters compare it: neither case nor white space nor the punctuation of sentences is in it. */
export interface NormalText {
  /**
   * Words, numbers, LaTeX commands and signs. A space parts what is read as two words; what belongs together, such as the
   * parts of a formula, is parted by `glue`.
   */
  readonly text: string;
  /** The same with `#` for every number, written in digits or as a word. */
  readonly masked: string;
}

/** Between the parts of one word or formula. */
export const glue = '\u001f';

const space = 0;
const letter = 1;
const digit = 2;
const sign = 3;

/** What is read as one kind: of a character below 128. */
const kinds = new Uint8Array(128).fill(sign);
for (let code = 0; code <= 32; code++) kinds[code] = space;
kinds[127] = space;
for (let code = 97; code <= 122; code++) kinds[code] = letter;
for (let code = 48; code <= 57; code++) kinds[code] = digit;

/** Commands that change how something looks, and not what it says. */
const cosmetic = new Set(
  `left right big bigg bigl bigr biggl biggr displaystyle textstyle scriptstyle limits nolimits quad qquad noindent hfill
  newline par middle`.split(/\s+/),
);
/** Commands whose argument is written in another way, and is what it is. */
const wrappers = new Set(
  'text mbox textbf textit textrm emph mathrm mathbf mathit operatorname boldsymbol hbox'.split(' '),
);
const wrappersOfWords = new Set('text mbox textbf textit textrm emph hbox'.split(' '));
const sameCommands: ReadonlyMap<string, string> = new Map([
  ...(['dfrac', 'tfrac', 'cfrac'] as const).map((name) => [name, '\\frac'] as const),
  ...(['dbinom', 'tbinom'] as const).map((name) => [name, '\\binom'] as const),
  ...(['ldots', 'cdots', 'dotsc', 'dotsb'] as const).map((name) => [name, '\\dots'] as const),
  ...([
    ['leq', '\\le'],
    ['leqslant', '\\le'],
    ['geq', '\\ge'],
    ['geqslant', '\\ge'],
    ['neq', '\\ne'],
  ] as const),
  ...([
    ['lt', '<'],
    ['gt', '>'],
    ['rightarrow', '\\to'],
    ['degree', '\\circ'],
    ['ast', '*'],
    ['mid', '|'],
  ] as const),
]);
const sameSigns: Readonly<Record<string, string>> = {
  ...{ '−': '-', '–': '-', '×': ' \\times ', '÷': ' \\div ', '≤': ' \\le ', '≥': ' \\ge ', '≠': ' \\ne ' },
  ...{ '·': ' \\cdot ', '⋅': ' \\cdot ', π: ' \\pi ', '°': ' \\circ ', '√': ' \\sqrt ', '∞': ' \\infty ', '⁄': '/' },
  ...{ '“': '"', '”': '"', '„': '"', '‘': "'", '’': "'", '—': ' ', '…': ' ' },
  // Cyrillic and Greek letters that no eye tells from Latin ones.
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's', ο: 'o' },
};
/** Marks of layout and joining: nothing is seen of them. */
const unseen = /\p{Cf}|[\ufe00-\ufe0f]|\u034f/gu;
/** What says only how to answer, and stands before or behind questions of all kinds. */
const instruction =
  /(?:(?:please\s+|let['’]?s\s+)?(?:reason|think|work|solve (?:it|this)|explain)(?:\s+\w{1,12}){0,3}\s+step[ -]by[ -]step|(?:please\s+)?(?:put|place|write|give|enclose|box)\s+(?:your|the)\s+(?:final\s+)?answer\s+(?:with)?in(?:side)?\s+(?:a\s+)?\$?\\boxed\s*\{\s*\}\$?)(?:,?\s+and(?=\s+(?:please\s+)?(?:put|place|write|give|enclose|box)\s))?[\s.,!]*/gi;
/** A brace around one thing is not seen in a formula. */
const braceOfOne = /\{\s*(?:\d+(?:\.\d+)?|[a-z]|\\[a-z]+)\s*\}/y;
/** Commands that take two arguments, and digit by digit where they have no braces. */
const twoArguments = new Set(['\\frac', '\\binom']);

const rareSigns = new RegExp(`[${Object.keys(sameSigns).join('')}]`, 'gu');
const superscripts = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/gu;
const fractions = /[¼-¾⅐-⅞]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for what is not ASCII.
const notAscii = /[^\x00-\x7f]/;
const isLetter = /[\p{L}\p{M}]/u;
const textPunctuation = new Set([44, 46, 63, 59, 58, 34, 39, 96]);
const openers = new Set(['(', '[', '{', '$', '\\{']);
const closers = new Set([')', ']', '}', '%', '!', '\\}']);

/** @returns what is equal for two texts that differ in case, white space, punctuation and the look of formulas only */
export function normaliseText(text: string): NormalText {
  return new Normaliser(fold(cutInstructions(text))).run();
}

/** Where nothing else is there, it stays. */
function cutInstructions(text: string): string {
  if (!(text.includes('step') || text.includes('boxed'))) return text;
  const rest = text.replace(instruction, ' ');
  return rest.trim() === '' ? text : rest;
}

function fold(text: string): string {
  if (!notAscii.test(text)) return text.toLowerCase();
  const isUp = (run: string): string => `^${run.normalize('NFKC').replace('−', '-')}`;
  return text
    .replace(unseen, '')
    .replace(superscripts, isUp)
    .replace(fractions, (sign) => ` ${sign}`)
    .normalize('NFKC')
    .replace(rareSigns, (sign) => sameSigns[sign] ?? sign)
    .toLowerCase()
    .replace(rareSigns, (sign) => sameSigns[sign] ?? sign);
}

type Class = 'none' | 'word' | 'single' | 'number' | 'sign' | 'open' | 'close';

class Normaliser {
  readonly #source: string;
  #text = '';
  /** Where each number begins and ends in the text. */
  readonly #numbers: number[] = [];
  #last: Class = 'none';
  #isInMaths = false;
  /** Of a span of maths. */
  #isFirst = false;
  /** Of braces that are open: which are of a wrapper, and are left out. */
  readonly #braces: ('plain' | 'words' | 'look')[] = [];
  #openWords = 0;
  readonly #finder: MathsFinder;

  constructor(source: string) {
    this.#source = source;
    this.#finder = new MathsFinder(source);
  }

  run(): NormalText {
    this.#read(0, this.#source.length, false);
    return { text: this.#text, masked: this.#mask() };
  }

  #mask(): string {
    let masked = '';
    let from = 0;
    for (let at = 0; at < this.#numbers.length; at += 2) {
      masked += `${this.#text.slice(from, this.#numbers[at])}#`;
      from = this.#numbers[at + 1] ?? from;
    }
    return from === 0 ? this.#text : masked + this.#text.slice(from);
  }

  #read(from: number, to: number, isMaths: boolean): void {
    const source = this.#source;
    for (let at = from; at < to; ) {
      const code = source.charCodeAt(at);
      const kind = code < 128 ? (kinds[code] ?? sign) : isLetterAt(source, at) ? letter : sign;
      if (kind === space) at += 1;
      else if (kind === letter) at = this.#readLetters(at, to, isMaths);
      else if (kind === digit || (code === 46 && at + 1 < to && isDigit(source.charCodeAt(at + 1)))) {
        at = this.#readNumber(at, to);
      } else if (code === 92 || code === 36) at = this.#readDollarOrCommand(at, to, isMaths);
      else at = this.#readSign(at, to, isMaths);
    }
  }

  #readLetters(from: number, to: number, isMaths: boolean): number {
    const source = this.#source;
    const areWords = !isMaths || this.#openWords > 0;
    let at = from;
    while (at < to) {
      const code = source.charCodeAt(at);
      if (code < 128 ? kinds[code] !== letter : !isLetterAt(source, at)) break;
      at += code >= 0xd800 && code < 0xdc00 ? 2 : 1;
    }
    const run = source.slice(from, at);
    if (areWords) this.#emit(run, run.length === 1 ? 'single' : 'word', numberWords.has(run));
    // In a formula `a` and `i` are no words.
    else for (const one of run) this.#emit(one === 'a' || one === 'i' ? `\\${one}` : one, 'single');
    return at;
  }

  #readNumber(from: number, to: number): number {
    const source = this.#source;
    let number = '';
    let at = from;
    while (at < to) {
      const code = source.charCodeAt(at);
      if (isDigit(code)) {
        number += source[at];
        at += 1;
      } else if (code === 46 && isDigit(source.charCodeAt(at + 1)) && !number.includes('.')) {
        number += '.';
        at += 1;
      } else {
        const comma = readThousandsComma(source, at);
        if (comma === 0 || number.includes('.')) break;
        at += comma;
      }
    }
    this.#emit(number, 'number', true);
    return Math.min(at, to);
  }

  #readDollarOrCommand(at: number, to: number, isMaths: boolean): number {
    const source = this.#source;
    const span = isMaths ? undefined : this.#finder.find(at);
    if (span !== undefined) {
      const before = this.#braces.length;
      this.#isInMaths = true;
      this.#isFirst = true;
      this.#read(span.from, span.to, true);
      this.#isInMaths = false;
      while (this.#braces.length > before) this.#closeBrace();
      return span.end;
    }
    if (source[at] === '$') {
      if (!isMaths) this.#emit('$', 'open');
      return at + 1;
    }
    let end = at + 1;
    while (end < to && kinds[source.charCodeAt(end)] === letter) end += 1;
    if (end === at + 1) {
      const next = source[end] ?? '';
      if (next === '{' || next === '}') this.#emit(`\\${next}`, next === '{' ? 'open' : 'close');
      else if (next === '%' || next === '$') this.#emit(next, next === '%' ? 'close' : 'open');
      else if (next === '|') this.#emit('\\|', 'sign');
      return end + 1;
    }
    const name = source.slice(at + 1, end);
    if (cosmetic.has(name)) return end;
    if (!wrappers.has(name)) {
      const command = sameCommands.get(name) ?? `\\${name}`;
      this.#emit(command, 'open');
      return twoArguments.has(command) ? this.#readDigits(end, to) : end;
    }
    while (end < to && kinds[source.charCodeAt(end)] === space) end += 1;
    if (source[end] !== '{') return end;
    const isOfWords = wrappersOfWords.has(name);
    this.#braces.push(isOfWords ? 'words' : 'look');
    if (isOfWords) this.#openWords += 1;
    return end + 1;
  }

  /** Of `\frac12`: each digit is an argument. */
  #readDigits(from: number, to: number): number {
    let end = from;
    for (let count = 0; count < 2; count++) {
      let at = end;
      while (at < to && kinds[this.#source.charCodeAt(at)] === space) at += 1;
      if (at >= to || !isDigit(this.#source.charCodeAt(at))) break;
      this.#emit(this.#source[at] ?? '', 'number', true);
      end = at + 1;
    }
    return end;
  }

  #isBraceOfOne(at: number, isMaths: boolean): boolean {
    const isArgument = isMaths || this.#last === 'open' || '^_}'.includes(this.#source[at - 1] ?? ' ');
    braceOfOne.lastIndex = at;
    return isArgument && braceOfOne.test(this.#source);
  }

  #closeBrace(): 'plain' | 'words' | 'look' {
    const brace = this.#braces.pop() ?? 'plain';
    if (brace === 'words') this.#openWords -= 1;
    return brace;
  }

  #readSign(at: number, to: number, isMaths: boolean): number {
    const source = this.#source;
    const code = source.charCodeAt(at);
    const width = code >= 0xd800 && code < 0xdc00 && at + 1 < to ? 2 : 1;
    const one = source.slice(at, at + width);
    if (one === '{') {
      const isSeen = !this.#isBraceOfOne(at, isMaths);
      this.#braces.push(isSeen ? 'plain' : 'look');
      if (isSeen) this.#emit(one, 'open');
    } else if (one === '}') {
      if (this.#closeBrace() === 'plain') this.#emit(one, 'close');
    } else if (isMaths) {
      if (one !== '&' && one !== '~' && one !== '.' && one !== '"') this.#emit(one, classOf(one));
    } else if (textPunctuation.has(code)) {
      const isRatio = code === 58 && isDigit(source.charCodeAt(at - 1)) && isDigit(source.charCodeAt(at + 1));
      const isPrime = code === 39 && this.#last === 'single' && !isLetterAt(source, at + 1);
      if (isRatio || isPrime) this.#emit(one, 'sign');
    } else if (one === '!') {
      if (this.#last !== 'word' && this.#last !== 'none') this.#emit(one, 'close');
    } else if (one !== '~' && !(one === '-' && isHyphen(source, at))) this.#emit(one, classOf(one));
    return at + width;
  }

  #emit(token: string, kind: Class, isNumber = false): void {
    const last = this.#last;
    const isGlued = (this.#isInMaths && !this.#isFirst) || belongTogether(last, kind);
    this.#isFirst = false;
    if (last !== 'none') this.#text += isGlued ? glue : ' ';
    this.#text += token;
    if (isNumber) this.#numbers.push(this.#text.length - token.length, this.#text.length);
    this.#last = kind;
  }
}

function belongTogether(last: Class, kind: Class): boolean {
  if (last === 'none') return false;
  if (kind === 'sign' || kind === 'close') return true;
  if (kind === 'open') return last !== 'word';
  if (last === 'sign' || last === 'open') return true;
  if (kind === 'word' || last === 'word') return false;
  return last === 'close' || last !== kind;
}

function classOf(one: string): Class {
  if (openers.has(one)) return 'open';
  return closers.has(one) ? 'close' : 'sign';
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return kinds[code] === letter;
  return code >= 128 && isLetter.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

/** As in `two-digit`; in `x-y` it is a sign. */
function isHyphen(text: string, at: number): boolean {
  return [at - 2, at - 1, at + 1, at + 2].every((place) => place >= 0 && isLetterAt(text, place));
}

/** @returns how long the comma of `1,000` or `1{,}000` is that may be at this place; 0 where there is none */
function readThousandsComma(text: string, at: number): number {
  const length = text[at] === ',' ? 1 : text.startsWith('{,}', at) ? 3 : 0;
  if (length === 0) return 0;
  const next = at + length;
  const areThree = [next, next + 1, next + 2].every((place) => isDigit(text.charCodeAt(place)));
  return areThree && !isDigit(text.charCodeAt(next + 3)) ? length : 0;
}
