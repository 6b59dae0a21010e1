import { log2Magnitude } from './ball.ts';

/** The whole part of the square root of n >= 0: the final corrections make it exact whatever the first guess was. */
export function integerSquareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = guessRoot(n);
  while (root * root > n) root -= 1n;
  while ((root + 1n) * (root + 1n) <= n) root += 1n;
  return root;
}

/** Off by a few units at most. Newton's step doubles the right digits, so each half of them is found at half width. */
function guessRoot(n: bigint): bigint {
  const value = Number(n);
  if (value < 2 ** 1000) {
    let root = BigInt(Math.floor(Math.sqrt(value)));
    for (let known = 50; 2 ** (2 * known) < value; known *= 2) root = (root + n / root) >> 1n;
    return root;
  }
  const quarter = BigInt(Math.floor(log2Magnitude(n) / 4) - 2);
  const half = guessRoot(n >> (2n * quarter)) << quarter;
  return (half + n / half) >> 1n;
}
