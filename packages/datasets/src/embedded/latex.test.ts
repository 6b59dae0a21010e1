import { expect, test } from 'vitest';
import {
  formatHundredths,
  formatInterval,
  formatMatrix,
  formatPolynomial,
  formatRadical,
  formatRational,
  formatTuple,
} from './latex.ts';
import { toRational } from './rational.ts';

test('a fraction is written in lowest terms with its sign in front', () => {
  expect(formatRational(toRational(6, -8))).toBe('-\\frac{3}{4}');
  expect(formatRational(toRational(-8, 4))).toBe('-2');
});

test('hundredths are written without needless zeros', () => {
  expect([1250, 1205, 7, -50, 300].map(formatHundredths)).toEqual(['12.5', '12.05', '0.07', '-0.5', '3']);
});

test('a polynomial leaves out zeros and ones', () => {
  expect(formatPolynomial([1, 0, -1, 5])).toBe('x^3-x+5');
  expect(formatPolynomial([-1, -3], 'y')).toBe('-y-3');
  expect(formatPolynomial([0, 0])).toBe('0');
});

test('a tuple mixes whole numbers and fractions', () => {
  expect(formatTuple([2, toRational(1, 3)])).toBe('(2,\\frac{1}{3})');
});

test('a radical leaves out a factor of 1 and a root of 1', () => {
  expect(formatRadical({ radicand: 5 })).toBe('\\sqrt{5}');
  expect(formatRadical({ factor: -3, radicand: 2 })).toBe('-3\\sqrt{2}');
  expect(formatRadical({ factor: -1, radicand: 3, denominator: 2 })).toBe('-\\frac{\\sqrt{3}}{2}');
  expect(formatRadical({ factor: 7, radicand: 1 })).toBe('7');
});

test('an interval shows which ends belong to it', () => {
  expect(formatInterval({ from: { at: 2 }, to: { at: 5, isOpen: true } })).toBe('[2,5)');
  expect(formatInterval({ from: {}, to: { at: toRational(1, 2) } })).toBe('(-\\infty,\\frac{1}{2}]');
});

test('a matrix is written row by row', () => {
  expect(
    formatMatrix([
      [1, -2],
      [0, toRational(1, 2)],
    ]),
  ).toBe('\\begin{pmatrix}1&-2\\\\0&\\frac{1}{2}\\end{pmatrix}');
});
