import { expect, test } from 'vitest';
import { readAnswerCases } from '../__fixtures__/read-cases.ts';
import { verifyAnswer } from '../verify-answer.ts';
import { listReadings } from './list-readings.ts';
import type { TreeNode } from './tree-node.ts';

/** A tree in brackets: `(sum (rational 1) (symbol x))`. */
function sketch({ kind, label, role, children }: TreeNode): string {
  const head = [role === '' ? '' : `${role}:`, kind, label === '' ? '' : ` ${label}`].join('');
  return `(${[head, ...children.map(sketch)].join(' ')})`;
}

test.each([
  ['0.5', '(number 1/2)'],
  ['50\\%', '(number 50%)'],
  ['2x+1', '(sum (product (rational 2) (symbol x)) (rational 1))'],
  ['\\frac{\\pi}{6}', '(quotient (numerator:constant π) (denominator:rational 6))'],
  ['\\sqrt[3]{x}', '(root 3 (symbol x))'],
  ['x > 3', '(region x (interval () (from:rational 3) (to:infinity ∞)))'],
  ['\\{2, 1\\}', '(set {} (number 2) (number 1))'],
  ['[1, 2)', '(region (interval [) (from:rational 1) (to:rational 2)))'],
  ['(1, x)', '(tuple () (number 1) (symbol x))'],
  ['x = 5', '(assignment (x:number 5))'],
  ['\\sum_{j=1}^{n} j', '(bound sum k (body:symbol k) (from:rational 1) (to:symbol n))'],
  [
    '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}',
    '(matrix 2 × 2 (row (number 1) (number 2)) (row (number 3) (number 4)))',
  ],
])('%s is drawn as %s', (answer, wanted) => {
  expect(listReadings(answer).slice(0, 1).map(sketch)).toEqual([wanted]);
});

test('what is not understood, is empty or too long has no tree', () => {
  expect([listReadings('x+'), listReadings(''), listReadings('1'.repeat(4001))]).toEqual([[], [], []]);
});

test('each reading has its tree, the likeliest first', () => {
  expect(listReadings('1,234').map(sketch)).toEqual([
    '(number 1234)',
    '(list (number 1) (number 234))',
    '(number 617/500)',
  ]);
});

test('the first tree says the normal form of the verdict, and every tree is plain data', () => {
  for (const { reference } of readAnswerCases()) {
    const [tree] = listReadings(reference);
    if (tree === undefined) continue;
    expect(tree.text).toBe(verifyAnswer({ reference, candidate: 'x' }).normalized.reference ?? tree.text);
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
  }
});
