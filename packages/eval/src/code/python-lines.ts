/** What can be said of Python text without parsing it: where its strings and brackets end, and how its lines are indented. */
export interface PythonLines {
  /**
   * The text with the forms that the parser takes amiss written as forms of the same length and the same kind: `1.` is
   * a number, `print` a name, a lone `yield` an expression.
   */
  readonly masked: string;
  /** Where it stops being Python whatever follows; undefined where it does not. */
  readonly errorAt?: number;
  /** For each line, whether no string, bracket or continued line is open at its end. */
  readonly isClosed: readonly boolean[];
}

const space = /[ \t\f\r]*/y;
const continuation = /\\\r?\n/y;
const comment = /#.*/y;
const stringStart = /(?:[rbuf]|br|rb|fr|rf)?("""|'''|"|')/iy;
const number = /(?:0x[\da-f_]+|0o[0-7_]+|0b[01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:e[+-]?\d[\d_]*)?j?)/iy;
const name = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{Mn}\p{Mc}\p{Pc}_]*/uy;
const operator = /->|:=|\*\*=?|\/\/=?|<<=?|>>=?|[-+*/%@&|^<>=!]=|\.\.\.|[-+*/%@&|^~<>=.,:;]/y;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Reads Python as its tokenizer does. What it finds wrong is wrong for the parser as well; the reverse does not hold. */
export function readPythonLines(text: string): PythonLines {
  const masked: string[] = [];
  const isClosed: boolean[] = [];
  const open: string[] = [];
  /** Columns of the blocks that are open, with tabs as eight columns and as one: Python wants both to agree. */
  const indents: (readonly [number, number])[] = [[0, 0]];
  let copied = 0;
  let position = 0;
  let isLineStart = true;
  let opensBlock = false;
  let last = '';

  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  const mask = (from: number, replacement: string): void => {
    masked.push(text.slice(copied, from), replacement);
    copied = from + replacement.length;
  };
  const end = (errorAt?: number): PythonLines => ({
    masked: masked.join('') + text.slice(copied),
    ...(errorAt === undefined ? {} : { errorAt }),
    isClosed,
  });

  while (position < text.length) {
    if (isLineStart) {
      const [indent = ''] = match(space) ?? [];
      position += indent.length;
      const next = text[position];
      if (next !== undefined && next !== '\n' && next !== '#') {
        if (!enterLine(indents, indent, opensBlock)) return end(position);
        isLineStart = false;
        last = '';
      }
    }
    position += match(space)?.[0].length ?? 0;
    const start = position;
    const next = text[position];
    if (next === undefined) break;
    if (next === '\n') {
      position++;
      isClosed.push(open.length === 0);
      if (open.length === 0 && !isLineStart) {
        isLineStart = true;
        opensBlock = last === ':';
      }
      continue;
    }
    if (next === '#') {
      position += match(comment)?.[0].length ?? 1;
      continue;
    }
    if (next === '\\') {
      const broken = match(continuation)?.[0];
      if (broken === undefined || position + broken.length >= text.length) return end(position);
      position += broken.length;
      isClosed.push(false);
      continue;
    }
    const quote = match(stringStart)?.[1];
    if (quote !== undefined) {
      const from = stringStart.lastIndex;
      position = findStringEnd(text, from, quote);
      if (position === -1) return end(quote.length === 3 ? text.length : from);
      for (const character of text.slice(start, position)) if (character === '\n') isClosed.push(false);
      last = quote;
      continue;
    }
    const digits = next === '.' || (next >= '0' && next <= '9') ? match(number)?.[0] : undefined;
    if (digits !== undefined && digits !== '') {
      position += digits.length;
      if (/^0[\d_]*[1-9][\d_]*$/.test(digits)) return end(start);
      if (digits.includes('.') && next !== '.') mask(start, '1'.repeat(digits.length));
      last = digits;
      continue;
    }
    const word = match(name)?.[0];
    if (word !== undefined) {
      position += word.length;
      if (word === 'print') mask(start, 'prinT');
      if (word === 'yield' && /^[ \t]*(?:[)\]};,#\n]|$)/.test(text.slice(position, position + 80)))
        mask(start, 'yielD');
      if (word === 'lambda') {
        const comma = /^[\w\s,*=.]*?(,)\s*:/.exec(text.slice(position, position + 200));
        if (comma !== null) {
          const at = position + comma[0].lastIndexOf(',');
          mask(at, ' ');
          position = at + 1;
        }
      }
      last = word;
      continue;
    }
    const closer = closers[next];
    if (closer !== undefined) open.push(closer);
    else if (next === ')' || next === ']' || next === '}') {
      if (open.pop() !== next) return end(position);
    } else {
      const sign = match(operator)?.[0];
      if (sign === undefined) return end(position);
      position += sign.length - 1;
    }
    position++;
    last = text.slice(start, position);
  }
  isClosed.push(open.length === 0);
  return end(open.length === 0 ? undefined : text.length);
}

/** Opens or closes blocks as the indentation of a line says; false where Python refuses it. */
function enterLine(indents: (readonly [number, number])[], indent: string, opensBlock: boolean): boolean {
  const [wide, narrow] = measureIndent(indent);
  const [currentWide, currentNarrow] = indents.at(-1) as readonly [number, number];
  if (wide > currentWide) {
    if (!opensBlock || narrow <= currentNarrow) return false;
    indents.push([wide, narrow]);
    return true;
  }
  if (opensBlock) return false;
  while ((indents.at(-1) as readonly [number, number])[0] > wide) indents.pop();
  const [foundWide, foundNarrow] = indents.at(-1) as readonly [number, number];
  return foundWide === wide && foundNarrow === narrow;
}

function measureIndent(indent: string): readonly [number, number] {
  let wide = 0;
  let narrow = 0;
  for (const character of indent) {
    wide = character === '\t' ? (Math.floor(wide / 8) + 1) * 8 : character === '\f' ? 0 : wide + 1;
    narrow = character === '\f' ? 0 : narrow + 1;
  }
  return [wide, narrow];
}

/** The index behind the closing quote, or -1. */
function findStringEnd(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '\n' && quote.length === 1) return -1;
    else if (text.startsWith(quote, at)) return at + quote.length;
  }
  return -1;
}
