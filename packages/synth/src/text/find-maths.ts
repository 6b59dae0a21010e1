/** Where a span of maths ends, and where what is in it begins and ends. */
export interface MathsSpan {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

const environment = /\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath|math|alignat)\*?)\}/y;
const wordsOfProse = /(?<![\\a-z])[a-z]{3,}[ \n]+[a-z]{2,}/i;
const priceBeforeWord = /^\s*[\d.,]+\s+[a-z]{2,}/i;
const priceAlone = /^[\d.,]+\s*[-–,.;:\s]$/;

/** Finds the spans of maths of one text. */
export class MathsFinder {
  readonly #text: string;
  /** Ends of spans that are nowhere in the rest of the text: looked for once, so that no text takes long. */
  readonly #missing = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The span that begins at a `$` or a backslash; undefined where none does. A `$` before a price begins none, which what
   * stands between it and the next `$` tells.
   */
  find(start: number): MathsSpan | undefined {
    const text = this.#text;
    if (text[start] === '$') return text[start + 1] === '$' ? this.#findEnd(start, 2, '$$') : this.#findDollar(start);
    if (text[start + 1] === '(') return this.#findEnd(start, 2, '\\)');
    if (text[start + 1] === '[') return this.#findEnd(start, 2, '\\]');
    if (text[start + 1] !== 'b') return undefined;
    environment.lastIndex = start;
    const opening = environment.exec(text);
    return opening === null ? undefined : this.#findEnd(start, opening[0].length, `\\end{${opening[1]}}`);
  }

  #findEnd(start: number, length: number, close: string): MathsSpan | undefined {
    if (this.#missing.has(close)) return undefined;
    const to = this.#text.indexOf(close, start + length);
    if (to >= 0) return { from: start + length, to, end: to + close.length };
    this.#missing.add(close);
    return undefined;
  }

  #findDollar(start: number): MathsSpan | undefined {
    const text = this.#text;
    let to = text.indexOf('$', start + 1);
    while (to > 0 && text[to - 1] === '\\') to = text.indexOf('$', to + 1);
    if (to < 0) return undefined;
    const content = text.slice(start + 1, to);
    const isMaths =
      content.includes('\\') ||
      !(wordsOfProse.test(content) || priceBeforeWord.test(content) || priceAlone.test(content));
    return isMaths ? { from: start + 1, to, end: to + 1 } : undefined;
  }
}
