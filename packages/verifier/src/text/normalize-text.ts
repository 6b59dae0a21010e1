import { isDigit, isLetter, isSpace, isWordLike, skipDigits, skipLetters, skipSpaces } from '../chars.ts';
import { findUnit } from '../parse/units.ts';
import {
  commandSynonyms,
  droppedCommands,
  programSpellings,
  spacingCommands,
  superscripts,
  textCommands,
  unicodeSynonyms,
} from './commands.ts';
import { foldCharacters } from './fold-characters.ts';
import { joinLines } from './join-lines.ts';
import { stripWrappers } from './strip-wrappers.ts';

/** How deep groups and arguments may nest. Deeper text keeps its form from there on. */
const deepest = 60;

/**
 * One spelling for each way to typeset the same answer: spacing, `\left \right`, `\dfrac`, `\frac12`, `^2` against
 * `^{2}`, math delimiters, `\text{}` around the whole, a trailing full stop. Nothing that carries meaning is lost:
 * a case, a brace that scopes, a space between two words or two digits stays.
 *
 * The commas of numbers keep apart what their spacing tells: `10{,}000` is one number in every reading,
 * `10,000` is most likely one, and `10, 000` (written with a space here) is most likely two.
 */
export function normalizeText(raw: string): string {
  const text = wrapUnits(stripWrappers(joinLines(foldCharacters(raw))));
  // An environment whose backslashes were all escaped once more.
  return new Normalizer(/(?:^|[^\\])\\\\begin\{/.test(text) ? text.replaceAll('\\\\', '\\') : text).run();
}

const bracedUnit = /(\d ?)\{((?:[a-z]{2,}|[gmL])(?:\/[a-z]+)?)\}(?=(?:\^\{?\d\}?)?$)/;

/** `2600{g}`, `20{miles/hour}`: what is left of a unit whose `\text` was cut off. */
function wrapUnits(text: string): string {
  return text.replace(bracedUnit, (whole, number: string, unit: string) =>
    /^[ap]m$/.test(unit) || unit.split('/').every((word) => findUnit(word) !== undefined)
      ? `${number}\\text{ ${unit}}`
      : whole,
  );
}

class Normalizer {
  readonly #text: string;
  readonly #dollarsAreMoney: boolean;
  readonly #hasLines: boolean;
  /** Of each opening brace the index behind its closing one, or 0: found in one pass, as groups nest. */
  readonly #braceEnds: Int32Array | null;
  #position = 0;
  #output = '';
  #spacePending = false;
  #spaceBeforeComma = false;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#dollarsAreMoney = countDollars(text) % 2 === 1;
    this.#braceEnds = text.includes('{') ? matchBraces(text) : null;
    this.#hasLines = text.includes('\\begin');
  }

  run(): string {
    while (this.#position < this.#text.length) this.#scanItem();
    return this.#output;
  }

  /** Adds a piece, with a space where two words or two numbers would run together without it. */
  #emit(piece: string): void {
    const last = this.#output.charCodeAt(this.#output.length - 1);
    const first = piece.charCodeAt(0);
    if (isLetter(last) && this.#endsWithCommand()) {
      if (isLetter(first)) this.#output += ' ';
    } else if (this.#spacePending && isWordLike(last) && isWordLike(first)) this.#output += ' ';
    else if (
      last === 44 &&
      isDigit(first) &&
      (this.#spacePending || this.#spaceBeforeComma) &&
      isDigit(this.#output.charCodeAt(this.#output.length - 2))
    ) {
      this.#output += ' ';
    }
    this.#spaceBeforeComma = piece === ',' && this.#spacePending;
    this.#spacePending = false;
    this.#output += piece;
  }

  #findBraceEnd(open: number): number {
    return this.#braceEnds?.[open] || -1;
  }

  #endsWithCommand(): boolean {
    let i = this.#output.length - 1;
    while (isLetter(this.#output.charCodeAt(i))) i--;
    return this.#output.charCodeAt(i) === 92;
  }

  /** One token with its arguments. Always moves on. */
  #scanItem(): void {
    const text = this.#text;
    const code = text.charCodeAt(this.#position);
    if (isSpace(code) || code === 126) {
      this.#position++;
      this.#spacePending = true;
    } else if (code === 92) {
      this.#scanCommand();
    } else if (code === 123) {
      this.#scanGroup();
    } else if (code === 94 || code === 95) {
      this.#scanScript(text[this.#position] as string);
    } else if (code === 36) {
      this.#position++;
      if (this.#dollarsAreMoney) this.#emit('\\$');
      else this.#spacePending = true;
    } else if (code === 46 && text.startsWith('...', this.#position)) {
      this.#position += 3;
      this.#emit('\\ldots');
    } else if (isDigit(code)) {
      const end = skipDigits(text, this.#position);
      const digits = text.slice(this.#position, end);
      this.#position = end;
      this.#emit(digits);
    } else if (isLetter(code)) {
      const end = skipLetters(text, this.#position);
      const letters = text.slice(this.#position, end);
      this.#position = end;
      this.#emit(programSpellings.get(letters) ?? this.#spellSymPy(letters) ?? letters);
    } else {
      this.#scanCharacter();
    }
  }

  /** `log2(8)`, and the capitals of `4*I` and `E**x`, where a variable is not written so. */
  #spellSymPy(letters: string): string | undefined {
    const text = this.#text;
    const start = this.#position - letters.length;
    if (letters === 'log' && isDigit(text.charCodeAt(this.#position))) {
      const end = skipDigits(text, this.#position);
      const isCalled = text[end] === '(' || text.startsWith('\\left(', end);
      if (!isCalled || text[start - 1] === '\\') return undefined;
      const base = text.slice(this.#position, end);
      this.#position = end;
      return `\\log_{${base}}`;
    }
    if (letters === 'E') return text.startsWith('**', this.#position) ? 'e' : undefined;
    const isProduct = text[start - 1] === '*' && (isDigit(text.charCodeAt(start - 2)) || text[start - 2] === ')');
    return letters === 'I' && isProduct ? 'i' : undefined;
  }

  #scanCharacter(): void {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#position) as number);
    this.#position += character.length;
    if (superscripts.includes(character)) {
      this.#position -= character.length;
      this.#scanSuperscripts();
      return;
    }
    const synonym = unicodeSynonyms.get(character);
    this.#emit(synonym ?? character);
  }

  /** `10²³` is `10^{23}`. */
  #scanSuperscripts(): void {
    let exponent = '';
    for (; ; this.#position++) {
      const digit = superscripts.indexOf(this.#text[this.#position] ?? ' ');
      if (digit < 0) break;
      exponent += digit === 10 ? '-' : String(digit);
    }
    this.#emit(`^{${exponent}}`);
  }

  #scanCommand(): void {
    const text = this.#text;
    // `\\frac` is `\frac` with its backslash escaped twice, as there are no lines to break.
    const isDoubled =
      !this.#hasLines && text.charCodeAt(this.#position + 1) === 92 && isLetter(text.charCodeAt(this.#position + 2));
    const start = isDoubled ? this.#position + 1 : this.#position;
    const nameEnd = skipLetters(text, start + 1);
    if (nameEnd === start + 1) {
      this.#position = Math.min(start + 2, text.length);
      this.#scanEscape(text[start + 1] ?? '');
      return;
    }
    const name = text.slice(start + 1, nameEnd);
    this.#position = nameEnd;
    if (spacingCommands.has(name)) {
      this.#spacePending = true;
    } else if (droppedCommands.has(name)) {
      // `\left.` is a delimiter that is not there.
      if ((name === 'left' || name === 'right') && text[skipSpaces(text, nameEnd)] === '.') {
        this.#position = skipSpaces(text, nameEnd) + 1;
      }
    } else if (textCommands.has(name) && text[skipSpaces(text, nameEnd)] === '{') {
      this.#scanTextCommand(skipSpaces(text, nameEnd));
    } else if (
      name === 'frac' ||
      name === 'dfrac' ||
      name === 'tfrac' ||
      name === 'cfrac' ||
      name === 'nicefrac' ||
      name === 'sfrac'
    ) {
      this.#emit('\\frac');
      this.#scanArgument();
      this.#scanArgument();
    } else if (name === 'sqrt') {
      this.#emit('\\sqrt');
      if (text[skipSpaces(text, this.#position)] !== '[') this.#scanArgument();
    } else {
      this.#emit(commandSynonyms.get(name) ?? `\\${name}`);
    }
  }

  #scanEscape(character: string): void {
    if (character === '!') this.#joinThousands();
    else if (character === ',' || character === ';' || character === ':' || isSpace(character.charCodeAt(0))) {
      this.#spacePending = true;
    } else if (character === '%' || character === '#' || character === '&') this.#emit(character);
    // `\(`, `\)`, `\[`, `\]` only say where mathematics begins and ends.
    else if (character === '(' || character === ')' || character === '[' || character === ']')
      this.#spacePending = true;
    else this.#emit(`\\${character}`);
  }

  /** `10,\!000`: the negative space says that the comma is part of the number. */
  #joinThousands(): void {
    const length = this.#output.length;
    const isAfterComma = this.#output.endsWith(',') && isDigit(this.#output.charCodeAt(length - 2));
    const digits = skipSpaces(this.#text, this.#position);
    if (!isAfterComma || skipDigits(this.#text, digits) !== digits + 3) return;
    this.#output = `${this.#output.slice(0, -1)}{,}`;
    this.#position = digits;
  }

  /** `\text{ cm}` keeps its wrapper, so that a unit can be told from variables; without letters it has no meaning. */
  #scanTextCommand(open: number): void {
    const end = this.#findBraceEnd(open);
    if (end === -1) {
      this.#emit('\\text');
      return;
    }
    const words = splitWords(this.#text.slice(open + 1, end - 1).replaceAll(/\\(?:left|right)(?=[([\])])/g, ''));
    this.#position = end;
    const content = words.join(' ');
    if (content === '') this.#spacePending = true;
    else if (hasLetter(content)) {
      this.#emit(`\\text{${content}}`);
    } else {
      this.#spacePending = true;
      for (const piece of this.#normalizeInner(content)) this.#emit(piece);
      this.#spacePending = true;
    }
  }

  #normalizeInner(content: string): readonly string[] {
    if (this.#depth >= deepest) return [content];
    const inner = new Normalizer(content);
    inner.#depth = this.#depth + 1;
    const piece = inner.run();
    return piece === '' ? [] : [piece];
  }

  #scanGroup(): void {
    const end = this.#findBraceEnd(this.#position);
    if (end === -1 || this.#depth >= deepest) {
      this.#position++;
      this.#emit('{');
      return;
    }
    const content = this.#text.slice(this.#position + 1, end - 1);
    if (content.trim() === ',') {
      this.#position = end;
      this.#emit(isDigit(this.#output.charCodeAt(this.#output.length - 1)) ? '{,}' : ',');
      return;
    }
    const inner = this.#scanInside(end);
    if (inner === '') return;
    this.#emit(inner.length === 1 || isLoneCommand(inner) ? inner : `{${inner}}`);
  }

  /** Normalises the group whose `{` is at the position and whose end is known, and moves behind it. */
  #scanInside(end: number): string {
    const output = this.#output;
    const spacePending = this.#spacePending;
    const closed = end - 1;
    this.#output = '';
    this.#spacePending = false;
    this.#depth++;
    this.#position++;
    while (this.#position < closed) this.#scanItem();
    this.#depth--;
    const inner = this.#output;
    this.#output = output;
    this.#spacePending = spacePending;
    this.#position = end;
    return inner;
  }

  /** The argument of `\frac`, `^` and the like, in braces whether it had them or not. */
  #scanArgument(): void {
    const text = this.#text;
    this.#position = skipSpaces(text, this.#position);
    this.#spacePending = false;
    const code = text.charCodeAt(this.#position);
    if (Number.isNaN(code) || code === 125 || this.#depth >= deepest) return;
    if (code === 123) {
      const end = this.#findBraceEnd(this.#position);
      if (end === -1) return;
      this.#output += `{${this.#scanInside(end)}}`;
      return;
    }
    const output = this.#output;
    this.#output = '';
    this.#depth++;
    if (isDigit(code) || isLetter(code) || code === 94 || code === 95) {
      this.#position++;
      this.#output = String.fromCharCode(code);
    } else {
      this.#scanItem();
    }
    this.#depth--;
    this.#output = `${output}{${this.#output}}`;
    this.#spacePending = false;
  }

  #scanScript(mark: string): void {
    const text = this.#text;
    const isPlainBase = isPlainPowerBase(this.#output);
    this.#position++;
    this.#spacePending = false;
    this.#output += mark;
    const open = skipSpaces(text, this.#position);
    // 2^\left(3/2\right) is 2^(3/2).
    const start = text.startsWith('\\left(', open) ? open + 5 : open;
    this.#position = start;
    // Plain text writes 10^12 and 10^-7 without braces. Not after a function: \sin^23x is \sin^{2}3x.
    if (mark === '^' && isPlainBase) {
      const first = text.charCodeAt(start);
      const end = skipDigits(text, first === 45 || first === 43 ? start + 1 : start);
      if (isDigit(text.charCodeAt(end - 1)) && end > start) {
        this.#output += `{${text.slice(start, end)}}`;
        this.#position = end;
        return;
      }
    }
    this.#scanArgument();
  }
}

function matchBraces(text: string): Int32Array {
  const ends = new Int32Array(text.length);
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 123) open.push(i);
    else if (code === 125) {
      const start = open.pop();
      if (start !== undefined) ends[start] = i + 1;
    }
  }
  return ends;
}

function isPlainPowerBase(output: string): boolean {
  const last = output.length - 1;
  const code = output.charCodeAt(last);
  if (isDigit(code) || code === 41) return true;
  if (!isLetter(code)) return false;
  const before = output.charCodeAt(last - 1);
  return !isLetter(before) && before !== 92;
}

function isLoneCommand(text: string): boolean {
  return text.charCodeAt(0) === 92 && text.length > 1 && skipLetters(text, 1) === text.length;
}

function hasLetter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isLetter(code) || code > 127) return true;
  }
  return false;
}

function splitWords(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = text.charCodeAt(i);
    const isGap = i === text.length || isSpace(code) || code === 126;
    if (isGap && start !== -1) {
      words.push(text.slice(start, i));
      start = -1;
    } else if (!isGap && start === -1) start = i;
  }
  return words;
}

function countDollars(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 36) count++;
  }
  return count;
}
