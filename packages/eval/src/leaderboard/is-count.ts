/**
 * Whether some count k of n problems gives a published percentage, rounded to its digits either way of rounding a half.
 *
 * @example
 * isCount({ percent: 28.8, digits: 1, of: 675 }); // false: 194 gives 28.7 %, 195 gives 28.9 %
 */
export function isCount({ percent, digits, of }: { percent: number; digits: number; of: number }): boolean {
  const k = Math.round((percent / 100) * of);
  const half = 0.5 * 10 ** -digits;
  return Math.abs((100 * k) / of - percent) <= half + 1e-9;
}
