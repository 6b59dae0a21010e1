import { isDigit, isLetter, isSpace, skipLetters } from '../chars.ts';
import { type FunctionWord, findFunction, findGreekCharacter, isGreekLetter, readRun } from './scan-names.ts';
import { type NumberText, scanNumber } from './scan-number.ts';

/**
 * `letter` is one variable or constant, Greek ones as their command; `mark` one character; `command` any other command
 * without its backslash. `root` is a radical sign or a word for one. `unknown` is text that stands for nothing scalar, which no rule of the grammar takes.
 */
export type TokenKind = 'end' | 'number' | 'letter' | 'function' | 'root' | 'command' | 'mark' | 'unknown';

/**
 * Walks over normalised text one token at a time. The token under it is in the fields, so that a scan makes no objects
 * beyond the numbers.
 */
export class ExpressionScanner {
  readonly text: string;
  kind: TokenKind = 'end';
  /** The letter, the command's name, the mark or the function's word. */
  value = '';
  /** Set while the token is a number. */
  number: NumberText | null = null;
  start = 0;
  end = 0;
  /** How many integrals are open: then the d of `dx` ends what is integrated. */
  differentials = 0;
  /** The end of the run of letters that is being handed out one by one. */
  #runEnd = 0;

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  isMark(mark: string): boolean {
    return this.kind === 'mark' && this.value === mark;
  }

  get isDifferential(): boolean {
    return this.kind === 'unknown' && this.value === 'd';
  }

  isCommand(name: string): boolean {
    return this.kind === 'command' && this.value === name;
  }

  /** Whether the raw text of the token begins so. */
  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.start);
  }

  /** Goes on behind an index that a rule has read up to by itself. */
  moveTo(index: number): void {
    this.end = index;
    this.advance();
  }

  /** Reads the token under the scanner again, in another mode. */
  rescan(): void {
    this.#runEnd = 0;
    this.moveTo(this.start);
  }

  /** What kind of token comes next, without going there. */
  peek(): TokenKind {
    const { kind, value, number, start, end } = this;
    const runEnd = this.#runEnd;
    this.advance();
    const next = this.kind;
    Object.assign(this, { kind, value, number, start, end });
    this.#runEnd = runEnd;
    return next;
  }

  advance(): void {
    const { text } = this;
    let start = this.end;
    while (isSpace(text.charCodeAt(start))) start++;
    this.start = start;
    const code = text.charCodeAt(start);
    if (Number.isNaN(code)) this.#set('end', '', start);
    else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(start + 1)))) this.#scanNumber(start);
    else if (isLetter(code)) this.#scanLetters(start);
    else if (code === 92) this.#scanCommand(start);
    else if (code > 127) this.#scanCharacter(start);
    else this.#set('mark', text[start] as string, start + 1);
  }

  #set(kind: TokenKind, value: string, end: number): void {
    this.kind = kind;
    this.value = value;
    this.end = end;
  }

  #scanNumber(start: number): void {
    this.number = scanNumber(this.text, start);
    this.#set(this.number === null ? 'unknown' : 'number', '', this.number?.end ?? start + 1);
  }

  #scanLetters(start: number): void {
    if (start < this.#runEnd) {
      this.#set('letter', this.text[start] as string, start + 1);
      return;
    }
    const whole = skipLetters(this.text, start);
    const end = this.differentials > 0 ? this.#findDifferential(start, whole) : whole;
    if (end === start) {
      this.#set('unknown', 'd', start + 1);
      return;
    }
    const reading = readRun(this.text.slice(start, end));
    if (reading.kind === 'unknown') this.#set('unknown', '', end);
    else if (reading.kind === 'greek') this.#set('letter', `\\${this.text.slice(start, end)}`, end);
    else if (reading.kind === 'function') {
      this.#runEnd = end;
      this.#setFunction(reading.name, start + reading.width);
    } else {
      this.#runEnd = end;
      this.#set('letter', this.text[start] as string, start + 1);
    }
  }

  /** Where the `dx` at the end of a run of letters begins, or the end of the run. */
  #findDifferential(start: number, end: number): number {
    const { text } = this;
    if (end - start > 1 && text.charCodeAt(end - 2) === 100) return end - 2;
    const next = text.charCodeAt(end);
    const isAlone = next === 92 || (isSpace(next) && isLetter(text.charCodeAt(end + 1)));
    return text.charCodeAt(end - 1) === 100 && isAlone ? end - 1 : end;
  }

  #scanCommand(start: number): void {
    const end = skipLetters(this.text, start + 1);
    const name = this.text.slice(start + 1, end);
    if (name === 'operatorname' || name === 'text') this.#scanOperator(end);
    else if (name === '') this.#scanEscape(start);
    else if (isGreekLetter(name)) this.#set('letter', `\\${name}`, end);
    else {
      const known = findFunction(name);
      if (known === undefined) this.#set('command', name, end);
      else this.#setFunction(known, end);
    }
  }

  /** `\{`, `\}` and `\|`, which are brackets. */
  #scanEscape(start: number): void {
    const next = this.text[start + 1];
    if (next === '{' || next === '}') this.#set('command', next === '{' ? 'set-open' : 'set-close', start + 2);
    else if (next === '|') this.#set('command', 'norm-bar', start + 2);
    else this.#set('unknown', '', start + 1);
  }

  /** `\operatorname{arcsin}`, `\mathrm{cis}`, and the upright `\mathrm{i}`, `\mathrm{e}` and `\mathrm{d}`. */
  #scanOperator(open: number): void {
    const end = skipLetters(this.text, open + 1);
    const isWhole = this.text.charCodeAt(open) === 123 && this.text.charCodeAt(end) === 125;
    const known: FunctionWord | undefined = isWhole ? findFunction(this.text.slice(open + 1, end)) : undefined;
    const letter = isWhole && end === open + 2 ? (this.text[open + 1] as string) : '';
    if (letter === 'i' || letter === 'e') this.#set('letter', letter, end + 1);
    else if (letter === 'd' && this.differentials > 0) this.#set('unknown', 'd', end + 1);
    else if (known === undefined) this.#set('unknown', '', open);
    else this.#setFunction(known, end + 1);
  }

  #scanCharacter(start: number): void {
    const character = this.text[start] as string;
    const greek = findGreekCharacter(character);
    if (greek !== undefined) this.#set('letter', greek, start + 1);
    else if (character === '√') this.#set('root', 'sqrt', start + 1);
    else this.#set('unknown', '', start + 1);
  }

  #setFunction(word: FunctionWord, end: number): void {
    this.#set(word === 'sqrt' || word === 'cbrt' ? 'root' : 'function', word, end);
  }
}
