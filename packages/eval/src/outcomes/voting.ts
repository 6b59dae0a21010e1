import type { SampleTable } from '@scalequest/runs';
import { estimateBestOfK } from '../statistics/best-of-k.ts';
import { defaultDraws, type Estimate } from '../statistics/estimate.ts';
import { computeLogLogistic } from '../statistics/log-logistic.ts';
import { type AnswerClass, estimateMajAtK } from '../statistics/maj-at-k.ts';
import { estimateWeightedMajAtK } from '../statistics/weighted-maj-at-k.ts';
import { groupVotes, type Votes } from './group-votes.ts';
import type { Outcome } from './outcome.ts';
import type { Tally } from './tally.ts';

/** What choosing one answer from several samples makes of a run. Every share is a mean over the problems, by k. */
export interface VotingFigures {
  /** The answer given most often among k samples; empty for one epoch, and of programs. */
  readonly majAtK: Readonly<Record<string, number>>;
  /** The best scored of k samples; null where a reply carries no score. */
  readonly bestOfK: Readonly<Record<string, number>> | null;
  /** The answer with the greatest sum of weights, which the scores give; null where a reply carries no score, and of programs. */
  readonly weightedMajAtK: Readonly<Record<string, number>> | null;
  readonly voting: VotingNote;
}

/** How the votes were counted. */
export interface VotingNote {
  /** Figures of one problem and one k that are a seeded simulation, of all of them. */
  readonly simulated: number;
  readonly estimates: number;
  /** Random draws of each simulation; 0 where nothing was simulated. */
  readonly draws: number;
  /** Problems with answers that only their keys tell apart, because the work of comparing them is bounded. */
  readonly unconfirmedProblems: number;
  /** Samples whose reply carries a score. */
  readonly scored: number;
  /**
   * What a score weighs in a vote: itself, or, where one of the run's scores is below 0, 1 / (1 + e^-score), as rewards
   * on the scale of log-odds go. Null where the scores do not choose.
   */
  readonly weights: 'score' | 'logistic' | null;
}

/** Powers of two, and the epochs themselves: 1, 2, 4, 8, 10 for ten epochs. With base 10 powers of ten: 1, 10. */
export function listKs(epochs: number, base: 2 | 10 = 2): readonly number[] {
  const ks: number[] = [];
  for (let k = 1; k < epochs; k *= base) ks.push(k);
  return epochs > 0 ? [...ks, epochs] : [];
}

/** What all votes of a run may cost together, so that many problems in many epochs take seconds and not hours. */
const workOfRun = { exact: 1_000_000_000, counted: 100_000_000, draws: 1_000_000 };

export interface VotingOptions {
  /** False where no two answers are ever alike, as of programs: then the best scored sample is all that is chosen. @defaultValue true */
  readonly takesVotes?: boolean;
}

/**
 * Votes over the samples of a run. Simulations are seeded by the problem's id: the same run gives the same figures. One
 * problem is looked at after the other, so that a million samples take no more memory than those of one.
 */
export function computeVoting(
  samples: SampleTable,
  tally: Tally,
  { takesVotes = true }: VotingOptions = {},
): VotingFigures {
  const { epochs, problems: size } = samples;
  const ks = listKs(epochs, takesVotes ? 2 : 10).filter((k) => k > 1);
  const { scored, isScored, isLogistic } = describeScores(ks.length === 0 ? 0 : samples.size, tally);
  const share = (work: number): number => Math.floor(work / Math.max(1, size * ks.length));
  const draws = Math.min(defaultDraws, Math.max(200, share(workOfRun.draws)));
  const exactWork = Math.min(2_000_000, Math.max(20_000, share(workOfRun.exact)));
  const countedWork = Math.min(200_000, Math.max(2_000, share(workOfRun.counted)));
  const weigh = isLogistic ? computeLogLogistic : Math.log;
  const note = { simulated: 0, estimates: 0, unconfirmedProblems: 0 };
  const makeMean = (): Mean => createMean(ks, { size, onEstimate: (used) => count(note, used) });
  const majAtK = makeMean();
  const bestOfK = makeMean();
  const weightedMajAtK = makeMean();
  for (let problem = 0; problem < (ks.length === 0 ? 0 : size); problem++) {
    const { id, votes, classes, scores, isCorrect } = readProblem(problem, samples, tally);
    if (votes.unconfirmed > 0) note.unconfirmedProblems++;
    if (takesVotes) majAtK.add((k) => estimateMajAtK(classes, { n: epochs, k, seed: id, draws, exactWork }));
    if (!isScored) continue;
    const replies = scores.map((score, i) => ({ score, isCorrect: isCorrect[i] as boolean }));
    bestOfK.add((k) => ({ value: estimateBestOfK(replies, k), draws: 0 }));
    if (!takesVotes) continue;
    // A sample without a score has no reply and no vote.
    const ballots = scores.map((score, i) => ({ answer: votes.groups[i], logWeight: weigh(score ?? 0) }));
    const worths = classes.map(({ correctShare }) => correctShare);
    weightedMajAtK.add((k) => estimateWeightedMajAtK(ballots, { worths, k, seed: id, draws, exactWork: countedWork }));
  }
  const weights: VotingNote['weights'] = !isScored || !takesVotes ? null : isLogistic ? 'logistic' : 'score';
  return {
    majAtK: takesVotes ? majAtK.read() : {},
    bestOfK: isScored ? bestOfK.read() : null,
    weightedMajAtK: isScored && takesVotes ? weightedMajAtK.read() : null,
    voting: { ...note, draws: note.simulated > 0 ? draws : 0, scored, weights },
  };
}

function count(note: { simulated: number; estimates: number }, draws: number): void {
  note.estimates++;
  if (draws > 0) note.simulated++;
}

/** A mean over the problems for each k. */
interface Mean {
  readonly add: (estimate: (k: number) => Estimate) => void;
  readonly read: () => Readonly<Record<string, number>>;
}

function createMean(
  ks: readonly number[],
  { size, onEstimate }: { readonly size: number; readonly onEstimate: (draws: number) => void },
): Mean {
  const sums = ks.map(() => 0);
  return {
    add: (estimate) => {
      for (const [i, k] of ks.entries()) {
        const { value, draws } = estimate(k);
        sums[i] = (sums[i] as number) + value;
        onEstimate(draws);
      }
    },
    read: () => Object.fromEntries(ks.map((k, i) => [k, size === 0 ? 0 : (sums[i] as number) / size])),
  };
}

interface Scores {
  readonly scored: number;
  /** A reply without a score could be the best: where some lack one, what the others choose is no figure of the run. */
  readonly isScored: boolean;
  /** A vote cannot be worth less than none, which the sum of scores below 0 would be. */
  readonly isLogistic: boolean;
}

function describeScores(size: number, tally: Tally): Scores {
  let scored = 0;
  let isLogistic = false;
  let isMissing = false;
  for (let sample = 0; sample < size; sample++) {
    const score = tally.getReplyScore(sample);
    if (score !== undefined) {
      scored++;
      if (score < 0) isLogistic = true;
    } else if (isReply(tally.getOutcome(sample))) isMissing = true;
  }
  return { scored, isScored: scored > 0 && !isMissing, isLogistic };
}

/** False for an error, and where nothing is there. */
function isReply(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome !== 'error';
}

/** The samples of one problem, by epoch. */
interface VotingProblem {
  readonly id: string;
  readonly votes: Votes;
  readonly classes: readonly AnswerClass[];
  readonly scores: readonly (number | undefined)[];
  readonly isCorrect: readonly boolean[];
}

function readProblem(problem: number, samples: SampleTable, tally: Tally): VotingProblem {
  const numbers = Array.from({ length: samples.epochs }, (_, epoch) => epoch * samples.problems + problem);
  const votes = groupVotes(numbers.map((sample) => tally.getAnswer(sample)));
  const isCorrect = numbers.map((sample) => tally.getOutcome(sample) === 'correct');
  const counts = Array.from({ length: votes.count }, () => ({ count: 0, correct: 0 }));
  votes.groups.forEach((group, i) => {
    const count = group === undefined ? undefined : counts[group];
    if (count === undefined) return;
    count.count++;
    if (isCorrect[i] === true) count.correct++;
  });
  return {
    id: samples.getId(problem),
    votes,
    classes: counts.map(({ count, correct }) => ({ count, correctShare: correct / count })),
    scores: numbers.map((sample) => tally.getReplyScore(sample)),
    isCorrect,
  };
}
