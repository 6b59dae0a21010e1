import { isInside, readIntervals } from '../../answers/read-answer.ts';
import { add, type Rational, toRational } from '../../rational.ts';

const grid = Array.from({ length: 161 }, (_, i) => toRational(i - 80));
const besides = [toRational(-1, 1000), toRational(0), toRational(1, 1000)];

/**
 * Whether an answer in interval notation holds just the numbers that meet a condition, tried on the integers from -80
 * to 80, and at and beside every end that the answer names.
 */
export function isSolutionSet(answer: string, isSolution: (x: Rational) => boolean): boolean {
  const intervals = readIntervals(answer);
  if (intervals === undefined) return false;
  const ends = intervals.flatMap(({ from, to }) => [from, to]).filter((end) => end !== undefined);
  const tried = [...grid, ...ends.flatMap((end) => besides.map((beside) => add(end, beside)))];
  return tried.every((x) => isInside(intervals, Number(x.numerator) / Number(x.denominator)) === isSolution(x));
}
