/**
 * Holm's adjusted p-values (S. Holm, Scandinavian Journal of Statistics 6, 1979): with each below 0.05 that is called a
 * finding, the chance of even one false finding among all is at most 5 %. In the order given.
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = highest;
  });
  return adjusted;
}
