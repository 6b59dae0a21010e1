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
  const highest = Math.max(...logits.values());
  let kept = [...logits].map(([id, logit]) => ({ id, weight: Math.exp((logit - highest) / temperature) }));
  if (topP < 1) kept = keepTopP(kept, topP);
  kept.sort((a, b) => a.id - b.id);
  let left = draw * sumWeights(kept);
  for (const { id, weight } of kept) {
    left -= weight;
    if (left < 0) return id;
  }
  // Rounding may leave a last digit over.
  return kept.at(-1)?.id;
}

interface WeightedToken {
  readonly id: TokenId;
  readonly weight: number;
}

function keepTopP(tokens: readonly WeightedToken[], topP: number): WeightedToken[] {
  const sorted = tokens.toSorted((a, b) => b.weight - a.weight || a.id - b.id);
  const enough = topP * sumWeights(sorted);
  let reached = 0;
  const count = sorted.findIndex(({ weight }) => {
    reached += weight;
    return reached >= enough;
  });
  return count < 0 ? sorted : sorted.slice(0, count + 1);
}

function sumWeights(tokens: readonly WeightedToken[]): number {
  return tokens.reduce((sum, { weight }) => sum + weight, 0);
}
