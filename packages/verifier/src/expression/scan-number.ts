import { isDigit, skipDigits } from '../chars.ts';
import { makeRational, type Rational } from '../rational.ts';

/** Digits as they were written, without the separators of thousands. */
export interface NumberText {
  readonly digits: string;
  /** How many of the digits stand behind the point. */
  readonly places: number;
  /** How many of the last digits repeat without end: 1 of `0.1\overline{6}`. */
  readonly repeating?: number;
  readonly end: number;
}

/**
 * Reads `12`, `1.5`, `.5`, `10{,}000` and `10 000` at `start`. Null where the separators do not fit thousands. A plain
 * comma ends the number, as it may separate the elements of a list.
 */
export function scanNumber(text: string, start: number): NumberText | null {
  let end = skipDigits(text, start);
  let digits = text.slice(start, end);
  const separator = findSeparator(text, start, end);
  while (separator !== '' && text.startsWith(separator, end) && hasThreeDigits(text, end + separator.length)) {
    digits += text.slice(end + separator.length, end + separator.length + 3);
    end += separator.length + 3;
  }
  if (text.charCodeAt(end) !== 46) return digits === '' ? null : { digits, places: 0, end };
  const fractionEnd = skipDigits(text, end + 1);
  const repeating = scanRepeating(text, end + 1, fractionEnd);
  if (repeating !== null) return { ...repeating, digits: digits + repeating.digits, places: repeating.digits.length };
  if (fractionEnd === end + 1) return null;
  return { digits: digits + text.slice(end + 1, fractionEnd), places: fractionEnd - end - 1, end: fractionEnd };
}

/** The separator that stands behind the first one to three digits, or an empty text. */
function findSeparator(text: string, start: number, end: number): string {
  const width = end - start;
  if (width < 1 || width > 3 || text.charCodeAt(start) === 48) return '';
  const separator = text.startsWith('{,}', end) ? '{,}' : text.charCodeAt(end) === 32 ? ' ' : '';
  if (separator === '' || !hasThreeDigits(text, end + separator.length)) return '';
  // 5 125/1000 is a mixed number.
  const next = text.charCodeAt(end + separator.length + 3);
  return separator === ' ' && next === 47 ? '' : separator;
}

function hasThreeDigits(text: string, start: number): boolean {
  return isDigit(text.charCodeAt(start)) && skipDigits(text, start) === start + 3;
}

export interface Repeating {
  /** All digits behind the point, those that repeat once. */
  readonly digits: string;
  readonly repeating: number;
  readonly end: number;
}

/**
 * `0.\overline{3}`, `0.1\bar6`, `0.\dot{1}4285\dot{7}`, `0.(3)`, and `0.333\ldots` where the last digits stand there three
 * times, from the first digit behind the point at `start`, whose plain digits end at `end`.
 */
export function scanRepeating(text: string, start: number, end: number): Repeating | null {
  const plain = text.slice(start, end);
  if (text.charCodeAt(end) === 40) {
    const close = skipDigits(text, end + 1);
    return text.charCodeAt(close) === 41 ? joinRepeating(plain, text.slice(end + 1, close), close + 1) : null;
  }
  if (text.charCodeAt(end) !== 92) return null;
  if (text.startsWith('\\ldots', end)) {
    const period = findPeriod(plain);
    return period === 0 ? null : { digits: plain, repeating: period, end: end + 6 };
  }
  const command = ['\\overline', '\\bar', '\\dot'].find((name) => text.startsWith(name, end));
  const first = command && readDigits(text, end + command.length);
  if (!first) return null;
  if (command !== '\\dot') return joinRepeating(plain, first.digits, first.end);
  // The dots stand on the first and on the last digit that repeat.
  const middle = skipDigits(text, first.end);
  const last = text.startsWith('\\dot', middle) ? readDigits(text, middle + 4) : null;
  if (last === null) return middle === first.end ? joinRepeating(plain, first.digits, first.end) : null;
  return joinRepeating(plain, first.digits + text.slice(first.end, middle) + last.digits, last.end);
}

function joinRepeating(plain: string, period: string, end: number): Repeating | null {
  return period === '' ? null : { digits: plain + period, repeating: period.length, end };
}

/** `{36}`, or one digit. */
function readDigits(text: string, start: number): { readonly digits: string; readonly end: number } | null {
  const open = text.charCodeAt(start) === 32 ? start + 1 : start;
  if (isDigit(text.charCodeAt(open))) return { digits: text[open] as string, end: open + 1 };
  const end = skipDigits(text, open + 1);
  if (text.charCodeAt(open) !== 123 || text.charCodeAt(end) !== 125 || end === open + 1) return null;
  return { digits: text.slice(open + 1, end), end: end + 1 };
}

/** The length of the shortest block of digits that ends the text three times over, not all zero; else 0. */
function findPeriod(digits: string): number {
  const { length } = digits;
  for (let period = 1; period <= 6 && period * 3 <= length; period++) {
    const block = digits.slice(length - period);
    if (/[1-9]/.test(block) && digits.endsWith(block.repeat(3))) return period;
  }
  return 0;
}

/** The exact value of the digits. */
export function readDecimal({ digits, places, repeating }: NumberText): Rational {
  if (repeating !== undefined) {
    // 0.16666... times 9 tenths is 16 - 1 hundredths.
    const scale = 10n ** BigInt(places - repeating) * (10n ** BigInt(repeating) - 1n);
    return makeRational(BigInt(digits) - BigInt(digits.slice(0, -repeating) || '0'), scale);
  }
  if (places === 0) return { numerator: BigInt(digits), denominator: 1n };
  return makeRational(BigInt(digits), 10n ** BigInt(places));
}
