import { createSampleTable } from '@scalequest/runs';
import { expect, test } from 'vitest';
import type { Outcome } from './outcome.ts';
import { buildSummary, type Summary } from './summary.ts';
import { createTally } from './tally.ts';

/** @param byEpoch - one string an epoch, one letter a problem: c, w, n, t, u, e, and a dot for a sample not done */
function summarize(byEpoch: readonly string[]): Summary {
  const letters: Readonly<Record<string, Outcome>> = {
    c: 'correct',
    w: 'wrong',
    n: 'no-answer',
    t: 'truncated',
    u: 'undecided',
    e: 'error',
  };
  const ids = [...(byEpoch[0] ?? '')].map((_, i) => `p${i}`);
  const samples = createSampleTable({ ids, epochs: byEpoch.length });
  const tally = createTally(samples.size, { keepsAnswers: byEpoch.length > 1 });
  [...byEpoch.join('')].forEach((letter, sample) => {
    const outcome = letters[letter];
    // Right answers are written in two ways, and each epoch errs in its own way.
    const answer = letter === 'c' ? ['0.5', '\\frac12'][sample % 2] : `${sample}`;
    if (outcome !== undefined) tally.setScore(sample, { outcome, answer });
  });
  return buildSummary({
    task: { name: 'test', breakdowns: ['level'] },
    benchmark: { count: 10, rowsSha256: '', appliedFixes: [] },
    protocol: { label: 'p@1', sha256: '' },
    model: 'm',
    grader: 'g',
    problems: ids.map((id, i) => ({ id, problem: '', reference: '', meta: { level: i % 2 } })),
    samples,
    tally,
    wallMs: 1,
  });
}

test('accuracy counts every sample, whatever became of it', () => {
  const summary = summarize(['ccwntuee']);
  expect(summary.accuracy).toBe(2 / 8);
  expect(summary.outcomes).toEqual({ correct: 2, wrong: 1, 'no-answer': 1, truncated: 1, undecided: 1, error: 2 });
  expect(summary.rates).toEqual({ 'no-answer': 1 / 8, truncated: 1 / 8, undecided: 1 / 8, error: 2 / 8 });
});

test('the bounds take undecided samples and errors as wrong, or as correct', () => {
  expect(summarize(['ccwntuee']).bounds).toEqual({ low: 2 / 8, high: 5 / 8 });
});

test('a run with a sample missing is not complete, and the sample stays in the count', () => {
  const summary = summarize(['cc.c']);
  expect(summary.isComplete).toBe(false);
  expect(summary.accuracy).toBe(3 / 4);
  expect(summarize(['cccw']).isComplete).toBe(true);
});

test('pass@k averages over problems, for powers of two up to the epochs', () => {
  const { passAtK } = summarize(['cw', 'ww', 'ww', 'ww']);
  // Problem 0 has 1 of 4: pass@1 1/4, pass@2 1/2, pass@4 1. Problem 1 has none.
  expect(Object.keys(passAtK)).toEqual(['1', '2', '4']);
  expect(passAtK['1']).toBeCloseTo(1 / 8, 12);
  expect(passAtK['2']).toBeCloseTo(1 / 4, 12);
  expect(passAtK['4']).toBeCloseTo(1 / 2, 12);
});

test('a breakdown splits problems by a field of their meta', () => {
  expect(summarize(['cwcc']).breakdowns.level).toMatchObject([
    { value: '0', problems: 2, correct: 2, accuracy: 1 },
    { value: '1', problems: 2, correct: 1, accuracy: 0.5 },
  ]);
});

test('the interval of several epochs is the clustered one', () => {
  expect(summarize(['cw', 'cw']).interval.method).toBe('clustered');
  expect(summarize(['cw']).interval.method).toBe('wilson');
});

test('maj@k counts answers that mean the same as one vote, and is left out for one epoch', () => {
  // Problem 0 is right twice and wrong twice in two ways; problem 1 is right once, and a reply that was cut has no vote.
  const { majAtK } = summarize(['cc', 'ct', 'wn', 'we']);
  expect(Object.keys(majAtK)).toEqual(['2', '4']);
  expect(majAtK['4']).toBe(1);
  expect(summarize(['cw']).majAtK).toEqual({});
});

test('a small benchmark says how many epochs it wants, and every summary what gap it can show', () => {
  expect(summarize(['cw'.repeat(15)]).precision.epochsWanted).toBe(32);
  const { precision } = summarize(['cw'.repeat(150)]);
  expect(precision.epochsWanted).toBe(1);
  expect(precision.smallestGap).toBeGreaterThan(summarize(['cw'.repeat(600)]).precision.smallestGap);
});

test('a run without scores of replies has no figures that rest on them', () => {
  expect(summarize(['cc', 'cw'])).toMatchObject({ bestOfK: null, weightedMajAtK: null, voting: { scored: 0 } });
});
