/**
 * The chance that at least one of k samples is correct, estimated without bias from n samples of which c are:
 * 1 - C(n - c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, equation 1). As a product, so that nothing overflows,
 * and in logarithms, so that a chance of one in a billion keeps its digits.
 */
export function estimatePassAtK({ n, c, k }: { readonly n: number; readonly c: number; readonly k: number }): number {
  if (n - c < k) return 1;
  if (k === 1) return c / n;
  let logAllWrong = 0;
  for (let i = n - c + 1; i <= n; i++) logAllWrong += Math.log1p(-k / i);
  return c === 0 ? 0 : -Math.expm1(logAllWrong);
}
