/**
 * The elementary functions on fixed-point numbers: an integer x of width w stands for x * 2^-w, and one unit is 2^-w.
 * Each says how many units its result may be off; the input counts as exact. Below, N is the number of terms of a
 * series. Results have at most 10,240 bits, and widths (twice that near a zero of the function) stay under 21,000.
 */

/** Units (as log2) that `expFixed` and `sinCosFixed` may be off. */
export const exponentialLoss = 4;
/** Units (as log2) that `lnFixed` and `atanFixed` may be off. */
export const logarithmLoss = 6.5;

const small: readonly bigint[] = Array.from({ length: 1200 }, (_, n) => BigInt(n));

/** Bits of the first guess that `lnFixed` and `atanFixed` start from. Only speed depends on it being good. */
const guessBits = 50;

/** How often the argument is halved before the series: balances terms against squarings. */
function countHalvings(width: number): number {
  return Math.ceil(Math.sqrt(width) * 0.55);
}

/**
 * exp x for |x| <= 3/4. With s halvings the series runs at width w + s + 8 on y = x / 2^s. Its terms are a product and
 * a quotient, each rounded by less than one unit, and errors of earlier terms shrink: the sum is off by under 2 N + 2
 * inner units. Each squaring doubles the relative error and adds one unit: after s of them it is under 2^s (2 N + 3),
 * times exp(3/4) < 2.2 in absolute terms. That is (2 N + 3) * 2.2 / 2^8 units of w: as s is over sqrt(w) / 2, N is
 * under 250, and the loss under 5 units plus the last rounding. The budget is 16.
 */
export function expFixed(x: bigint, width: number): bigint {
  const halvings = countHalvings(width);
  const wide = BigInt(width + halvings + 8);
  const y = x << 8n;
  let term = y;
  let sum = (1n << wide) + y;
  for (let n = 2; term !== 0n; n++) {
    term = ((term * y) >> wide) / (small[n] ?? BigInt(n));
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) >> wide;
  return sum >> BigInt(halvings + 8);
}

/**
 * sin x and cos x for |x| <= 1, as the parts of exp(ix): the same series and squarings, so the same budget, with two
 * more roundings in a complex squaring. |exp(ix)| = 1 takes the place of the factor 2.2.
 */
export function sinCosFixed(x: bigint, width: number): { readonly sin: bigint; readonly cos: bigint } {
  const halvings = countHalvings(width);
  const wide = BigInt(width + halvings + 8);
  const y = x << 8n;
  let term = y;
  let sin = y;
  let cos = 1n << wide;
  for (let n = 2; term !== 0n; n++) {
    term = ((term * y) >> wide) / (small[n] ?? BigInt(n));
    if ((n & 3) === 0) cos += term;
    else if ((n & 3) === 1) sin += term;
    else if ((n & 3) === 2) cos -= term;
    else sin -= term;
  }
  for (let i = 0; i < halvings; i++) {
    const product = sin * cos;
    cos = ((cos - sin) * (cos + sin)) >> wide;
    sin = product >> (wide - 1n);
  }
  const shift = BigInt(halvings + 8);
  return { sin: sin >> shift, cos: cos >> shift };
}

/**
 * ln x for 0.7 <= x <= 1.45. From a first guess y (a double, exact as a number): ln x = y + 2 atanh t with
 * t = (x - E) / (x + E), E = exp y. E is off by 16 units, and dt/dE = -2x / (x + E)^2 is about -1 / (2x), at most 0.72
 * in size: t is off by under 12. The division and the series run four bits wider; the series loses 2 units a term there
 * and has under w / 96 + 2 < 225 terms, which is 29 units of w. In all 2 * (12 + 1/16 + 29) + 1 < 84, and 2^6.5 > 90.
 */
export function lnFixed(x: bigint, width: number): bigint {
  const guess = Math.round(Math.log(toDouble(x, width)) * 2 ** guessBits);
  const y = BigInt(guess) << BigInt(width - guessBits);
  const exponential = guess === 0 ? 1n << BigInt(width) : expFixed(y, width);
  const quotient = ((x - exponential) << BigInt(width + 4)) / (x + exponential);
  return y + (sumOddSeries(quotient, { isAlternating: false, width: width + 4 }) >> 3n);
}

/**
 * atan x for |x| <= 1.01. From a first guess y: atan x = y + atan t, t = (x cos y - sin y) / (cos y + x sin y). The
 * dividend is off by 17 + 16 + 1 units; the divisor is about 1 / cos y >= 1, and its own error counts times t, which is
 * below 2^-48. So t is off by under 35, and the series as in `lnFixed` by 29: under 65 with the last rounding.
 */
export function atanFixed(x: bigint, width: number): bigint {
  const guess = Math.round(Math.atan(toDouble(x, width)) * 2 ** guessBits);
  if (guess === 0) return sumOddSeries(x << 4n, { isAlternating: true, width: width + 4 }) >> 4n;
  const shift = BigInt(width);
  const y = BigInt(guess) << BigInt(width - guessBits);
  const { sin, cos } = sinCosFixed(y, width);
  const dividend = ((x * cos) >> shift) - sin;
  const divisor = cos + ((x * sin) >> shift);
  const quotient = (dividend << BigInt(width + 4)) / divisor;
  return y + (sumOddSeries(quotient, { isAlternating: true, width: width + 4 }) >> 4n);
}

/** t + t^3/3 + ..., or with alternating signs; t is small. Less than 2 units off a term. */
function sumOddSeries(t: bigint, options: { readonly isAlternating: boolean; readonly width: number }): bigint {
  const shift = BigInt(options.width);
  const square = (t * t) >> shift;
  const factor = options.isAlternating ? -square : square;
  let power = t;
  let sum = t;
  // Rounding down would keep a negative power at -1 for ever; its quotient by 3 or more is then zero.
  for (let k = 3; k < 2400; k += 2) {
    power = (power * factor) >> shift;
    const term = power / BigInt(k);
    if (term === 0n) break;
    sum += term;
  }
  return sum;
}

function toDouble(x: bigint, width: number): number {
  return Number(x >> BigInt(width - 60)) / 2 ** 60;
}
