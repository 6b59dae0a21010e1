import { isInside, readIntervals } from '../../answers/read-answer.ts';

/**
 * Whether intervals contain just the numbers for which a condition holds. Tried at all halves from -300 to 300, so the
 * ends must be whole numbers: between two halves nothing changes.
 *
 * @example
 * isSolutionSet('(-\\infty,3]', (x) => 2 * x + 1 <= 7); // true
 */
export function isSolutionSet(answer: string, holds: (x: number) => boolean): boolean {
  const intervals = readIntervals(answer);
  if (intervals === undefined) return false;
  for (let x = -300; x <= 300; x += 0.5) if (isInside(intervals, x) !== holds(x)) return false;
  return true;
}
