const piCache = new Map<number, bigint>();
const ln2Cache = new Map<number, bigint>();

/** Bits beyond the width that is asked for. The series below lose under 2^20 units, so 64 leave less than one. */
const spareBits = 64;

/** Widths are rounded up, so that the digits of one width do not depend on which widths were asked for before. */
function roundWidth(width: number): number {
  return Math.ceil(width / 512) * 512;
}

/** pi * 2^width, less than two units off. */
export function piFixed(width: number): bigint {
  const rounded = roundWidth(width);
  let value = piCache.get(rounded);
  if (value === undefined) {
    // Machin: pi / 4 = 4 atan(1/5) - atan(1/239).
    const wide = rounded + spareBits;
    const inverse = { isAlternating: true, width: wide };
    value = (16n * inverseSeries(5n, inverse) - 4n * inverseSeries(239n, inverse)) >> BigInt(spareBits);
    piCache.set(rounded, value);
  }
  return value >> BigInt(rounded - width);
}

/** ln 2 * 2^width, less than two units off. */
export function ln2Fixed(width: number): bigint {
  const rounded = roundWidth(width);
  let value = ln2Cache.get(rounded);
  if (value === undefined) {
    // ln 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749).
    const inverse = { isAlternating: false, width: rounded + spareBits };
    const sum =
      18n * inverseSeries(26n, inverse) - 2n * inverseSeries(4801n, inverse) + 8n * inverseSeries(8749n, inverse);
    value = sum >> BigInt(spareBits);
    ln2Cache.set(rounded, value);
  }
  return value >> BigInt(rounded - width);
}

/**
 * atan(1/n) where the signs alternate, atanh(1/n) where not. Each term is two divisions rounded towards zero, so a
 * term is less than 2 units off; there are at most width / 4 of them, and width stays under 22,000.
 */
function inverseSeries(n: bigint, options: { readonly isAlternating: boolean; readonly width: number }): bigint {
  const square = n * n;
  let power = (1n << BigInt(options.width)) / n;
  let sum = power;
  for (let k = 3n, isMinus = options.isAlternating; power > 0n; k += 2n) {
    power /= square;
    sum += isMinus ? -(power / k) : power / k;
    if (options.isAlternating) isMinus = !isMinus;
  }
  return sum;
}
