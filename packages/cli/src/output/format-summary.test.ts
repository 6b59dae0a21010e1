import type { Interval, Summary } from '@scalequest/eval';
import { expect, test } from 'vitest';
import { formatSummary } from './format-summary.ts';

const interval: Interval = { method: 'wilson', level: 0.95, low: 0.7, high: 0.9 };

const outcomes = { correct: 90, wrong: 12, 'no-answer': 3, truncated: 6, undecided: 5, error: 4 };

const summary: Summary = {
  format: 1,
  benchmark: 'aime24',
  model: 'm',
  replies: 'asked',
  protocol: 'p@1',
  protocolSha256: '0123456789',
  rowsSha256: '',
  goldFixes: [],
  grader: 'ours@3',
  problems: 30,
  benchmarkProblems: 30,
  epochs: 4,
  samples: 120,
  isComplete: true,
  outcomes,
  graders: { 'ours@3': { correct: 90, accuracy: 0.75, outcomes } },
  spread: { min: 0.75, max: 0.75 },
  accuracy: 0.75,
  interval,
  bounds: { low: 0.75, high: 0.825 },
  rates: { 'no-answer': 0.025, truncated: 0.05, undecided: 0.0417, error: 0.0333 },
  truncatedButEqual: 0,
  secondOpinions: { equal: 0, killed: 0 },
  precision: { samplingError: 0.03, smallestGap: 0.2, epochsWanted: 32 },
  passAtK: { '1': 0.75, '2': 0.8, '4': 0.9 },
  passAtKIntervals: {
    '1': { low: 0.7, high: 0.8, level: 0.95, method: 'clustered' },
    '2': { low: 0.75, high: 0.85, level: 0.95, method: 'clustered' },
    '4': { low: 0.86, high: 0.94, level: 0.95, method: 'clustered' },
  },
  majAtK: { '2': 0.76, '4': 0.8 },
  bestOfK: null,
  weightedMajAtK: null,
  voting: { simulated: 0, estimates: 60, draws: 0, unconfirmedProblems: 0, scored: 0, weights: null },
  breakdowns: {},
  tokens: null,
  cost: null,
  setAside: {},
  calls: null,
  wallMs: 1000,
};

test('the headline is correct over problems times epochs, and every rate and the bounds are there', () => {
  const text = formatSummary(summary);
  expect(text).toContain('aime24: 75.0 % correct (90 of 120), 95 % interval [70.0, 90.0]');
  expect(text).toContain('30 problems x 4 epochs = 120 samples');
  for (const row of [/no-answer +3 +2\.5 %/, /truncated +6 +5\.0 %/, /undecided +5 +4\.2 %/, /error +4 +3\.3 %/]) {
    expect(text).toMatch(row);
  }
  expect(text).toContain('bounds [75.0, 82.5]');
});

test('a part of a benchmark is marked in the headline', () => {
  const text = formatSummary({ ...summary, benchmark: 'math', benchmarkProblems: 5000 });
  expect(text).toMatch(/^math, 30 of 5,000 problems: 75\.0 % correct \(90 of 120\)/);
  expect(formatSummary(summary)).toMatch(/^aime24: /);
});

test('the protocol of recorded replies is not known, or is called declared', () => {
  expect(formatSummary(summary)).toContain(`model m, protocol p@1 (01234567), grader ${summary.grader}`);
  const recorded = { ...summary, replies: 'recorded' } as const;
  expect(formatSummary({ ...recorded, protocol: null, protocolSha256: null })).toContain(
    `model m, recorded replies, protocol not known, grader ${summary.grader}`,
  );
  expect(formatSummary(recorded)).toContain('model m, recorded replies, declared protocol p@1 (01234567), grader');
});

test('one problem is written as one', () => {
  expect(formatSummary({ ...summary, problems: 1, benchmarkProblems: 1 })).toContain('\n1 problem x 4 epochs');
});

test('pass@k, votes and choices by score have a line each, where there are any', () => {
  expect(formatSummary(summary)).toContain(
    'pass@2 80.0 % [75.0, 85.0], pass@4 90.0 % [86.0, 94.0], with 95 % intervals\nmaj@2 76.0 %, maj@4 80.0 %',
  );
  expect(formatSummary(summary)).not.toContain('best-of');
  const scored = { ...summary, bestOfK: { '2': 0.8, '4': 0.85 }, weightedMajAtK: { '4': 0.82 } };
  expect(formatSummary(scored)).toContain('best-of@2 80.0 %, best-of@4 85.0 %\nweighted-maj@4 82.0 %');
});

test('a simulation, answers too many to compare and scores below 0 are said', () => {
  const voting = {
    ...summary.voting,
    simulated: 7,
    draws: 10_000,
    unconfirmedProblems: 2,
    weights: 'logistic',
  } as const;
  const text = formatSummary({ ...summary, voting });
  expect(text).toContain('7 of 60 figures of single problems are simulated (10,000 seeded draws each)');
  expect(text).toContain('the answers to 2 problems were too many');
  expect(text).toContain('a vote weighs 1 / (1 + e^-score)');
});

test('a small benchmark with few epochs says how many it needs, and how far two runs of it lie apart by chance', () => {
  expect(formatSummary(summary)).toContain('30 problems need 32 to 64 epochs');
  // 1.96 * sqrt(2) * 3.0 points.
  expect(formatSummary(summary)).toContain(
    'at a temperature above 0 (--epochs); asked again so, the score may move by 8.3 points',
  );
  expect(formatSummary({ ...summary, epochs: 32 })).not.toContain('few samples');
});

test('a part of a benchmark is said to be one, and is not advised to take more epochs', () => {
  const text = formatSummary({ ...summary, benchmarkProblems: 5000 });
  expect(text).toContain(
    'part of the benchmark: 30 of 5,000 problems; asked again at a temperature above 0, the score may move by 8.3 points',
  );
  expect(text).not.toContain('need 32');
  // Enough problems for one epoch.
  const precision = { ...summary.precision, epochsWanted: 1 };
  expect(formatSummary({ ...summary, problems: 300, benchmarkProblems: 5000, precision })).not.toContain('may move');
});

test('the gap that two runs show stands there from 20 problems on', () => {
  expect(formatSummary(summary)).toContain(
    'show a gap from 20.0 points on (80 % power, 5 %); paired, by scalequest compare, usually a smaller one',
  );
  const few = formatSummary({ ...summary, problems: 19, benchmarkProblems: 19 });
  expect(few).toContain('few problems: 19 say little about a model');
  expect(few).not.toContain('show a gap');
});

test('scores on a part of the replies choose nothing, and the summary says so', () => {
  const voting = { ...summary.voting, scored: 12 };
  expect(formatSummary({ ...summary, voting })).toContain(
    '12 of 120 samples carry a score: best-of and weighted-maj need one on every reply',
  );
  const scored = { ...summary, voting, bestOfK: { '4': 0.8 }, weightedMajAtK: { '4': 0.8 } };
  expect(formatSummary(scored)).not.toContain('carry a score');
});

test('several graders stand in a table with the spread, the headline first; one alone has none', () => {
  expect(formatSummary(summary)).not.toContain('spread over the graders');
  const outcomes = { correct: 60, wrong: 54, 'no-answer': 0, truncated: 6, undecided: 0, error: 0 };
  const graders = { 'dart@1': { correct: 60, accuracy: 0.5, outcomes }, ...summary.graders };
  const text = formatSummary({ ...summary, graders, spread: { min: 0.5, max: 0.75 } });
  expect(text).toMatch(/ours@3 \(headline\) +90 +75\.0 % .*\ndart@1 +60 +50\.0 % +54 +0 +6 +0/);
  expect(text).toContain('spread over the graders: 50.0 % to 75.0 % of 120 samples');
});

test('the cost stands with its prices where it is known', () => {
  const cost = { total: 1.5, priceIn: 0.5, priceOut: 2 };
  expect(formatSummary({ ...summary, cost })).toContain('cost 1.50, at 0.5 and 2 for a million tokens');
});
