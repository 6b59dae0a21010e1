import { type Rational, toNumber, toRational } from '../rational.ts';

// Reads answers for the oracles. It knows the LaTeX that this grammar writes and nothing of how it is written, so that
// an oracle checks the text of a reference as well as its value. What cannot be read is undefined.

/** `-12`, `-\frac{3}{4}`, `0.25`, exactly. */
export function readNumber(text: string): Rational | undefined {
  const fraction = /^(-?)\\frac\{(\d+)\}\{0*([1-9]\d*)\}$/.exec(text);
  if (fraction !== null) return toRational(BigInt(`${fraction[1]}${fraction[2]}`), BigInt(`${fraction[3]}`));
  const decimal = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (decimal === null) return undefined;
  const decimals = decimal[2] ?? '';
  return toRational(BigInt(`${decimal[1]}${decimals}`), 10n ** BigInt(decimals.length));
}

/** The numbers of `2,-\frac{1}{3}` in their order. */
export function readNumbers(text: string): readonly Rational[] | undefined {
  return readEach(splitAtCommas(text), readNumber);
}

/** The numbers of `(2,-\frac{1}{3})` in their order. */
export function readTuple(text: string): readonly Rational[] | undefined {
  return text.startsWith('(') && text.endsWith(')') ? readNumbers(text.slice(1, -1)) : undefined;
}

/** The rows of `\begin{pmatrix}1&2\\3&4\end{pmatrix}`; a column vector has rows of one. */
export function readMatrix(text: string): readonly (readonly Rational[])[] | undefined {
  const inner = /^\\begin\{pmatrix\}(.*)\\end\{pmatrix\}$/.exec(text)?.[1];
  const rows =
    inner === undefined ? undefined : readEach(inner.split('\\\\'), (row) => readEach(row.split('&'), readNumber));
  return rows?.every((row) => row.length === rows[0]?.length) === true ? rows : undefined;
}

/** An interval as it is written; an end is undefined where it is infinite. */
export interface ReadInterval {
  readonly from: Rational | undefined;
  readonly to: Rational | undefined;
  readonly isFromOpen: boolean;
  readonly isToOpen: boolean;
}

/** The intervals of `(-\infty,3]\cup[5,\infty)`. */
export function readIntervals(text: string): readonly ReadInterval[] | undefined {
  return readEach(text.split('\\cup'), (part) => {
    const found = /^([[(])(.*),(.*)([\])])$/.exec(part);
    if (found === null) return undefined;
    const [, open, left = '', right = '', close] = found;
    const [from, to] = [readNumber(left), readNumber(right)];
    if ((from === undefined && left !== '-\\infty') || (to === undefined && right !== '\\infty')) return undefined;
    return { from, to, isFromOpen: open === '(', isToOpen: close === ')' };
  });
}

/** Whether a number lies in any of the intervals. */
export function isInside(intervals: readonly ReadInterval[], value: number): boolean {
  return intervals.some(({ from, to, isFromOpen, isToOpen }) => {
    const isAbove = from === undefined || (isFromOpen ? value > toNumber(from) : value >= toNumber(from));
    const isBelow = to === undefined || (isToOpen ? value < toNumber(to) : value <= toNumber(to));
    return isAbove && isBelow;
  });
}

/** The parts of a text between the commas that no bracket encloses. */
export function splitAtCommas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}

function readEach<T>(parts: readonly string[], read: (part: string) => T | undefined): readonly T[] | undefined {
  const values = parts.map(read).filter((value) => value !== undefined);
  return values.length === parts.length ? values : undefined;
}
