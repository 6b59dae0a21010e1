import { isDigit, skipBraces, skipDigits } from '../chars.ts';
import { type Repeating, readDecimal, scanRepeating } from '../expression/scan-number.ts';
import type { Fuel } from '../fuel.ts';
import {
  addRationals,
  divideRationals,
  makeRational,
  multiplyRationals,
  negateRational,
  type Rational,
} from '../rational.ts';

/** Where the caps of this module lie: numbers beyond them are left undecided instead of being computed. */
export const mostDigits = 4000;
const mostFractions = 16;

export type NumberFailure = 'not-a-number' | 'too-long' | 'out-of-fuel';

export interface NumberOptions {
  /** Whether `1,234` may be one number here. Between the elements of a tuple it may not. */
  readonly thousandsCommas: boolean;
  readonly fuel: Fuel;
}

/** An unsigned number and what it was written as. */
export interface NumberPrefix {
  readonly value: Rational;
  /** Index behind the number. */
  readonly end: number;
  /** `2\frac13`, where leaving out a product sign would give another value. */
  readonly product?: Rational;
}

/**
 * Reads a signed number that fills the whole text: integer, decimal, fraction, mixed number, power of numbers,
 * scientific notation. Exact, without a floating-point number anywhere.
 */
export function parseNumber(text: string, options: NumberOptions): Rational | NumberFailure {
  return new NumberParser(text, options).parseWhole(0);
}

/** Reads an unsigned number at `start` as far as it goes. */
export function parseNumberPrefix(text: string, start: number, options: NumberOptions): NumberPrefix | NumberFailure {
  return new NumberParser(text, options).parsePrefix(start, 0);
}

class NumberParser {
  readonly #text: string;
  readonly #options: NumberOptions;

  constructor(text: string, options: NumberOptions) {
    this.#text = text;
    this.#options = options;
  }

  parseWhole(depth: number): Rational | NumberFailure {
    const text = this.#text;
    const first = text.charCodeAt(0);
    const isSigned = first === 43 || first === 45;
    const prefix = this.parsePrefix(isSigned ? 1 : 0, depth);
    if (typeof prefix === 'string') return prefix;
    if (prefix.end !== text.length) return 'not-a-number';
    return first === 45 ? negateRational(prefix.value) : prefix.value;
  }

  parsePrefix(start: number, depth: number): NumberPrefix | NumberFailure {
    if (!this.#options.fuel.spend(8)) return 'out-of-fuel';
    if (this.#text.startsWith('\\frac{', start)) return this.#parseFraction(start, depth);
    const whole = this.#parseDecimal(start);
    if (typeof whole === 'string') return whole;
    return this.#parseSuffix(whole, start, depth);
  }

  /** What may follow digits and still belong to the number. */
  #parseSuffix(whole: NumberPrefix, start: number, depth: number): NumberPrefix | NumberFailure {
    const text = this.#text;
    const code = text.charCodeAt(whole.end);
    const isInteger = whole.value.denominator === 1n && skipDigits(text, start) === whole.end;
    if (code === 47 && text.charCodeAt(whole.end + 1) !== 47) return this.#parseSlash(whole);
    if (code === 92) {
      if (isInteger && text.startsWith('\\frac{', whole.end)) return this.#parseMixed(whole, whole.end, depth);
      const marker = ['\\times10^{', '\\cdot10^{'].find((sign) => text.startsWith(sign, whole.end));
      return marker === undefined ? whole : this.#parseScientific(whole, whole.end + marker.length);
    }
    if (code === 42 && text.startsWith('*10^{', whole.end)) return this.#parseScientific(whole, whole.end + 5);
    if (code === 101 || code === 69) return this.#parseExponentLetter(whole);
    if (code === 94 && text.charCodeAt(whole.end + 1) === 123) return this.#parsePower(whole);
    if (code === 32 && text.startsWith(' x 10^{', whole.end)) return this.#parseScientific(whole, whole.end + 7);
    if (code === 32 && isInteger && isDigit(text.charCodeAt(whole.end + 1))) {
      return this.#parseMixed(whole, whole.end + 1, depth);
    }
    return whole;
  }

  #parseFraction(start: number, depth: number): NumberPrefix | NumberFailure {
    const text = this.#text;
    if (depth >= mostFractions) return 'too-long';
    const numeratorEnd = skipBraces(text, start + 5);
    if (numeratorEnd === -1 || text.charCodeAt(numeratorEnd) !== 123) return 'not-a-number';
    const denominatorEnd = skipBraces(text, numeratorEnd);
    if (denominatorEnd === -1) return 'not-a-number';
    const options = { thousandsCommas: true, fuel: this.#options.fuel };
    const numerator = new NumberParser(text.slice(start + 6, numeratorEnd - 1), options).parseWhole(depth + 1);
    if (typeof numerator === 'string') return numerator;
    const denominator = new NumberParser(text.slice(numeratorEnd + 1, denominatorEnd - 1), options).parseWhole(
      depth + 1,
    );
    if (typeof denominator === 'string') return denominator;
    return this.#divide(numerator, denominator, denominatorEnd);
  }

  #divide(numerator: Rational, denominator: Rational, end: number): NumberPrefix | NumberFailure {
    if (denominator.numerator === 0n) return 'not-a-number';
    // Euclid's algorithm is the one step whose cost grows faster than the text.
    const size = sizeOf(numerator) * sizeOf(denominator);
    if (!this.#options.fuel.spend(Math.ceil(size / 64))) return 'out-of-fuel';
    return { value: divideRationals(numerator, denominator), end };
  }

  #parseSlash(numerator: NumberPrefix): NumberPrefix | NumberFailure {
    const denominator = this.#parseDecimal(numerator.end + 1);
    if (typeof denominator === 'string') return denominator;
    const next = this.#text.charCodeAt(denominator.end);
    // 1/2/3, 1/2^{3} and 1/2\frac13 have several readings; 1/2e3 too.
    if (next === 47 || next === 94 || next === 101 || next === 69 || this.#text.startsWith('\\frac', denominator.end)) {
      return 'not-a-number';
    }
    return this.#divide(numerator.value, denominator.value, denominator.end);
  }

  /** `2\frac{1}{3}` and `2 1/3`: a whole number and a proper fraction of whole numbers behind it. */
  #parseMixed(whole: NumberPrefix, start: number, depth: number): NumberPrefix | NumberFailure {
    const fraction =
      this.#text.charCodeAt(start) === 92 ? this.#parseFraction(start, depth) : this.#parsePlainFraction(start);
    if (typeof fraction === 'string') return fraction;
    const { numerator, denominator } = fraction.value;
    if (numerator <= 0n || numerator >= denominator) return 'not-a-number';
    return {
      value: addRationals(whole.value, fraction.value),
      end: fraction.end,
      product: multiplyRationals(whole.value, fraction.value),
    };
  }

  #parsePlainFraction(start: number): NumberPrefix | NumberFailure {
    const numeratorEnd = skipDigits(this.#text, start);
    if (this.#text.charCodeAt(numeratorEnd) !== 47 || numeratorEnd - start > 9) return 'not-a-number';
    const numerator = makeRational(BigInt(this.#text.slice(start, numeratorEnd)), 1n);
    return this.#parseSlash({ value: numerator, end: numeratorEnd });
  }

  #parseScientific(mantissa: NumberPrefix, start: number): NumberPrefix | NumberFailure {
    const exponent = readExponent(this.#text, start);
    if (exponent === null || this.#text.charCodeAt(exponent.end) !== 125) return 'not-a-number';
    return this.#scale(mantissa, { exponent: exponent.value, end: exponent.end + 1 });
  }

  /** `1.5e3`; `2e` and `2ex` are products with a symbol. */
  #parseExponentLetter(mantissa: NumberPrefix): NumberPrefix | NumberFailure {
    const exponent = readExponent(this.#text, mantissa.end + 1);
    return exponent === null ? mantissa : this.#scale(mantissa, { exponent: exponent.value, end: exponent.end });
  }

  #scale(
    mantissa: NumberPrefix,
    { exponent, end }: { readonly exponent: number; readonly end: number },
  ): NumberPrefix | NumberFailure {
    if (Math.abs(exponent) > mostDigits / 2) return 'too-long';
    if (!this.#options.fuel.spend(Math.abs(exponent))) return 'out-of-fuel';
    const power = 10n ** BigInt(Math.abs(exponent));
    const value = multiplyRationals(
      mantissa.value,
      exponent < 0 ? { numerator: 1n, denominator: power } : { numerator: power, denominator: 1n },
    );
    return { value, end };
  }

  /** `2^{10}`: a number to a whole power. */
  #parsePower(base: NumberPrefix): NumberPrefix | NumberFailure {
    const exponent = readExponent(this.#text, base.end + 2);
    if (exponent === null || this.#text.charCodeAt(exponent.end) !== 125) return base;
    const end = exponent.end + 1;
    if (this.#text.charCodeAt(end) === 94) return 'not-a-number';
    const size = Math.abs(exponent.value);
    const { numerator, denominator } = base.value;
    if (numerator === 0n && exponent.value <= 0) return 'not-a-number';
    if (sizeOf(base.value) * size > 2 * mostDigits) return 'too-long';
    if (!this.#options.fuel.spend(sizeOf(base.value) * size)) return 'out-of-fuel';
    const up = numerator ** BigInt(size);
    const down = denominator ** BigInt(size);
    const value = exponent.value < 0 ? makeRational(down, up) : { numerator: up, denominator: down };
    return { value, end };
  }

  /** Digits with separators between thousands and a decimal point. */
  #parseDecimal(start: number): NumberPrefix | NumberFailure {
    const text = this.#text;
    let end = skipDigits(text, start);
    let digits = text.slice(start, end);
    const separator = this.#findSeparator(end, end - start, text.charCodeAt(start) === 48);
    while (separator !== '' && text.startsWith(separator, end) && hasThreeDigits(text, end + separator.length)) {
      digits += text.slice(end + separator.length, end + separator.length + 3);
      end += separator.length + 3;
    }
    let places = 0;
    if (text.charCodeAt(end) === 46) {
      const fractionEnd = skipDigits(text, end + 1);
      const repeating = scanRepeating(text, end + 1, fractionEnd);
      if (repeating !== null) return this.#makeRepeating(digits, repeating);
      if (fractionEnd === end + 1) return 'not-a-number';
      const fraction = text.slice(end + 1, fractionEnd);
      places = fraction.length;
      digits += fraction;
      end = fractionEnd;
    }
    if (digits === '') return 'not-a-number';
    if (digits.length > mostDigits) return 'too-long';
    if (!this.#options.fuel.spend(digits.length)) return 'out-of-fuel';
    return { value: makeDecimal(digits, places), end };
  }

  #makeRepeating(whole: string, { digits, repeating, end }: Repeating): NumberPrefix | NumberFailure {
    const all = whole + digits;
    if (all.length > mostDigits) return 'too-long';
    if (!this.#options.fuel.spend(all.length + Math.ceil((all.length * digits.length) / 64))) return 'out-of-fuel';
    return { value: readDecimal({ digits: all, places: digits.length, repeating, end }), end };
  }

  /** The separator that stands behind the first one to three digits, or an empty text. */
  #findSeparator(end: number, width: number, hasLeadingZero: boolean): string {
    if (width < 1 || width > 3 || hasLeadingZero) return '';
    const text = this.#text;
    const code = text.charCodeAt(end);
    let separator = '';
    if (code === 123 && text.startsWith('{,}', end)) separator = '{,}';
    else if (code === 44 && this.#options.thousandsCommas) separator = ',';
    else if (code === 32) separator = ' ';
    // 1'000'000, as in Switzerland.
    else if (code === 39 || code === 8217) separator = text[end] as string;
    if (separator === '' || !hasThreeDigits(text, end + separator.length)) return '';
    // 5 125/1000 is a mixed number.
    const next = text.charCodeAt(end + separator.length + 3);
    return separator === ' ' && next === 47 ? '' : separator;
  }
}

function hasThreeDigits(text: string, start: number): boolean {
  return isDigit(text.charCodeAt(start)) && skipDigits(text, start) === start + 3;
}

function makeDecimal(digits: string, places: number): Rational {
  if (places === 0) return { numerator: BigInt(digits), denominator: 1n };
  let kept = digits.length;
  let left = places;
  while (left > 0 && digits.charCodeAt(kept - 1) === 48) {
    kept--;
    left--;
  }
  return { ...makeRational(BigInt(digits.slice(0, kept)), 10n ** BigInt(left)), places };
}

function readExponent(text: string, start: number): { readonly value: number; readonly end: number } | null {
  const sign = text.charCodeAt(start);
  const digits = sign === 43 || sign === 45 ? start + 1 : start;
  const end = skipDigits(text, digits);
  if (end === digits) return null;
  // Longer exponents are over every cap, and any such number says so.
  const value = end - digits > 7 ? 9_999_999 : Number(text.slice(digits, end));
  return { value: sign === 45 ? -value : value, end };
}

/** About how many decimal digits a rational takes. */
function sizeOf({ numerator, denominator }: Rational): number {
  return digitsOf(numerator) + digitsOf(denominator);
}

function digitsOf(value: bigint): number {
  const small = value < 0n ? -value : value;
  return small < 1_000_000_000_000n ? String(Number(small)).length : Math.ceil(small.toString(16).length * 1.21);
}
