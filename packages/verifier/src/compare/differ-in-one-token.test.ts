import { expect, test } from 'vitest';
import { verifyAnswer } from '../verify-answer.ts';
import { differInOneToken } from './differ-in-one-token.ts';

test.each([
  ['a number', 'f_n \\sim 3g_n as n \\to 5', 'f_n \\sim 4g_n as n \\to 5'],
  ['a sign', 'q \\sim a+b', 'q \\sim a-b'],
  ['a letter', 'q \\sim x+y', 'q \\sim x+z'],
  ['a relation', 'p \\sim q, x<3', 'p \\sim q, x\\le3'],
  ['a function', '\\sim\\sin x', '\\sim\\cos x'],
  ['a power', 'q \\sim x^{2}+1', 'q \\sim x+1'],
  ['a root', 'q \\sim \\sqrt{5}', 'q \\sim \\sqrt[3]{5}'],
  ['a sign before a number', 'q \\sim (3)', 'q \\sim (-3)'],
  ['an element', '\\sim (1,2)', '\\sim (1,2,307)'],
])('%s more or other in a text that nobody reads says something else', (_, a, b) => {
  expect(differInOneToken(a, b)).toBe(true);
  expect(differInOneToken(b, a)).toBe(true);
});

test.each([
  ['spaces and braces', 'q \\sim x^{2}', 'q \\sim x ^2'],
  ['a sum over another letter', '\\sum_{j=1}^{3} 5', '\\sum_{k=1}^{3} 5'],
  ['the letter of an integral', '\\int 3 dx \\sim', '\\int 3 dy \\sim'],
  ['another constant', 'x^2+C \\sim', 'x^2+K \\sim'],
  ['the sign of a constant', 'x^2+C \\sim', 'x^2-C \\sim'],
  ['the sign of zero', '\\sim x+0', '\\sim x-0'],
  ['a factor of zero', '\\sim 0\\cdot 3', '\\sim 0\\cdot 4'],
  ['an equation with zero on one side', 'f_2 \\sim 3 x=0', 'f_2 \\sim 4 x=0'],
  ['a power of one', '\\sim 1^{3}', '\\sim 1^{4}'],
  ['a whole parameter', '2\\pi n+\\pi, n any integer', '2\\pi n-\\pi, n any integer'],
  ['a set with a repeated element', '\\sim,1,2,2', '\\sim,1,1,2'],
  ['a column', '\\begin{array}{c}1', '\\begin{array}{r}1'],
  ['a rounding', '\\sim 3.14', '\\sim 3.142'],
  ['a slip in a word', 'a basis of the space', 'a basis if the space'],
  ['two changes', '\\sim 3+4', '\\sim 5+6'],
  ['nothing in common', '3', '4'],
])('%s decides nothing', (_, a, b) => {
  expect(differInOneToken(a, b)).toBe(false);
  expect(differInOneToken(b, a)).toBe(false);
});

test('what is understood is compared by its meaning and not by its signs', () => {
  const { verdict } = verifyAnswer({
    reference: '\\frac{\\pi}{3}+2\\pi k, k \\in \\mathbb{Z}',
    candidate: '\\frac{7\\pi}{3}+2\\pi k, k \\in \\mathbb{Z}',
  });
  expect(verdict).not.toBe('different');
});
