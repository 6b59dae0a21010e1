/**
 * Two-sided p-value of Student's t: the chance of a t at least as far from 0, with `df` degrees of freedom, which need not be a
 * whole number (Abramowitz and Stegun 1964, 26.7). With infinitely many it is the normal distribution's, to the limit of `mostDf`.
 */
export function computeStudentP(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (t === 0) return 1;
  if (!Number.isFinite(t)) return 0;
  const limited = Math.min(df, mostDf);
  const whole = limited + t * t;
  return computeBeta({ x: limited / whole, y: (t * t) / whole, a: limited / 2, b: 0.5 });
}

/**
 * The 97.5 % point of Student's t: what a standard error is multiplied with for an interval at 95 %.
 *
 * @example
 * findStudent95(4); // 2.776...: five values
 */
export function findStudent95(df: number): number {
  let [low, high] = [0, 2];
  while (computeStudentP(high, df) > 0.05) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (computeStudentP(middle, df) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Beyond, t is the normal distribution in all digits that are shown. */
const mostDf = 1e7;

interface BetaInput {
  readonly x: number;
  /** 1 - x, of which a difference would lose the digits. */
  readonly y: number;
  readonly a: number;
  readonly b: number;
}

/** The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8). */
function computeBeta({ x, y, a, b }: BetaInput): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The fraction comes to its end soon on one side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - computeBeta({ x: y, y: x, a: b, b: a });
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y) - Math.log(a));
  // From the front, as the two sequences of Lentz (1976), so that it ends where the digits do.
  const keep = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / keep(1 + even * d);
    c = keep(1 + even / c);
    fraction *= c * d;
    d = 1 / keep(1 + odd * d);
    c = keep(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

const tiny = 1e-300;

/** Stirling's series, from where five terms of it give all digits. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 15; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7) + 1 / (1188 * z ** 9);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
