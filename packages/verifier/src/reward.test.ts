import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import { isCheckable, reward, rewardReply } from './reward.ts';
import { verifyAnswer } from './verify-answer.ts';

const long = '9+'.repeat(2500);
const longNumber = '9'.repeat(5000);

test.each([
  ['\\frac12', '0.5', 1],
  ['\\frac12', '0.50', 1],
  ['\\frac12', '0.51', 0],
  ['\\frac12', '', 0],
  ['\\frac12', 'x+', 0],
  ['\\frac12', 'I think it is one half', 0],
  ['\\frac12', '\\text{', 0],
  ['1, -2', '-2, 1', 1],
  ['\\sqrt{2}', '1.414', 0],
  ['\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}', 0],
  ['', '5', null],
  ['x+', '5', null],
  [long, '5', null],
  [longNumber, '5', 0],
  [longNumber, `${longNumber}.0`, 1],
  [longNumber, 'x+', 0],
])('the reference %.20s earns, with the answer %.20s, %s', (reference, candidate, wanted) => {
  expect(reward({ reference, candidate })).toBe(wanted);
});

/** What a model may try against the reference 7 or one half. */
const hostile: readonly string[] = [
  '',
  ' ',
  '\0',
  '\ud800',
  '{'.repeat(100_000),
  '}'.repeat(1000),
  '('.repeat(3999),
  '9'.repeat(5000),
  '10^{10^{10^{10}}}',
  '99999!',
  '1/0',
  '0/0',
  'NaN',
  'undefined',
  'null',
  'equal',
  '__proto__',
  'constructor',
  '[object Object]',
  '\\boxed{}',
  '\\frac{}{}',
  '5, 6, 7, 8',
  '7 or 8',
  '7 or \\frac12',
  '\\{6, 7\\}',
  '7 = 8',
  'x = 7 = 8',
  'x',
  'x = x',
  '7 \\pm 1',
  '7x',
  '7 + 0x',
  '\\approx 7.1',
  '\\sqrt{\\sqrt{\\sqrt{x}}}',
  '-\\infty',
  '(-\\infty, \\infty)',
  '\\mathbb{R}',
  '7...',
  '7 \\ldots',
  '\\ldots',
  '7 %',
  'any number',
  'the reference',
  'A, B, C, D',
  '\\sum_{n=1}^{10^{9}} n',
  `1${'+1'.repeat(1900)}`,
  `${'2^{'.repeat(600)}2${'}'.repeat(600)}`,
  `${'\\sqrt{'.repeat(400)}7${'}'.repeat(400)}`,
  'a'.repeat(4000),
  '\u202e7\u200b\u0007',
];

test.each(['7', '\\frac12', '2\\sqrt{3}', '(1, 2)', 'x^2 + 1'])(
  'no text earns null, or a coin, from the reference %s',
  (reference) => {
    for (const candidate of hostile) {
      const name = candidate.slice(0, 40);
      // Seven in disguise is still seven.
      if (reference === '7' && ['7 + 0x', '\u202e7\u200b\u0007', '7 %'].includes(candidate)) continue;
      expect(reward({ reference, candidate }), name).toBe(0);
      expect(rewardReply({ reference, reply: `It is \\boxed{${candidate}}.` }), name).not.toBe(null);
    }
  },
);

test('whether the reward is null depends on the reference alone', () => {
  const references = ['7', 'x+', '', long, longNumber, '10^{99999999}', '\\frac12', '\\text{'];
  for (const reference of references) {
    const seen = hostile
      .filter((candidate) => candidate !== reference)
      .map((candidate) => reward({ reference, candidate }));
    expect(
      seen.every((value) => (value === null) === !isCheckable(reference)),
      reference.slice(0, 40),
    ).toBe(true);
  }
});

test('a reply without an answer earns 0, cut off or not', () => {
  const reference = '7';
  expect(rewardReply({ reference, reply: 'So it is \\boxed{7}.' })).toBe(1);
  expect(rewardReply({ reference, reply: 'So it is \\boxed{7' })).toBe(0);
  expect(rewardReply({ reference, reply: '<think>it is \\boxed{7}' })).toBe(0);
  expect(rewardReply({ reference, reply: '' })).toBe(0);
  expect(rewardReply({ reference: 'x+', reply: '' })).toBe(null);
});

test('fuel that runs out on the answer earns 0', () => {
  const pair = { reference: '\\sqrt{3+2\\sqrt{2}}', candidate: '1+\\sqrt{2}+\\sin(\\cos 1)' };
  expect(verifyAnswer(pair, { fuel: 200 }).reason).toBe('out-of-fuel');
  expect(reward(pair, { fuel: 200 })).toBe(0);
});

test('another preset may be asked for', () => {
  const pair = { reference: '\\sqrt{3+2\\sqrt{2}}', candidate: '1+\\sqrt{2}' };
  expect(reward(pair)).toBe(0);
  expect(reward(pair, { preset: 'benchmark' })).toBe(1);
});

test('nothing that the cases call different or open pays', () => {
  for (const { reference, candidate, verdict } of readAnswerCases()) {
    if (verdict !== 'equal') expect(reward({ reference, candidate }), `${reference} | ${candidate}`).not.toBe(1);
  }
});
