import { expect, test } from 'vitest';
import type { VerifyResult } from '../../types.ts';
import { verifyAnswer } from '../../verify-answer.ts';

function verify(reference: string, candidate: string): VerifyResult {
  return verifyAnswer({ reference, candidate });
}

test.each([
  ['x = 5', 'x = 5.0', 'assignment', 'exact', []],
  ['a = 1, b = 2', '(1, 2)', 'assignment', 'policy', ['assignment-label']],
  ['2x - y + 3 = 0', 'y = 2x + 3', 'relation', 'modular', []],
  ['x^2 = 4', 'x = \\pm 2', 'assignment', 'exact', []],
  ['f(x) = 2x', 'f(t) = 2t', 'function', 'exact', []],
  ['2\\sqrt{3} \\approx 3.46', '2\\sqrt{3}', 'relation', 'policy', ['approximate-side']],
  ['\\pi n, n \\in \\mathbb{Z}', '\\pi k', 'family', 'policy', ['parameter-undeclared']],
  ['x = \\pi n, n \\in \\mathbb{Z}', '-\\pi k, k \\in \\mathbb{Z}', 'family', 'policy', ['assignment-label']],
])('%s equals %s by the rule %s with the proof %s', (reference, candidate, rule, proof, policies) => {
  expect(verify(reference, candidate)).toMatchObject({ verdict: 'equal', rule, proof, policies });
});

test('the normal form of named values gives each its name', () => {
  expect(verify('(a,b) = (1, 2)', '5 = x').normalized).toEqual({ reference: 'a = 1, b = 2', candidate: 'x = 5' });
});

test('a false equation equals neither of its sides, and itself only as text', () => {
  expect(verify('5 = 6', '6').verdict).toBe('different');
  expect(verify('5 = 6', '5').verdict).toBe('different');
  expect(verify('5 = 6', '5=6')).toMatchObject({ verdict: 'equal', rule: 'identical-text' });
});

test('two calculations with one result may belong to two questions', () => {
  expect(verify('i^{15} = i^{12} \\cdot i^3 = -i', 'i^{19} = i^{16} \\cdot i^3 = -i').verdict).toBe('undecided');
});

test('an equation keeps the zeros that multiplying by a variable adds', () => {
  expect(verify('xy = x', 'y = 1').verdict).not.toBe('equal');
  expect(verify('\\frac{y-1}{x-2} = 3', 'y - 1 = 3(x-2)').verdict).not.toBe('equal');
});

test('a variable that is free in a function is not taken for its parameter', () => {
  expect(verify('f(x) = x + 1', 'f(y) = x + 1').verdict).toBe('different');
});

test('families without declared parameters are not shifted: the angles of a polygon are (n - 2) pi', () => {
  expect(verify('(n-2)\\pi', 'n\\pi').verdict).not.toBe('equal');
});

test.each([
  ['a chain of many sides', `${'1='.repeat(1900)}1`],
  ['many values of one name', `${'x=1,'.repeat(900)}x=2`],
  [
    'a family of many progressions',
    `${Array.from({ length: 40 }, (_, i) => `${i}\\pi/41+n\\pi`).join(',')}, n\\in\\mathbb{Z}`,
  ],
  ['many branches in words', `${'x if x>0, '.repeat(300)}1`],
  [
    'many functions with constants',
    `(${Array.from({ length: 60 }, (_, i) => `a+${i}b+c`).join(',')}), a,b,c\\in\\mathbb{R}`,
  ],
  ['declarations without names', 'where n is '.repeat(300)],
])('%s stays within its fuel', (_, text) => {
  const { fuel } = verify(text, `${text}+0`);
  expect(fuel).toBeLessThan(2_000_000);
});
