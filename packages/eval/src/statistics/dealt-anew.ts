import { createRandom } from '@scalequest/core';
import { listHypergeometric } from './hypergeometric.ts';
import type { PairedProblem } from './paired-means.ts';
import { type PermutationOptions, type PermutationTest, tieShare } from './permutation.ts';

/**
 * Permutation test within problems: if the two runs were of one model, the replies to a problem could as well have been
 * dealt the other way, so many to each run. How often is the sum of the differences of the problems' means, dealt at
 * random, at least as far from 0 as the one that was seen? It holds for any epochs: where one run has more than the other, a
 * difference and its opposite are not equally likely, and only the dealing is fair.
 *
 * Where the epochs of each run are the same for all problems, all ways are counted out by the distribution of the sum (a sum
 * of hypergeometric counts); else, and where that is too long, they are simulated, as in `testPermutation`.
 */
export function testDealtAnew(problems: readonly PairedProblem[], options: PermutationOptions): PermutationTest {
  // Two billion additions take a few seconds, as long as the draws would.
  const { seed, draws = 20_000, exactWork = 2_000_000_000 } = options;
  const [first] = problems;
  if (first === undefined) return { pValue: 1, draws: 0, seed };
  const isEven = problems.every(({ a, b }) => a.epochs === first.a.epochs && b.epochs === first.b.epochs);
  const isShort = problems.length ** 2 * first.b.epochs ** 2 <= exactWork;
  if (isEven && isShort) return { pValue: countOut(problems), draws: 0, seed };
  const ways = problems.map((problem) => listWays(problem));
  const seen = Math.abs(problems.reduce((sum, { a, b }) => sum + b.correct / b.epochs - a.correct / a.epochs, 0));
  const threshold = seen - tieShare * problems.length;
  const random = createRandom(`dealt-anew/${seed}`);
  let asFar = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (const { differences, upTo } of ways) {
      const at = random.next();
      let count = 0;
      while (count < upTo.length - 1 && at >= (upTo[count] as number)) count++;
      sum += differences[count] as number;
    }
    if (Math.abs(sum) >= threshold) asFar++;
  }
  return { pValue: (1 + asFar) / (1 + draws), draws, seed };
}

function dealTo({ a, b }: PairedProblem): Float64Array {
  return listHypergeometric({ size: a.epochs + b.epochs, correct: a.correct + b.correct, drawn: b.epochs });
}

/** Smaller numbers are slow to compute with, and no p of any use is made of them. */
const negligible = 1e-200;

/** With the same epochs for all problems, the difference rises and falls with the correct replies in B alone. */
function countOut(problems: readonly PairedProblem[]): number {
  let chances = Float64Array.of(1);
  let seen = 0;
  let correct = 0;
  for (const problem of problems) {
    const own = dealTo(problem);
    const next = new Float64Array(chances.length + own.length - 1);
    own.forEach((chance, count) => {
      if (chance === 0) return;
      for (let sum = 0; sum < chances.length; sum++) {
        const before = chances[sum] as number;
        if (before > negligible) next[sum + count] = (next[sum + count] as number) + chance * before;
      }
    });
    chances = next;
    seen += problem.b.correct;
    correct += problem.a.correct + problem.b.correct;
  }
  const { a, b } = problems[0] as PairedProblem;
  // In whole numbers: how far the correct ones in B lie from their expected number, times the epochs of both.
  const measure = (sum: number): number => Math.abs(sum * (a.epochs + b.epochs) - correct * b.epochs);
  let pValue = 0;
  chances.forEach((chance, sum) => {
    if (measure(sum) >= measure(seen)) pValue += chance;
  });
  return Math.min(1, pValue);
}

/** By how many of the correct replies are dealt to B: the difference, and the chance of so many or fewer. */
interface Ways {
  readonly differences: readonly number[];
  readonly upTo: readonly number[];
}

function listWays(problem: PairedProblem): Ways {
  const { a, b } = problem;
  let sum = 0;
  const upTo = Array.from(dealTo(problem), (chance) => {
    sum += chance;
    return sum;
  });
  const differences = upTo.map((_, count) => count / b.epochs - (a.correct + b.correct - count) / a.epochs);
  return { differences, upTo };
}
