import { expect, test } from 'vitest';
import { verifyAnswer } from '../../verify-answer.ts';

const column = '\\begin{pmatrix}1\\\\2\\end{pmatrix}';

test('a vector in another notation is equal under a policy, and in other brackets without one', () => {
  const compare = (candidate: string) => verifyAnswer({ reference: column, candidate });
  expect(compare('(1,2)')).toMatchObject({ verdict: 'equal', policies: ['vector-notation'] });
  expect(compare('\\mathbf{i}+2\\mathbf{j}')).toMatchObject({ verdict: 'equal', policies: ['vector-notation'] });
  expect(compare('\\begin{bmatrix}1\\\\2\\end{bmatrix}')).toMatchObject({
    verdict: 'equal',
    rule: 'matrix',
    policies: [],
  });
});

test('the normal form of a matrix shows its rows', () => {
  const { normalized } = verifyAnswer({ reference: column, candidate: '\\frac12\\begin{bmatrix}2&4\\end{bmatrix}^T' });
  expect(normalized).toEqual({ reference: '[[1], [2]]', candidate: '[[1], [2]]' });
});

test('a matrix that is cut short, or has rows of several lengths, is not understood', () => {
  for (const reference of ['\\begin{pmatrix}1&2\\\\3', '\\begin{pmatrix}1&2\\\\3\\end{pmatrix}', '[[1,2],[3]]']) {
    expect(verifyAnswer({ reference, candidate: column }).verdict, reference).toBe('undecided');
  }
});

test('a product of two matrices, a norm and a function of two arguments are no vectors', () => {
  for (const reference of [`${column}${column}`, '\\begin{Vmatrix}1\\\\2\\end{Vmatrix}', 'f(1,2)']) {
    expect(verifyAnswer({ reference, candidate: '(1,2)' }).verdict, reference).toBe('undecided');
  }
});

test('nested environments and brackets end without a verdict', () => {
  for (const unit of ['\\begin{pmatrix}', '\\begin{pmatrix}1&', '[[', '2(', '<1,', '\\langle ', '(1,2)+']) {
    const reference = unit.repeat(Math.floor(3900 / unit.length));
    expect(verifyAnswer({ reference, candidate: '(1,2)' }).verdict, unit).toBe('undecided');
  }
});
