/**
 * What votes weigh by scores on the scale of log-odds: 1 / (1 + e^-score), each over the greatest of them, so that scores far
 * below 0, as the logarithms of a reply's probability are, do not all become 0. A reply without a score weighs nothing.
 *
 * @param scores - of the replies to one problem
 */
export function weighByLogistic(scores: readonly (number | undefined)[]): readonly number[] {
  const logs = scores.map((score) => (score === undefined ? Number.NEGATIVE_INFINITY : logLogistic(score)));
  const greatest = Math.max(...logs);
  return logs.map((log) => (log === Number.NEGATIVE_INFINITY ? 0 : Math.exp(log - greatest)));
}

function logLogistic(score: number): number {
  return score < 0 ? score - Math.log1p(Math.exp(score)) : -Math.log1p(Math.exp(-score));
}
