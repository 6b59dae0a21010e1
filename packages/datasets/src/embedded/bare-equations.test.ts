import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { evaluateLatex, isClose } from './answers/evaluate-latex.ts';
import { drawBareEquation } from './bare-equations.ts';

const random = createRandom('bare-equations.test');
const equations = Array.from({ length: 5000 }, () => drawBareEquation(random));

test('both sides of every equation have the same value', () => {
  const wrong = equations.filter(({ given, found }) => {
    const [left = '', ...others] = `${given}${found}`.split('=');
    return (
      others.length === 0 || !others.every((side) => isClose(evaluateLatex(side), evaluateLatex(left) ?? Number.NaN))
    );
  });
  expect(wrong).toEqual([]);
});

test('what is found follows from what is given', () => {
  const found = new Map<string, string>();
  for (const equation of equations) {
    expect(found.get(equation.given) ?? equation.found).toBe(equation.found);
    found.set(equation.given, equation.found);
  }
});

test('every kind of step is drawn', () => {
  const kinds = [/^\d+\+\d+=/, /^\d+-\d+=/, /\\cdot/, /\//, /\^/, /\\sqrt\{\d+\}=$/, /^\\frac/, /=\d+\\cdot$/];
  expect(kinds.filter((kind) => !equations.some(({ given }) => kind.test(given)))).toEqual([]);
});
