/**
 * How the correct ones among some samples fall to a part of the samples that is drawn from them: the chance of each count,
 * from 0 to the size of the part.
 *
 * @example
 * listHypergeometric({ size: 2, correct: 1, drawn: 1 }); // [1 / 2, 1 / 2]
 */
export function listHypergeometric({
  size,
  correct,
  drawn,
}: {
  /** All samples, and how many of them are correct. */
  readonly size: number;
  readonly correct: number;
  /** Of the part. */
  readonly drawn: number;
}): Float64Array {
  const chances = new Float64Array(drawn + 1);
  const least = Math.max(0, drawn - (size - correct));
  const most = Math.min(drawn, correct);
  // From the first possible count upwards by ratios, then scaled to a sum of 1: no factorial overflows.
  let term = 1;
  let sum = 0;
  for (let count = least; count <= most; count++) {
    chances[count] = term;
    sum += term;
    term *= ((correct - count) * (drawn - count)) / ((count + 1) * (size - correct - drawn + count + 1));
  }
  return chances.map((chance) => chance / sum);
}
