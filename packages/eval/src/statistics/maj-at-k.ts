/** One answer among the samples of a problem: how many samples gave it, and whether it is the right one. */
export interface AnswerClass {
  readonly count: number;
  readonly isCorrect: boolean;
}

/**
 * The chance that the answer given most often among k of the n samples is correct, over all ways to choose k of them;
 * a tie counts as the share of the tied answers that are correct. Samples without an answer give no vote. Exact: a sum
 * over how many of the k fall to each answer, and not a simulation.
 */
export function estimateMajAtK(
  classes: readonly AnswerClass[],
  { n, k }: { readonly n: number; readonly k: number },
): number {
  const silent = n - classes.reduce((sum, { count }) => sum + count, 0);
  let chance = 0;
  classes.forEach(({ count, isCorrect }, winner) => {
    if (!isCorrect) return;
    const rivals = classes.filter((_, i) => i !== winner).map((other) => other.count);
    for (let votes = 1; votes <= Math.min(count, k); votes++) {
      const ways = countTies(rivals, { votes, rest: k - votes, silent });
      ways.forEach((number, ties) => {
        chance += (choose(count, votes) * number) / (1 + ties);
      });
    }
  });
  return chance / choose(n, k);
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
    ways.forEach((row, ties) => {
      row.forEach((number, used) => {
        if (number === 0) return;
        for (let taken = 0; taken <= Math.min(count, votes, rest - used); taken++) {
          const target = next[taken === votes ? ties + 1 : ties];
          if (target === undefined) continue;
          target[used + taken] = (target[used + taken] as number) + number * choose(count, taken);
        }
      });
    });
    ways = next;
  }
  return ways.map((row) => row.reduce((sum, number, used) => sum + number * choose(silent, rest - used), 0));
}

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - Math.min(k, n - k) + i)) / i;
  return result;
}
