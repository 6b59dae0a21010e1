import { type Rational, toRational } from './rational.ts';

/** `7`, `-\frac{3}{4}`. */
export function formatRational({ numerator, denominator }: Rational): string {
  if (denominator === 1n) return String(numerator);
  const size = numerator < 0n ? -numerator : numerator;
  return `${numerator < 0n ? '-' : ''}\\frac{${size}}{${denominator}}`;
}

/** A fraction as it stands, not reduced: `\frac{2}{4}`. */
export function formatFraction(numerator: number, denominator: number): string {
  return `${numerator < 0 ? '-' : ''}\\frac{${Math.abs(numerator)}}{${denominator}}`;
}

/** A whole number of hundredths as a decimal without needless zeros: `1250` is `12.5`. */
export function formatHundredths(hundredths: number): string {
  const size = Math.abs(hundredths);
  const decimals = String(size % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${hundredths < 0 ? '-' : ''}${Math.floor(size / 100)}${decimals === '' ? '' : `.${decimals}`}`;
}

/** `(2,-\frac{1}{3})`. */
export function formatTuple(values: readonly (number | Rational)[]): string {
  return `(${formatList(values)})`;
}

/** `2,-\frac{1}{3}`. */
export function formatList(values: readonly (number | Rational)[]): string {
  return values.map((value) => formatRational(typeof value === 'number' ? toRational(value) : value)).join(',');
}

/** `\sqrt{5}`, `-3\sqrt{2}`, `\frac{2\sqrt{3}}{5}`, `7` where the radicand is 1. The radicand is written as it stands. */
export function formatRadical({
  factor = 1,
  radicand,
  denominator = 1,
}: {
  readonly factor?: number;
  readonly radicand: number;
  readonly denominator?: number;
}): string {
  const size = Math.abs(factor);
  const root = radicand === 1 ? '' : `\\sqrt{${radicand}}`;
  const top = `${size === 1 && root !== '' ? '' : size}${root}`;
  return `${factor < 0 ? '-' : ''}${denominator === 1 ? top : `\\frac{${top}}{${denominator}}`}`;
}

/** One end of an interval: an open end is not part of it, and an infinite one is always open. */
export interface IntervalEnd {
  /** LaTeX; left out where the interval goes on for ever. */
  readonly at?: number | Rational;
  readonly isOpen?: boolean;
}

/** `[2,5)`, `(-\infty,3]`. */
export function formatInterval({ from, to }: { readonly from: IntervalEnd; readonly to: IntervalEnd }): string {
  const format = ({ at }: IntervalEnd, sign: string): string =>
    at === undefined ? `${sign}\\infty` : formatList([at]);
  const isOpen = (end: IntervalEnd): boolean => end.at === undefined || end.isOpen === true;
  return `${isOpen(from) ? '(' : '['}${format(from, '-')},${format(to, '')}${isOpen(to) ? ')' : ']'}`;
}

/** `\begin{pmatrix}1&2\\3&4\end{pmatrix}`. */
export function formatMatrix(rows: readonly (readonly (number | Rational)[])[]): string {
  const format = (value: number | Rational): string => formatList([value]);
  return `\\begin{pmatrix}${rows.map((row) => row.map(format).join('&')).join('\\\\')}\\end{pmatrix}`;
}

/** `3x^2-x+5`, coefficients from the highest power down. */
export function formatPolynomial(coefficients: readonly number[], variable = 'x'): string {
  const degree = coefficients.length - 1;
  return formatSum(
    coefficients.map((coefficient, i) => {
      const power = degree - i;
      return { coefficient, symbol: power === 0 ? '' : power === 1 ? variable : `${variable}^${power}` };
    }),
  );
}

interface Term {
  readonly coefficient: number;
  /** Empty for a plain number. */
  readonly symbol: string;
}

/** `3x-y+5`, without the terms that are 0. */
export function formatSum(terms: readonly Term[]): string {
  const parts = terms
    .filter(({ coefficient }) => coefficient !== 0)
    .map(({ coefficient, symbol }, i) => {
      const size = Math.abs(coefficient);
      const text = size === 1 && symbol !== '' ? symbol : `${size}${symbol}`;
      if (i === 0) return coefficient < 0 ? `-${text}` : text;
      return coefficient < 0 ? `-${text}` : `+${text}`;
    });
  return parts.length === 0 ? '0' : parts.join('');
}

/** A number as a factor or summand: negative ones in parentheses. */
export function inParentheses(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}
