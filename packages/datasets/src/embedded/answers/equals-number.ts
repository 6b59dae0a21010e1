import { isEqual, type Rational } from '../rational.ts';
import { readNumber } from './read-answer.ts';

/** Whether an answer can be read and is this very number, in whatever way it is written. */
export function equalsNumber(answer: string, expected: Rational | number): boolean {
  const value = readNumber(answer);
  return value !== undefined && isEqual(value, expected);
}
