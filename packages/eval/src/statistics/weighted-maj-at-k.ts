import { createRandom } from '@scalequest/core';
import { choose } from './binomial.ts';
import { drawSubset } from './draw-subset.ts';
import { defaultDraws, type Estimate } from './estimate.ts';

/** A reply that votes for its answer with the weight of its score. */
export interface WeightedVote {
  /** The number of its answer among the problem's answers; undefined where it has none. */
  readonly answer: number | undefined;
  /** The logarithm of its weight, so that tiny weights keep their ratios; -Infinity where it weighs nothing. */
  readonly logWeight: number;
}

export interface WeightedMajAtKOptions {
  /** What each answer is worth, 0 to 1. */
  readonly worths: readonly number[];
  readonly k: number;
  readonly seed: string;
  /** Of the simulation. @defaultValue 10_000 */
  readonly draws?: number;
  /** The most votes that the exact count may add up; beyond, the figure is simulated. @defaultValue 200_000 */
  readonly exactWork?: number;
}

/**
 * The chance that the answer with the greatest sum of scores among k of the samples is correct, over all ways to choose
 * k of them; a tie counts as the mean of the tied answers, as where all weights are 0. Weights are real numbers, so that no closed form exists: few
 * choices are counted one by one, many are a seeded simulation, and `draws` says so.
 */
export function estimateWeightedMajAtK(votes: readonly WeightedVote[], options: WeightedMajAtKOptions): Estimate {
  const { k, worths, seed, draws = defaultDraws, exactWork = 200_000 } = options;
  const n = votes.length;
  const weights = new Float64Array(worths.length);
  const judge = (chosen: Uint32Array): number => {
    weights.fill(notGiven);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) {
      const { answer, logWeight } = votes[chosen[i] as number] as WeightedVote;
      if (answer !== undefined && logWeight > greatest) greatest = logWeight;
    }
    for (let i = 0; i < k; i++) {
      const { answer, logWeight } = votes[chosen[i] as number] as WeightedVote;
      if (answer === undefined) continue;
      const weight = logWeight === Number.NEGATIVE_INFINITY ? 0 : Math.exp(logWeight - greatest);
      weights[answer] = Math.max(0, weights[answer] as number) + weight;
    }
    return judgeWeights(weights, worths);
  };
  const samples = Uint32Array.from(votes, (_, i) => i);
  const ways = choose(n, k);
  let sum = 0;
  if (ways * k <= exactWork) {
    for (const chosen of listSubsets(n, k)) sum += judge(chosen);
    return { value: sum / ways, draws: 0 };
  }
  const random = createRandom(`weighted-maj@${k}/${seed}`);
  for (let draw = 0; draw < draws; draw++) {
    drawSubset(samples, k, random);
    sum += judge(samples);
  }
  return { value: sum / draws, draws };
}

/** Sums of the same scores in another order differ in their last bits; they tie all the same. */
const tieShare = 1e-12;

/** No weight is below 0: an answer that nobody gave is not one with votes that weigh nothing. */
const notGiven = -1;

function judgeWeights(weights: Float64Array, worths: readonly number[]): number {
  let most = notGiven;
  for (const weight of weights) if (weight > most) most = weight;
  if (most === notGiven) return 0;
  let tied = 0;
  let worth = 0;
  weights.forEach((weight, answer) => {
    if (weight < most * (1 - tieShare)) return;
    tied++;
    worth += worths[answer] as number;
  });
  return worth / tied;
}

/** Every choice of k of the numbers below n, in lexical order; one array, which is changed in place. */
function* listSubsets(n: number, k: number): Generator<Uint32Array, undefined> {
  const chosen = Uint32Array.from({ length: k }, (_, i) => i);
  while (true) {
    yield chosen;
    let at = k - 1;
    while (at >= 0 && chosen[at] === n - k + at) at--;
    if (at < 0) return undefined;
    chosen[at] = (chosen[at] as number) + 1;
    for (let i = at + 1; i < k; i++) chosen[i] = (chosen[i - 1] as number) + 1;
  }
}
