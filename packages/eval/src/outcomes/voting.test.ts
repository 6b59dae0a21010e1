import { createSampleTable } from '@scalequest/runs';
import { expect, test } from 'vitest';
import { createTally } from './tally.ts';
import { computeVoting, listKs, type VotingFigures } from './voting.ts';

interface Reply {
  readonly answer: string;
  readonly isCorrect: boolean;
  readonly score?: number;
}

/** @param problems - the samples of each problem, all as many */
function vote(problems: readonly (readonly (Reply | 'error')[])[]): VotingFigures {
  const epochs = problems[0]?.length ?? 0;
  const samples = createSampleTable({ ids: problems.map((_, i) => `p${i}`), epochs });
  const tally = createTally(samples.size, { keepsAnswers: true });
  problems.forEach((replies, problem) => {
    replies.forEach((reply, epoch) => {
      const sample = epoch * problems.length + problem;
      if (reply === 'error') {
        tally.setScore(sample, { outcome: 'error' });
        return;
      }
      const { answer, isCorrect, score } = reply;
      tally.setScore(sample, { outcome: isCorrect ? 'correct' : 'wrong', answer });
      if (score !== undefined) tally.setReplyScore(sample, score);
    });
  });
  return computeVoting(samples, tally);
}

const right = (score?: number): Reply => ({
  answer: '1/2',
  isCorrect: true,
  ...(score === undefined ? {} : { score }),
});
const wrong = (answer: string, score?: number): Reply => ({
  answer,
  isCorrect: false,
  ...(score === undefined ? {} : { score }),
});

test('k runs over the powers of two and ends with the epochs', () => {
  expect(listKs(1)).toEqual([1]);
  expect(listKs(8)).toEqual([1, 2, 4, 8]);
  expect(listKs(10)).toEqual([1, 2, 4, 8, 10]);
  expect(listKs(0)).toEqual([]);
});

test('without scores there is a vote and nothing else', () => {
  const { majAtK, bestOfK, weightedMajAtK, voting } = vote([[right(), right(), wrong('3')]]);
  expect(Object.keys(majAtK)).toEqual(['2', '3']);
  expect(majAtK['3']).toBe(1);
  expect([bestOfK, weightedMajAtK]).toEqual([null, null]);
  expect(voting).toMatchObject({ simulated: 0, draws: 0, unconfirmedProblems: 0, scored: 0 });
});

test('the best scored reply and the weighted vote may be right where most replies are wrong', () => {
  const { majAtK, bestOfK, weightedMajAtK } = vote([[right(0.9), wrong('3', 0.2), wrong('3', 0.3), wrong('4', 0.1)]]);
  expect(majAtK['4']).toBe(0);
  expect(bestOfK?.['4']).toBe(1);
  expect(weightedMajAtK?.['4']).toBe(1);
  // Of the six pairs three hold the right reply, which wins each.
  expect(bestOfK?.['2']).toBeCloseTo(1 / 2, 12);
});

test('where a reply carries no score there is no choice by scores', () => {
  const { bestOfK, weightedMajAtK, voting } = vote([
    [right(0.9), wrong('3')],
    [right(), wrong('3', 0)],
  ]);
  expect([bestOfK, weightedMajAtK]).toEqual([null, null]);
  expect(voting).toMatchObject({ scored: 2, weights: null });
});

test('a sample without a reply needs no score, is chosen last and has no vote', () => {
  const { bestOfK, weightedMajAtK, voting } = vote([[right(0.5), 'error', 'error', 'error']]);
  expect([bestOfK?.['4'], weightedMajAtK?.['4']]).toEqual([1, 1]);
  expect(bestOfK?.['2']).toBeCloseTo(1 / 2, 12);
  expect(voting.scored).toBe(1);
});

test('log-probabilities far below 0 weigh votes by their ratio', () => {
  // 1 / (1 + e^800) is 0 as a float; the votes are alike all the same.
  expect(vote([[right(-800), right(-800), wrong('3', -800)]]).weightedMajAtK?.['3']).toBe(1);
  expect(vote([[right(-800), wrong('3', -799), wrong('4', -900)]]).weightedMajAtK?.['3']).toBe(0);
  // Where the best reply is not chosen, the two others are far below it and weigh by their ratio all the same.
  const spread = [right(-1), right(-1000), wrong('3', -1002)];
  expect(vote([spread]).weightedMajAtK?.['2']).toBe(1);
  // Two votes of e^-800 against one of e^-799.
  expect(vote([[right(-800), right(-800), wrong('3', -799)]]).weightedMajAtK?.['3']).toBe(0);
  expect(vote([[right(-800), right(-800), right(-800), wrong('3', -799)]]).weightedMajAtK?.['4']).toBe(1);
});

test('where all scores are 0 the answers tie', () => {
  expect(vote([[right(0), wrong('3', 0), wrong('3', 0)]]).weightedMajAtK?.['3']).toBe(1 / 2);
});

test('scores below 0 rank replies as they are, and weigh votes by the logistic function', () => {
  const { bestOfK, weightedMajAtK, voting } = vote([[right(-1), wrong('3', -2), wrong('3', -3)]]);
  expect(bestOfK?.['3']).toBe(1);
  // 0.269 for the right answer, 0.119 + 0.047 for the wrong one; the plain sums would be -1 and -5.
  expect(weightedMajAtK?.['3']).toBe(1);
  expect(vote([[right(-1), wrong('3', -1), wrong('3', -1)]]).weightedMajAtK?.['3']).toBe(0);
  expect(voting.weights).toBe('logistic');
  expect(vote([[right(1), wrong('3', 0)]]).voting.weights).toBe('score');
});

test('what is simulated is counted and is the same every time', () => {
  const replies = Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? right(i / 48) : wrong(`${i % 7}`, (i % 5) / 5)));
  const figures = vote([replies]);
  expect(figures.voting.simulated).toBeGreaterThan(0);
  expect(figures.voting.draws).toBe(10_000);
  expect(vote([replies])).toEqual(figures);
});

test('a hundred problems with 64 different answers each are counted within seconds', () => {
  const replies = Array.from({ length: 64 }, (_, i) => (i === 0 ? right(0.5) : wrong(`${i}`, 0.1)));
  const before = process.cpuUsage();
  const { majAtK } = vote(Array.from({ length: 100 }, () => replies));
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  expect(majAtK['64']).toBeCloseTo(1 / 64, 10);
});
