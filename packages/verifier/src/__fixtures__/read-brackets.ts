/** A piece of a text and where it begins. */
export interface Piece {
  readonly text: string;
  readonly start: number;
}

/** A pair of brackets with several elements inside, read without the verifier's own parser. */
export interface Bracketed {
  /** Where the opening and the closing bracket stand. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Piece[];
}

/** Every point, interval and set: `(1, 2)`, `[0, \infty)`, `\{1, 2\}`. */
export function readBrackets(text: string): readonly Bracketed[] {
  const open: number[] = [];
  const found: Bracketed[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if ('([{'.includes(character)) open.push(i);
    else if (')]}'.includes(character)) {
      const start = open.pop();
      if (start === undefined) return [];
      const isSet = character === '}';
      if (isSet !== (text[start] === '{') || (isSet && text[start - 1] !== '\\')) continue;
      const end = isSet ? i - 1 : i;
      const body = text.slice(start + 1, end).replace(/\\(?:right|left)$/, '');
      const items = splitAtCommas(body, start + 1);
      // The arguments of `\\gcd(4, 6)` and `f(x, y)` are no elements.
      const isArgument = /[a-zA-Z]$/.test(text.slice(0, start)) && !/\\(?:left|cup|cap|in)$/.test(text.slice(0, start));
      if (items.length > 1 && !isArgument) found.push({ start, end, items });
    }
  }
  return found;
}

/** Splits at the commas that stand outside brackets and are no thousands separators; one piece where there are none. */
export function splitAtCommas(text: string, offset: number): readonly Piece[] {
  const items: Piece[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i] ?? '';
    if (character !== '' && '([{'.includes(character)) depth++;
    if (character !== '' && ')]}'.includes(character)) depth--;
    const isThousands =
      depth === 0 &&
      character === ',' &&
      /\d$/.test(text.slice(0, i)) &&
      /^(?:\\!)?\d{3}(?!\d)/.test(text.slice(i + 1));
    if (character === '' || (depth === 0 && character === ',' && !isThousands)) {
      items.push({ text: text.slice(start, i), start: offset + start });
      start = i + 1;
    }
  }
  return items;
}
