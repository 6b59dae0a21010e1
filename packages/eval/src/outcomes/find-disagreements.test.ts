import { expect, test } from 'vitest';
import { findDisagreements, type LabelReview } from './find-disagreements.ts';
import type { Outcome } from './outcome.ts';

function classify(outcome: Outcome, label: 'correct' | 'wrong', review?: LabelReview): string | undefined {
  const sample = { id: 'a', epoch: 0 };
  const found = findDisagreements({
    scores: [{ ...sample, outcome }],
    labels: [{ ...sample, outcome: label }],
    review: () => review,
  });
  return found[0]?.kind;
}

test('a label that says what we say is no disagreement', () => {
  expect(classify('correct', 'correct')).toBeUndefined();
  expect(classify('wrong', 'wrong')).toBeUndefined();
  expect(classify('no-answer', 'wrong')).toBeUndefined();
});

test.each([
  ['correct', 'wrong', undefined, 'unexplained'],
  ['wrong', 'correct', undefined, 'unexplained'],
  ['correct', 'wrong', { verdict: 'true', why: 'w' }, 'label-wrong'],
  ['wrong', 'correct', { verdict: 'false', why: 'w' }, 'label-wrong'],
  // A review that confirms the label is no reason for ours.
  ['correct', 'wrong', { verdict: 'false', why: 'w' }, 'unexplained'],
  ['wrong', 'correct', { verdict: 'approximate', why: 'w' }, 'label-unclear'],
  ['undecided', 'correct', undefined, 'undecided'],
  ['truncated', 'correct', undefined, 'truncated'],
  ['correct', 'wrong', { why: 'a reason' }, 'explained'],
] as const)('%s for a label that says %s, with the review %j, is %s', (outcome, label, review, kind) => {
  expect(classify(outcome, label, review)).toBe(kind);
});

test('samples without a label are left out, and epochs are kept apart', () => {
  const scores = [0, 1].map((epoch) => ({ id: 'a', epoch, outcome: 'correct' as const }));
  const labels = [{ id: 'a', epoch: 1, outcome: 'wrong' as const }];
  expect(findDisagreements({ scores, labels, review: () => undefined })).toMatchObject([{ id: 'a', epoch: 1 }]);
});
