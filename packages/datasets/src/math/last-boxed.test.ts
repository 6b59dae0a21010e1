import { expect, test } from 'vitest';
import { findLastBoxed } from './last-boxed.ts';

const cases: readonly (readonly [name: string, solution: string, expected: string | undefined])[] = [
  ['one box', 'so $x = \\boxed{12}.$', '12'],
  ['nested braces', '\\boxed{\\frac{1}{1 + \\sqrt{2}}}', '\\frac{1}{1 + \\sqrt{2}}'],
  ['the last of several boxes', '\\boxed{1} and then \\boxed{2}', '2'],
  ['a space before the brace', '\\boxed {17}.$$', '17'],
  ['a single digit without braces', 'so $\\boxed 9$.', '9'],
  ['a command without braces', '\\boxed\\pi$', '\\pi'],
  ['escaped braces of a set', '\\boxed{\\{1, 2\\}}', '\\{1, 2\\}'],
  ['an escaped brace without its partner', '\\boxed{\\left\\{ x \\right.}', '\\left\\{ x \\right.'],
  ['a line break before the closing brace', '\\boxed{a \\\\ b\\\\}', 'a \\\\ b\\\\'],
  ['spaces inside', '\\boxed{ 4 }', '4'],
  ['a box inside a box', '\\boxed{1 + \\boxed{2}}', '2'],
  ['a last box that never closes', '\\boxed{8} but \\boxed{9', '8'],
  ['an empty box', '\\boxed{}', ''],
  ['a command that only begins alike', '\\boxedminipage{3}', undefined],
  ['no box', 'the answer is 4', undefined],
  ['nothing after the command', 'see \\boxed', undefined],
  ['a box at the very beginning that never closes', '\\boxed{', undefined],
];

test.each(cases)('%s', (_, solution, expected) => {
  expect(findLastBoxed(solution)).toBe(expected);
});
