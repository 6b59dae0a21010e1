/** A token of the vocabulary, by its number. */
export type TokenId = number;

export interface TokenChoice {
  /** Above 0. Greedy decoding needs no sampling. */
  readonly temperature: number;
  /** The most probable tokens that together reach this share are kept, after the temperature has acted. */
  readonly topP: number;
  /** A number in [0, 1). */
  readonly draw: number;
}

/**
 * Draws a token. Temperature acts first and top-p second, as in vLLM and transformers; llama.cpp's own chain has them the
 * other way round, and its random numbers are its own, so the drawing is done here.
 *
 * The tokens are laid side by side in the order of their numbers, not of their probabilities: noise in the last digit
 * of a logit then moves a border by that digit, and never swaps two tokens.
 */
export function sampleToken(
  logits: ReadonlyMap<TokenId, number>,
  { temperature, topP, draw }: TokenChoice,
): TokenId | undefined {
  const { ids, weights } = weigh(logits, temperature);
  if (topP < 1) dropTail(weights, topP);
  let left = draw * sum(weights);
  let last: TokenId | undefined;
  for (let place = 0; place < ids.length; place++) {
    const weight = weights[place] as number;
    if (weight === dropped) continue;
    last = ids[place] as TokenId;
    left -= weight;
    if (left < 0) return last;
  }
  // Rounding may leave a last digit over.
  return last;
}

/** Weights of tokens in the order of their numbers. Plain arrays of numbers: this is done for every token that is written. */
interface WeightedTokens {
  readonly ids: Int32Array;
  readonly weights: Float64Array;
}

/** No weight is below 0. */
const dropped = -1;

function weigh(logits: ReadonlyMap<TokenId, number>, temperature: number): WeightedTokens {
  const ids = new Int32Array(logits.size);
  let highest = Number.NEGATIVE_INFINITY;
  let place = 0;
  for (const [id, logit] of logits) {
    ids[place++] = id;
    highest = Math.max(highest, logit);
  }
  ids.sort();
  const weights = new Float64Array(ids.length);
  for (let at = 0; at < ids.length; at++)
    weights[at] = Math.exp(((logits.get(ids[at] as TokenId) as number) - highest) / temperature);
  return { ids, weights };
}

/** Marks all as dropped but the heaviest that together reach `topP`; of equal ones the first are kept. */
function dropTail(weights: Float64Array, topP: number): void {
  const sorted = weights.toSorted().reverse();
  const enough = topP * sum(sorted);
  let kept = 0;
  for (let reached = 0; kept < sorted.length; ) {
    reached += sorted[kept++] as number;
    if (reached >= enough) break;
  }
  const least = sorted[kept - 1] as number;
  let equal = 0;
  for (let at = 0; at < kept; at++) if (sorted[at] === least) equal++;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    if (weight === least && equal > 0) equal--;
    else if (weight <= least) weights[at] = dropped;
  }
}

function sum(weights: Float64Array): number {
  let all = 0;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    if (weight !== dropped) all += weight;
  }
  return all;
}
