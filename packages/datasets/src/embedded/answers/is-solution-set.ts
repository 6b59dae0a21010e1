import { add, type Rational, toNumber, toRational } from '../rational.ts';
import { isInside, readIntervals } from './read-answer.ts';

const grid = Array.from({ length: 601 }, (_, i) => toRational(i - 300));
const besides = [toRational(-1, 1000), toRational(0), toRational(1, 1000)];

/**
 * Whether an answer in interval notation holds just the numbers that meet a condition, tried on the integers from
 * -300 to 300, and at and beside every end that the answer names.
 *
 * @example
 * isSolutionSet('(-\\infty,3]', (x) => 2 * toNumber(x) + 1 <= 7); // true
 */
export function isSolutionSet(answer: string, isSolution: (x: Rational) => boolean): boolean {
  const intervals = readIntervals(answer);
  if (intervals === undefined) return false;
  const ends = intervals.flatMap(({ from, to }) => [from, to]).filter((end) => end !== undefined);
  const tried = [...grid, ...ends.flatMap((end) => besides.map((beside) => add(end, beside)))];
  return tried.every((x) => isInside(intervals, toNumber(x)) === isSolution(x));
}
