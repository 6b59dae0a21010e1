import { canonicalJson, sha256Hex } from '@scalequest/core';
import { expect, test } from 'vitest';
import { computeRowsSha256 } from './rows-sha256.ts';

const rows = [
  { id: 'b', problem: 'What is $1 + 1$?', reference: '2', meta: {} },
  { id: 'a', problem: 'Was ist größer: \n 1 oder "2"?', reference: '2', meta: { level: 1 } },
];

test('the hash is that of one canonical line a problem, in the order of the ids', () => {
  const text =
    '{"id":"a","problem":"Was ist größer: \\n 1 oder \\"2\\"?","reference":"2"}\n' +
    '{"id":"b","problem":"What is $1 + 1$?","reference":"2"}\n';
  expect(computeRowsSha256(rows)).toBe(sha256Hex(text));
});

test('a line is the canonical JSON of core', () => {
  const [row] = rows;
  const { id, problem, reference } = row ?? { id: '', problem: '', reference: '' };
  const line = `${canonicalJson({ reference, problem, id })}\n`;
  expect(computeRowsSha256(rows.slice(0, 1))).toBe(sha256Hex(line));
});

test('other references count where they are asked for and there are some', () => {
  const text = '{"id":"b","otherReferences":["two","1+1"],"problem":"What is $1 + 1$?","reference":"2"}\n';
  const [row] = rows;
  if (row === undefined) throw new Error('No row.');
  expect(computeRowsSha256([{ ...row, otherReferences: ['two', '1+1'] }], { withOthers: true })).toBe(sha256Hex(text));
  expect(computeRowsSha256([{ ...row, otherReferences: [] }], { withOthers: true })).toBe(computeRowsSha256([row]));
});

test('order and what stands beside the rows do not count', () => {
  const other = rows.map((row) => ({ ...row, meta: { level: 2 }, otherReferences: ['1'] })).reverse();
  expect(computeRowsSha256(other)).toBe(computeRowsSha256(rows));
});

test.each([
  ['tests', { tests: { base: 'assert f() == 2' } }],
  ['added tests', { tests: { base: 'assert f() == 1', plus: 'assert f() == 1' } }],
  ['context', { context: 'x = 1' }],
  ['entry point', { entryPoint: 'g' }],
])('where the answer is a program, other %s give another hash: they decide the score', (_, change) => {
  const task = { entryPoint: 'f', prompt: '', tests: { base: 'assert f() == 1' } };
  const hash = (code: typeof task) => computeRowsSha256(rows.map((row) => ({ ...row, code })));
  expect(hash(task)).not.toBe(computeRowsSha256(rows));
  expect(hash({ ...task, ...change })).not.toBe(hash(task));
});

test.each(['id', 'problem', 'reference'])('a changed %s gives another hash', (key) => {
  const changed = rows.map((row, index) => (index === 0 ? { ...row, [key]: 'c' } : row));
  expect(computeRowsSha256(changed)).not.toBe(computeRowsSha256(rows));
});
