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

/** `(2, -\frac{1}{3})`. */
export function formatTuple(values: readonly (number | Rational)[]): string {
  return `(${formatList(values)})`;
}

/** `2, -\frac{1}{3}`. */
export function formatList(values: readonly (number | Rational)[]): string {
  return values.map((value) => formatRational(typeof value === 'number' ? toRational(value) : value)).join(', ');
}

/** `3x^2 - x + 5`, coefficients from the highest power down. */
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

/** `3x - y + 5`, without the terms that are 0. */
export function formatSum(terms: readonly Term[]): string {
  const parts = terms
    .filter(({ coefficient }) => coefficient !== 0)
    .map(({ coefficient, symbol }, i) => {
      const size = Math.abs(coefficient);
      const text = size === 1 && symbol !== '' ? symbol : `${size}${symbol}`;
      if (i === 0) return coefficient < 0 ? `-${text}` : text;
      return coefficient < 0 ? ` - ${text}` : ` + ${text}`;
    });
  return parts.length === 0 ? '0' : parts.join('');
}

/** A number as a factor or summand: negative ones in parentheses. */
export function inParentheses(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}
