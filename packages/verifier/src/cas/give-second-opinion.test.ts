import { expect, test } from 'vitest';
import type { Expression } from '../expression/expression.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { Fuel } from '../fuel.ts';
import { askNerdamer } from './ask-nerdamer.ts';
import { giveSecondOpinion } from './give-second-opinion.ts';
import { printInfix } from './print-infix.ts';

function read(text: string): Expression {
  const expression = parseExpression(text, new Fuel(1_000_000));
  if (expression === null) throw new Error(`not an expression: ${text}`);
  return expression;
}

const ask = (a: string, b: string): boolean => giveSecondOpinion(read(a), read(b));

test.each([
  ['(x+1)^{2}', 'x^{2}+2x+1'],
  ['\\frac{n!}{(n-1)!}', 'n'],
  ['\\frac{x_{1}y}{yx_{1}}', '1'],
  ['e^{a+b}', 'e^{a}e^{b}'],
  ['-(x-y)', 'y-x'],
])('%s and %s are found to be the same', (a, b) => {
  expect(ask(a, b)).toBe(true);
});

test.each([
  ['2x', 'x'],
  ['x_{1}', 'x_{2}'],
  ['x', 'X'],
  ['(x+1)^{2}', 'x^{2}+1'],
  ['\\frac{1}{20!}', '\\frac{1}{21!}'],
  ['2^{20}', '2^{20}+1'],
  // mathjs makes floats of roots, and then the small term is nothing.
  ['\\sqrt{2}x+\\frac{x}{10^{12}}', '\\sqrt{2}x'],
  ['\\sqrt{2}', '1.41421356237309504880168872'],
  ['\\ln 5', '\\ln 6'],
])('%s and %s are not', (a, b) => {
  expect(ask(a, b)).toBe(false);
});

test('an exception in nerdamer leaves no trace in its next answer', () => {
  expect(askNerdamer('factorial(2008)/2^2008-2008*factorial(2007)/2^2008', '0')).toBe(false);
  expect(askNerdamer('2^2005', '2^2006')).toBe(false);
  expect(askNerdamer('1-10^(-40)', '1')).toBe(false);
});

test.each(['(x+1)^{25}', '40!', '9^{99}', `${'1'.repeat(31)}x`, Array.from({ length: 200 }, () => 'x').join('+')])(
  '%s is too large to ask about',
  (text) => {
    expect(printInfix(read(text), [])).toBeNull();
  },
);

test('names of variables do not reach the systems, which may know them as functions or units', () => {
  const names: string[] = [];
  expect(printInfix(read('\\alpha+x_{1}'), names)).toBe('(v0+v1)');
  expect(names).toEqual(['\\alpha', 'x_1']);
});
