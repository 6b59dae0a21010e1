/**
 * The chance that at least one of k samples is correct, estimated without bias from n samples of which c are:
 * 1 - C(n - c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, equation 1), as a product so that nothing overflows.
 */
export function estimatePassAtK({ n, c, k }: { readonly n: number; readonly c: number; readonly k: number }): number {
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
