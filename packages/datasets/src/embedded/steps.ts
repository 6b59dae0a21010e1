import { formatFraction, formatHundredths, formatRational, inParentheses } from './latex.ts';
import { toRational } from './rational.ts';

// Every solution of the grammar is written in these steps, each in one way and within one range of numbers, so that a
// small model meets the same step in all families and can learn it once. `bare-equations.ts` draws from the same ones.

/** The largest number, sign aside, that a sum or difference may meet. */
export const largestSum = 400;

/** `3+4=7`; of several terms `3+4+5=7+5=12`. */
export function sum(first: number, ...others: readonly number[]): string {
  const steps: string[] = [];
  let value = first;
  for (let i = 0; i < others.length; i++) {
    steps.push([value, ...others.slice(i)].map((term, j) => (j === 0 ? String(term) : inParentheses(term))).join('+'));
    value = within(value + (others[i] ?? 0), largestSum, 'sum');
  }
  return [...steps, value].join('=');
}

/** `9-4=5`, `9-(-4)=13`. */
export function difference(from: number, what: number): string {
  within(Math.max(Math.abs(from), Math.abs(what)), largestSum, 'difference');
  return `${from}-${inParentheses(what)}=${within(from - what, largestSum, 'difference')}`;
}

/**
 * `6\cdot7=42`. Up to twelve times twelve at once; beyond, the one factor is split into tens and ones:
 * `86\cdot7=560+42=602`, `24\cdot13=240+72=312`.
 */
export function product(a: number, b: number): string {
  const value = within(a * b, 999, 'product');
  const left = `${a}\\cdot${inParentheses(b)}`;
  const [large, small] = [Math.max(Math.abs(a), Math.abs(b)), Math.min(Math.abs(a), Math.abs(b))];
  // The one of two digits is split: the smaller where both have them.
  const [split, kept] = small > 12 ? [small, large] : [large, small];
  const [tens, ones] = [split - (split % 10), split % 10];
  if (large <= 12 || small <= 1 || tens === 0 || ones === 0) return `${left}=${value}`;
  if (value < 0) return `${left}=-(${tens * kept}+${ones * kept})=${value}`;
  return `${left}=${tens * kept}+${ones * kept}=${value}`;
}

/** `42/6=7`: the dividend must be a multiple of the divisor. */
export function quotient(dividend: number, divisor: number): string {
  const value = dividend / divisor;
  if (!Number.isInteger(value)) throw new RangeError(`${dividend} is not a multiple of ${divisor}.`);
  within(dividend, 999, 'quotient');
  within(Math.min(Math.abs(divisor), Math.abs(value)), 30, 'quotient');
  return `${dividend}/${inParentheses(divisor)}=${value}`;
}

/** `315/10=31.5`, `320/10=32`. */
export function divideByTen(value: number): string {
  return `${within(value, 999, 'division')}/10=${formatHundredths(10 * value)}`;
}

/** `2^5=32`, `(-3)^2=9`. */
export function power(base: number, exponent: number): string {
  return `${inParentheses(base)}^${exponent}=${within(base ** exponent, 1024, 'power')}`;
}

/** `\sqrt{49}=7`. */
export function squareRoot(radicand: number): string {
  const root = Math.sqrt(within(radicand, 900, 'square root'));
  if (!Number.isInteger(root)) throw new RangeError(`${radicand} is not a square.`);
  return `\\sqrt{${radicand}}=${root}`;
}

/** `\sqrt{12}=\sqrt{4\cdot3}=2\sqrt{3}`; of a radicand without a square in it `\sqrt{15}` alone. */
export function simplifyRoot(radicand: number): string {
  const { factor, radicand: rest } = splitSquare(within(radicand, 400, 'square root'));
  if (factor === 1) return `\\sqrt{${radicand}}`;
  if (rest === 1) return squareRoot(radicand);
  return `\\sqrt{${radicand}}=\\sqrt{${factor * factor}\\cdot${rest}}=${factor}\\sqrt{${rest}}`;
}

/** The largest factor whose square divides the number, and what is left under the root. */
export function splitSquare(value: number): { readonly factor: number; readonly radicand: number } {
  let factor = 1;
  for (let i = 2; i * i <= value; i++) if (value % (i * i) === 0) factor = i;
  return { factor, radicand: value / (factor * factor) };
}

/** `\frac{6}{8}=\frac{2\cdot3}{2\cdot4}=\frac{3}{4}`, `\frac{12}{4}=3`; in lowest terms already `\frac{3}{4}` alone. */
export function reduceFraction(numerator: number, denominator: number): string {
  within(Math.max(Math.abs(numerator), denominator), 999, 'fraction');
  const start = formatFraction(numerator, denominator);
  const reduced = toRational(numerator, denominator);
  const divisor = denominator / Number(reduced.denominator);
  if (divisor === 1 && denominator !== 1) return start;
  if (reduced.denominator === 1n) return `${start}=${reduced.numerator}`;
  const sign = numerator < 0 ? '-' : '';
  const top = Math.abs(Number(reduced.numerator));
  return `${start}=${sign}\\frac{${divisor}\\cdot${top}}{${divisor}\\cdot${reduced.denominator}}=${formatRational(reduced)}`;
}

/** `47=5\cdot9+2`: how often the divisor goes into the number, and what is left. */
export function divideWithRemainder(value: number, divisor: number): string {
  within(value, largestSum, 'division');
  return `${value}=${divisor}\\cdot${Math.floor(value / divisor)}+${value % divisor}`;
}

function within(value: number, limit: number, step: string): number {
  if (Number.isInteger(value) && Math.abs(value) <= limit) return value;
  throw new RangeError(`A ${step} of ${value} is outside of what is trained (whole numbers up to ${limit}).`);
}
