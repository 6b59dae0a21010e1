import { createRandom } from '@scalequest/core';
import { choose } from './binomial.ts';
import { drawSubset } from './draw-subset.ts';
import { defaultDraws, type Estimate } from './estimate.ts';

/** One answer among the samples of a problem. */
export interface AnswerClass {
  /** How many samples gave it. */
  readonly count: number;
  /** The share of these samples that is correct: 1 or 0, but where the grader judged two ways to write it differently. */
  readonly correctShare: number;
}

export interface MajAtKOptions {
  /** Samples of the problem, those without an answer as well. */
  readonly n: number;
  readonly k: number;
  /** Of the simulation, where one is needed. */
  readonly seed: string;
  /** Of the simulation. @defaultValue 10_000 */
  readonly draws?: number;
  /** The most additions that the exact sum may take; beyond, the figure is simulated. @defaultValue 2_000_000 */
  readonly exactWork?: number;
}

/**
 * The chance that the answer given most often among k of the n samples is correct, over all ways to choose k of them;
 * a tie counts as the mean of the tied answers. Samples without an answer give no vote.
 *
 * Exact, by a sum over how many of the k fall to each answer, wherever that is feasible; where dozens of samples give
 * dozens of different answers it is a seeded simulation, and `draws` says so.
 */
export function estimateMajAtK(classes: readonly AnswerClass[], options: MajAtKOptions): Estimate {
  const { n, k, exactWork = 2_000_000 } = options;
  if (k === n)
    return {
      value: judgeVote(
        classes,
        Uint32Array.from(classes, ({ count }) => count),
      ),
      draws: 0,
    };
  const total = choose(n, k);
  const winners = classes.filter(({ correctShare }) => correctShare > 0);
  const work = winners.reduce((sum, winner) => sum + estimateWork(classes, winner, k), 0);
  if (work > exactWork || !Number.isFinite(total)) return simulate(classes, options);
  const silent = n - countVotes(classes);
  const value = winners.reduce((sum, winner) => sum + countWins(classes, winner, { k, silent }) / total, 0);
  return { value: Math.min(1, value), draws: 0 };
}

function countVotes(classes: readonly AnswerClass[]): number {
  return classes.reduce((sum, { count }) => sum + count, 0);
}

/** What the answers with the most votes are worth on average; nothing where there is no vote. */
function judgeVote(classes: readonly AnswerClass[], votes: ArrayLike<number>): number {
  let most = 1;
  let tied = 0;
  let worth = 0;
  classes.forEach(({ correctShare }, i) => {
    const count = votes[i] as number;
    if (count < most) return;
    if (count > most) {
      most = count;
      tied = 0;
      worth = 0;
    }
    tied++;
    worth += correctShare;
  });
  return tied === 0 ? 0 : worth / tied;
}

/** About how many additions {@link countWins} takes. */
function estimateWork(classes: readonly AnswerClass[], winner: AnswerClass, k: number): number {
  let work = 0;
  for (let votes = 1; votes <= Math.min(winner.count, k); votes++) {
    const rest = k - votes;
    const ties = 1 + Math.min(classes.length - 1, Math.floor(rest / votes));
    for (const { count } of classes) work += ties * (rest + 1) * (1 + Math.min(count, votes));
  }
  return work;
}

/** In how many choices the winner has the most votes, each weighted by its share of a tie and by what it is worth. */
function countWins(
  classes: readonly AnswerClass[],
  winner: AnswerClass,
  { k, silent }: { readonly k: number; readonly silent: number },
): number {
  const rivals = classes.filter((other) => other !== winner).map(({ count }) => count);
  let wins = 0;
  for (let votes = 1; votes <= Math.min(winner.count, k); votes++) {
    const ways = countTies(rivals, { votes, rest: k - votes, silent });
    ways.forEach((number, ties) => {
      wins += (winner.correctShare * choose(winner.count, votes) * number) / (1 + ties);
    });
  }
  return wins;
}

/**
 * In how many ways the rest of the k samples fall to the rivals, none of which gets more votes than the winner, and to
 * no answer; by how many rivals get as many.
 */
function countTies(
  rivals: readonly number[],
  { votes, rest, silent }: { readonly votes: number; readonly rest: number; readonly silent: number },
): readonly number[] {
  const mostTies = Math.min(rivals.length, Math.floor(rest / votes));
  // ways[ties][used]
  let ways = Array.from({ length: mostTies + 1 }, () => new Float64Array(rest + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const count of rivals) {
    const next = ways.map(() => new Float64Array(rest + 1));
    const numbers = Array.from({ length: Math.min(count, votes) + 1 }, (_, taken) => choose(count, taken));
    ways.forEach((row, ties) => {
      row.forEach((number, used) => {
        if (number === 0) return;
        for (let taken = 0; taken < numbers.length && taken <= rest - used; taken++) {
          const target = next[taken === votes ? ties + 1 : ties];
          if (target === undefined) continue;
          target[used + taken] = (target[used + taken] as number) + number * (numbers[taken] as number);
        }
      });
    });
    ways = next;
  }
  return ways.map((row) => row.reduce((sum, number, used) => sum + number * choose(silent, rest - used), 0));
}

function simulate(classes: readonly AnswerClass[], { n, k, seed, draws = defaultDraws }: MajAtKOptions): Estimate {
  const random = createRandom(`maj@${k}/${seed}`);
  // The class of each sample; a number beyond the classes where it has no answer.
  const samples = new Uint32Array(n).fill(classes.length);
  let filled = 0;
  classes.forEach(({ count }, i) => {
    samples.fill(i, filled, filled + count);
    filled += count;
  });
  const votes = new Uint32Array(classes.length + 1);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    drawSubset(samples, k, random);
    votes.fill(0);
    for (let i = 0; i < k; i++) votes[samples[i] as number] = (votes[samples[i] as number] as number) + 1;
    sum += judgeVote(classes, votes);
  }
  return { value: sum / draws, draws };
}
