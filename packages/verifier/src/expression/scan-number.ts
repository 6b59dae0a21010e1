import { isDigit, skipDigits } from '../chars.ts';
import { makeRational, type Rational } from '../rational.ts';

/** Digits as they were written, without the separators of thousands. */
export interface NumberText {
  readonly digits: string;
  /** How many of the digits stand behind the point. */
  readonly places: number;
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

/** The exact value of the digits. */
export function readDecimal({ digits, places }: NumberText): Rational {
  if (places === 0) return { numerator: BigInt(digits), denominator: 1n };
  return makeRational(BigInt(digits), 10n ** BigInt(places));
}
