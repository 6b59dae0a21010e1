import { skipDigits } from '../chars.ts';
import { makeRational } from '../rational.ts';
import type { Expression } from './expression.ts';
import type { ExpressionParser } from './expression-parser.ts';
import { readDecimal } from './scan-number.ts';

/** A number, and the proper fraction behind it that makes it a mixed number: `2\frac{1}{3}`, `2 1/3`. */
export function parseNumberOperand(parser: ExpressionParser): Expression | null {
  const { scanner, fuel } = parser;
  const whole = scanner.number;
  if (whole === null) return null;
  // Reducing a decimal is Euclid's algorithm, whose cost grows with the square of the digits.
  const { length } = whole.digits;
  if (!fuel.spend(length + Math.ceil((length * whole.places) / 64))) return null;
  scanner.advance();
  parser.shape = 'number';
  const value = readDecimal(whole);
  const isFractionNext = scanner.isCommand('frac');
  if (!isFractionNext && scanner.kind !== 'number') return { kind: 'rational', value };
  const { text, start, end } = scanner;
  const part = isFractionNext ? readBracedFraction(text, end) : readSlashFraction(text, start);
  if (part === null) return isFractionNext ? { kind: 'rational', value } : null;
  const isProper = part.numerator > 0n && part.numerator < part.denominator;
  if (whole.places > 0 || value.numerator === 0n || !isProper) return null;
  scanner.moveTo(part.end);
  parser.shape = 'mixed';
  if (!isFractionNext && parser.startsOperand()) return null;
  if (!fuel.spend(Math.ceil((length * (part.end - start)) / 64))) return null;
  const numerator = value.numerator * part.denominator + part.numerator;
  return { kind: 'rational', value: makeRational(numerator, part.denominator) };
}

interface PlainFraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly end: number;
}

/** `{1}{3}` with digits and nothing else. */
function readBracedFraction(text: string, start: number): PlainFraction | null {
  const middle = skipDigits(text, start + 1);
  if (!text.startsWith('}{', middle) || middle === start + 1) return null;
  const end = skipDigits(text, middle + 2);
  if (text.charCodeAt(end) !== 125 || end === middle + 2) return null;
  return makePlainFraction(text.slice(start + 1, middle), text.slice(middle + 2, end), end + 1);
}

/** `1/3` */
function readSlashFraction(text: string, start: number): PlainFraction | null {
  const middle = skipDigits(text, start);
  const end = skipDigits(text, middle + 1);
  if (text.charCodeAt(middle) !== 47 || middle === start || end === middle + 1) return null;
  return text.charCodeAt(end) === 46
    ? null
    : makePlainFraction(text.slice(start, middle), text.slice(middle + 1, end), end);
}

function makePlainFraction(numerator: string, denominator: string, end: number): PlainFraction {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator), end };
}
