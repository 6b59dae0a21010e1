import type { Extraction, Verdict } from '@scalequest/verifier';
import { expect, test } from 'vitest';
import { decideOutcome } from './outcome.ts';
import { createTally } from './tally.ts';

const found: Extraction = { status: 'found', answer: '1', rule: 'boxed', start: 0, end: 1 };

test.each([
  ['equal', found, 'stop', 'correct'],
  ['different', found, 'stop', 'wrong'],
  ['undecided', found, 'stop', 'undecided'],
  ['undecided', { status: 'no-answer' }, 'stop', 'no-answer'],
  ['undecided', { status: 'truncated' }, 'unknown', 'truncated'],
  ['equal', found, 'length', 'truncated'],
  ['undecided', { status: 'no-answer' }, 'length', 'truncated'],
] satisfies [Verdict, Extraction, string, string][])(
  '%s, %o, finished by %s is %s',
  (verdict, extraction, finishReason, outcome) => {
    expect(decideOutcome({ result: { verdict, extraction }, finishReason })).toBe(outcome);
  },
);

test('a tally counts each sample once, by its last score', () => {
  const tally = createTally(4);
  tally.setScore(0, { outcome: 'error' });
  tally.setScore(0, { outcome: 'correct', verdict: 'equal' });
  tally.setScore(1, { outcome: 'truncated', verdict: 'equal' });
  tally.setScore(2, { outcome: 'truncated', verdict: 'different' });
  expect([tally.count('correct'), tally.count('error'), tally.count('truncated')]).toEqual([1, 0, 2]);
  expect(tally.countTruncatedEqual()).toBe(1);
  expect(tally.getOutcome(1)).toBe('truncated');
  expect(tally.getOutcome(3)).toBeUndefined();
  expect(tally.countAll()).toBe(3);
  tally.clear(1);
  expect([tally.countAll(), tally.countTruncatedEqual()]).toEqual([2, 0]);
});

test('tokens are unknown until a server has counted', () => {
  const tally = createTally(1);
  tally.addUsage({ usage: undefined });
  expect(tally.getTokens()).toBeUndefined();
  tally.addUsage({ usage: { promptTokens: 3, completionTokens: 4 } });
  tally.addUsage({ usage: { promptTokens: 1, completionTokens: 1 } });
  expect(tally.getTokens()).toEqual({ prompt: 4, completion: 5 });
});
