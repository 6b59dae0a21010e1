/** A reply with the figure that a reward model gave it. */
export interface ScoredSample {
  readonly isCorrect: boolean;
  /** Undefined where there is none: such a reply is chosen only where none of the k has one. */
  readonly score: number | undefined;
}

/**
 * The chance that the best scored of k samples is correct, over all ways to choose k of the samples; of several with the
 * best score each is chosen as often. Exact: the chance that the best of k lies in a group of equal scores is the
 * difference of two hypergeometric ones.
 */
export function estimateBestOfK(samples: readonly ScoredSample[], k: number): number {
  const n = samples.length;
  const sorted = [...samples].sort((a, b) => toNumber(a) - toNumber(b));
  let value = 0;
  let start = 0;
  while (start < n) {
    let end = start;
    let correct = 0;
    while (end < n && toNumber(sorted[end] as ScoredSample) === toNumber(sorted[start] as ScoredSample)) {
      if ((sorted[end] as ScoredSample).isCorrect) correct++;
      end++;
    }
    const chance = allAmongFirst({ n, first: end, k }) - allAmongFirst({ n, first: start, k });
    value += (chance * correct) / (end - start);
    start = end;
  }
  return value;
}

function toNumber({ score }: ScoredSample): number {
  return score ?? Number.NEGATIVE_INFINITY;
}

/** C(first, k) / C(n, k), as a product: neither overflows. */
function allAmongFirst({ n, first, k }: { readonly n: number; readonly first: number; readonly k: number }): number {
  if (first < k) return 0;
  let chance = 1;
  for (let i = 0; i < k; i++) chance *= (first - i) / (n - i);
  return chance;
}
