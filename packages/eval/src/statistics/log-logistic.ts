/**
 * The logarithm of 1 / (1 + e^-score). The function itself is 0 as a float below a score of -745, which the logarithm of a
 * long reply's probability often is.
 */
export function computeLogLogistic(score: number): number {
  return score < 0 ? score - Math.log1p(Math.exp(score)) : -Math.log1p(Math.exp(-score));
}
