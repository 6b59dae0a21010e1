import { divide, isEqual, type Rational, toRational } from '../../rational.ts';

/** Powers that the solutions of logarithms need, as base and exponent. */
export const powers: readonly [Power, ...Power[]] = [
  [2, 2],
  [2, 3],
  [2, 4],
  [2, 5],
  [2, 6],
  [2, 7],
  [2, 8],
  [3, 2],
  [3, 3],
  [3, 4],
  [3, 5],
  [4, 2],
  [4, 3],
  [4, 4],
  [5, 2],
  [5, 3],
  [6, 2],
  [6, 3],
  [7, 2],
  [7, 3],
  [8, 2],
  [9, 2],
  [10, 2],
  [11, 2],
  [12, 2],
];

type Power = readonly [base: number, exponent: number];

/** Whether the base goes into the value just as often as the exponent says, and leaves 1. */
export function isPower(
  value: Rational,
  { base, exponent }: { readonly base: number; readonly exponent: number },
): boolean {
  let rest = value;
  for (let i = 0; i < exponent; i++) rest = divide(rest, toRational(base));
  return isEqual(rest, 1);
}
