import { expect, test } from 'vitest';
import { groupAnswers } from './group-answers.ts';

test('answers that mean the same fall together, largest group first', () => {
  expect(groupAnswers(['3', '1/2', '0.5', '\\frac12', '7', '3.0'])).toEqual([
    { answer: '1/2', indexes: [1, 2, 3] },
    { answer: '3', indexes: [0, 5] },
    { answer: '7', indexes: [4] },
  ]);
});

test('of two groups of one size, the one that came first is first', () => {
  expect(groupAnswers(['b', '2', 'b', '2.0']).map(({ answer }) => answer)).toEqual(['b', '2']);
});

test('equal answers with several keys are found by verifying', () => {
  const [first] = groupAnswers(['\\frac{x^2-1}{x-1}', 'x+1', '1+x']);
  expect(first?.indexes).toEqual([0, 1, 2]);
});

test('what nobody can parse groups with the same text only', () => {
  expect(groupAnswers(['x+', 'x+', 'y+', '']).map(({ indexes }) => indexes)).toEqual([[0, 1], [2], [3]]);
});

test('nearness does not join groups, unless it is asked for', () => {
  expect(groupAnswers(['\\sqrt2', '1.414']).length).toBe(2);
  expect(groupAnswers(['\\sqrt2', '1.414'], { policies: { 'claimed-digits': true } }).length).toBe(1);
});

test('ten thousand answers of few kinds are grouped in less than a second of the processor', () => {
  const kinds = ['\\frac12', '0.5', '2\\sqrt3', '\\sqrt{12}', '7', '(1,2)'];
  const answers = Array.from({ length: 10_000 }, (_, i) => kinds[i % kinds.length] as string);
  const startedAt = process.cpuUsage();
  expect(groupAnswers(answers).map(({ answer }) => answer)).toEqual(['\\frac12', '2\\sqrt3', '7', '(1,2)']);
  expect(process.cpuUsage(startedAt).user).toBeLessThan(1e6);
});
