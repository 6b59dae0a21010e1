/**
 * Exact two-sided McNemar test: of the pairs that changed, how surprising is this split if either direction were
 * equally likely? (Q. McNemar, Psychometrika 12, 1947; exact form: the binomial test with p = 1/2.)
 *
 * @returns the p-value, 1 where nothing changed
 */
export function testMcNemar({ gained, lost }: { readonly gained: number; readonly lost: number }): number {
  const n = gained + lost;
  if (n === 0) return 1;
  // Sum of C(n, i) / 2^n over the smaller tail, in logarithms: 2^-n alone underflows from n = 1,075 on.
  const smaller = Math.min(gained, lost);
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let i = 1; i <= smaller; i++) {
    logTerm += Math.log((n - i + 1) / i);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
