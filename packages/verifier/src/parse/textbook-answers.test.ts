import { expect, test } from 'vitest';
import { verifyAnswer } from '../verify-answer.ts';

const verdictOf = (reference: string, candidate: string): string => {
  const { verdict } = verifyAnswer({ reference, candidate });
  expect(verifyAnswer({ reference: candidate, candidate: reference }).verdict).toBe(verdict);
  return verdict;
};

test.each([
  ['sums that go on, term by term', '1+x+\\cdots', 'x+1+\\cdots', 'equal'],
  [
    'a term more of a sum that goes on',
    '1+x+\\frac{x^2}{2}+\\cdots',
    '1+x+\\frac{x^2}{2}+\\frac{x^3}{6}+\\cdots',
    'undecided',
  ],
  ['another term of a sum that goes on', '1+x+\\frac{x^2}{2}+\\cdots', '1+x+\\frac{x^2}{3}+\\cdots', 'different'],
  ['numbers that go on the other way', '1+3+\\cdots', '3+1+\\cdots', 'undecided'],
  ['a sum without its middle, and its value', '1+2+\\cdots+100', '5050', 'undecided'],
  ['equations on two lines', '$y=2x+1$\n$z=3$', 'z=3, y=1+2x', 'equal'],
  ['equations with a wide space between them', 'y=2 \\quad z=3', 'y=2, z=3', 'equal'],
  ['a value and what is said of another', 'x^2+3x, R=4', '3x+x^2, R=5', 'different'],
  ['a product of newtons and metres', '12\\pi \\mathrm{~N}-\\mathrm{m}', '12\\pi \\text{ N}\\cdot\\text{m}', 'equal'],
  ['a unit behind a sum that begins with a sign', 'y=-2t+\\sin t \\mathrm{~cm}', 'y=\\sin t-2t \\text{ cm}', 'equal'],
  ['another sign before it', 'y=-2t+\\sin t \\mathrm{~cm}', 'y=2t+\\sin t \\mathrm{~cm}', 'different'],
  ['a unit in parentheses', '47.5 (pounds)', '47.5 pounds', 'equal'],
  ['a number that was rounded, with its unit', '\\approx 17.1 \\mathrm{ft}', '17.1 ft', 'equal'],
  ['products that are set as names', '\\frac{\\mathrm{gb}}{f}', '\\frac{bg}{f}', 'equal'],
  ['capitals that stand alone as well', '2RC+R+C', '2CR+C+R', 'equal'],
  ['capitals that name points', 'RC', 'CR', 'undecided'],
  ['a power behind a bracket', '(n-2)2^{n}', 'n2^{n}-2^{n+1}', 'equal'],
  ['an exponent that lost its sign', '(x+1)2', '2(x+1)', 'undecided'],
  ['signs before a bracket', 'x=\\pm(y-2)', 'x=y-2, x=2-y', 'equal'],
  ['a point that lost a coordinate', '(1,2),(3,4)', '(2),(3,4)', 'different'],
  ['what is identically so', 'y \\equiv -1', 'y=-1', 'equal'],
  ['a congruence without its modulus', 'x \\equiv 3', 'x=3', 'undecided'],
  [
    'the result of a calculation with matrices',
    'A=\\begin{pmatrix}0&1\\\\5&3\\end{pmatrix}',
    '\\begin{bmatrix}1&0\\\\5&3\\end{bmatrix}',
    'different',
  ],
  [
    'the inverse of a matrix and the matrix that it is',
    '\\begin{bmatrix}2&0\\\\0&4\\end{bmatrix}^{-1}=\\begin{bmatrix}\\frac12&0\\\\0&\\frac14\\end{bmatrix}',
    '\\begin{pmatrix}0.5&0\\\\0&0.25\\end{pmatrix}',
    'equal',
  ],
  ['a chain that is false and its first side', '2\\sqrt{3} \\approx 3.57', '2\\sqrt{3}', 'different'],
  ['another special solution', 'y^2(y-3x)=c; y=0; y=3x', 'y^2(y-3x)=c; y=0; y=9x', 'different'],
  ['a system that is solved in another way', 'x+y=3, x-y=1', '2x=4, x-y=1', 'equal'],
  ['a chain that is a little off', '2\\sqrt{3} \\approx 3.47', '2\\sqrt{3}', 'undecided'],
  ['chains with another decimal', '\\cos 2 \\approx -0.416', '\\cos 2 \\approx -0.716', 'different'],
  ['a list of one, and a number', '[5]', '5', 'undecided'],
  ['an interval that lost an end', '[-3,2]', '[2]', 'different'],
  ['words that hold no number', '\\sqrt{53}', 'ANSWER', 'different'],
  ['the result of a run that failed', '5', '<empty_execution>', 'different'],
  ['a word that tells how many', '1', 'only', 'undecided'],
  ['a unit whose wrapper was cut off', '2600', '2600{g}', 'equal'],
  ['a speed whose wrapper was cut off', '20 \\text{ miles/hour}', '20{miles/hour}', 'equal'],
  ['a variable in braces', '2x', '2{x}', 'equal'],
  ['a sum from another term on', '\\sum_{n=0}^{\\infty} n x^n', '\\sum_{n=1}^{\\infty} n x^n', 'undecided'],
])('%s', (_, reference, candidate, verdict) => {
  expect(verdictOf(reference, candidate)).toBe(verdict);
});

test.each(['5', '\\sqrt{2}', '(1,2)', '[0,1)', 'x=3'])('an empty candidate does not say %s', (reference) => {
  for (const candidate of ['', ' ', '$$', '[]']) {
    expect(verifyAnswer({ reference, candidate })).toMatchObject({ verdict: 'different', rule: 'kind' });
  }
  expect(verifyAnswer({ reference: '', candidate: reference }).verdict).toBe('undecided');
});

test.each(['\\emptyset', 'none', '\\text{even}', '\\{\\}'])('an empty candidate may leave out %s', (reference) => {
  expect(verifyAnswer({ reference, candidate: '' }).verdict).toBe('undecided');
});
