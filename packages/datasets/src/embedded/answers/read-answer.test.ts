import { expect, test } from 'vitest';
import { toRational } from '../rational.ts';
import { evaluateLatex, isClose } from './evaluate-latex.ts';
import {
  isInside,
  readIntervals,
  readMatrix,
  readNumber,
  readNumbers,
  readTuple,
  splitAtCommas,
} from './read-answer.ts';

test('integers, fractions and decimals are read exactly', () => {
  expect(readNumber('-12')).toEqual(toRational(-12));
  expect(readNumber('-\\frac{3}{4}')).toEqual(toRational(-3, 4));
  expect(readNumber('-0.25')).toEqual(toRational(-1, 4));
});

test('tuples and lists give their numbers in order', () => {
  expect(readTuple('(2,-\\frac{1}{3})')).toEqual([toRational(2), toRational(-1, 3)]);
  expect(readNumbers('-1,0.5')).toEqual([toRational(-1), toRational(1, 2)]);
  expect(readTuple('2,3')).toBeUndefined();
});

test.each(['', 'x', '1/2', '(1,2', '\\frac12', '3 ', '1.', '\\frac{1}{0}'])('%j is no number', (text) => {
  expect(readNumber(text)).toBeUndefined();
});

test('a matrix is read row by row, and rows of unequal length are none', () => {
  expect(readMatrix('\\begin{pmatrix}1&-2\\\\0&3\\end{pmatrix}')).toEqual([
    [toRational(1), toRational(-2)],
    [toRational(0), toRational(3)],
  ]);
  expect(readMatrix('\\begin{pmatrix}1&-2\\\\0\\end{pmatrix}')).toBeUndefined();
});

test('intervals know what lies in them', () => {
  const intervals = readIntervals('(-\\infty,3]\\cup(\\frac{9}{2},\\infty)') ?? [];
  expect([-100, 3, 3.1, 4.5, 4.6].map((value) => isInside(intervals, value))).toEqual([true, true, false, false, true]);
  expect(readIntervals('(3)')).toBeUndefined();
});

test('commas inside of brackets do not split', () => {
  expect(splitAtCommas('(1,2),\\{3,4\\},5')).toEqual(['(1,2)', '\\{3,4\\}', '5']);
});

test('an expression has the value that it is written with', () => {
  expect(evaluateLatex('\\frac{2\\sqrt{3}}{5}x^2-3(x+1)', { x: 2 })).toBeCloseTo((2 * Math.sqrt(3) * 4) / 5 - 9, 12);
  expect(evaluateLatex('-2^{10}\\cdot3/4')).toBe(-768);
  expect(evaluateLatex('6\\pi')).toBeCloseTo(6 * Math.PI, 12);
  expect(evaluateLatex('2xy', { x: 3, y: 4 })).toBe(24);
});

test.each(['', '3+', 'y', '\\sin{3}', '(3', '3)', '\\sqrt{-1}', '\\frac{1}{0}'])('%j has no value', (text) => {
  expect(evaluateLatex(text, { x: 1 })).toBeUndefined();
});

test('closeness allows for rounding only', () => {
  expect(isClose(0.1 + 0.2, 0.3)).toBe(true);
  expect(isClose(0.3001, 0.3)).toBe(false);
  expect(isClose(undefined, 0)).toBe(false);
  expect(isClose(Number.NEGATIVE_INFINITY, 2)).toBe(false);
});
