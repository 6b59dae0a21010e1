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
  /** The end of the run of letters that is being handed out one by one. */
  #runEnd = 0;

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  isMark(mark: string): boolean {
    return this.kind === 'mark' && this.value === mark;
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
    const end = skipLetters(this.text, start);
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

  #scanCommand(start: number): void {
    const end = skipLetters(this.text, start + 1);
    const name = this.text.slice(start + 1, end);
    if (name === 'operatorname') this.#scanOperator(end);
    else if (isGreekLetter(name)) this.#set('letter', `\\${name}`, end);
    else {
      const known = findFunction(name);
      if (known === undefined) this.#set(end === start + 1 ? 'unknown' : 'command', name, Math.max(end, start + 1));
      else this.#setFunction(known, end);
    }
  }

  /** `\operatorname{arcsin}` */
  #scanOperator(open: number): void {
    const end = skipLetters(this.text, open + 1);
    const isWhole = this.text.charCodeAt(open) === 123 && this.text.charCodeAt(end) === 125;
    const known: FunctionWord | undefined = isWhole ? findFunction(this.text.slice(open + 1, end)) : undefined;
    if (known === undefined) this.#set('unknown', '', open);
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
