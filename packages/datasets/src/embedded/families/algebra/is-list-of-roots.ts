import { readNumbers } from '../../answers/read-answer.ts';
import { compare, toNumber } from '../../rational.ts';

/**
 * Whether a list names two different numbers, the smaller one first, that both solve an equation, given as the
 * difference of its sides. An equation of degree two has no third.
 *
 * @example
 * isListOfRoots('-2,3', (x) => x * x - x - 6); // true
 */
export function isListOfRoots(answer: string, getDifference: (x: number) => number): boolean {
  const numbers = readNumbers(answer);
  const [first, second, ...others] = numbers ?? [];
  if (first === undefined || second === undefined || others.length > 0 || compare(first, second) >= 0) return false;
  return [first, second].every((root) => Math.abs(getDifference(toNumber(root))) < 1e-9);
}
