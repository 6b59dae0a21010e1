/** A source of randomness: a whole number of 64 random bits. */
export type RandomBits = () => bigint;

/** The odd primes below 40 but for 3, which the form 24k - 1 takes care of. */
const SMALL_PRIMES = [5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/**
 * Draws a safe prime p = 2q + 1 of 61 bits, p = 3 mod 4, for which 2, 3, 5, ... 37 are squares.
 *
 * Why each condition: q prime makes almost every number invertible as an exponent; p = 3 mod 4 makes -1 a non-square, so
 * that i is a new element and a + bi a field; small primes that are squares have roots of every order in one place (see
 * `raise-rational.ts`). There are about 2^35 such primes. They are made and not taken from a list, because against a
 * list one could write the product of all its primes, which is zero under each of them.
 *
 * The residues for the small primes are chosen first, so that about one candidate in forty is a safe prime: a
 * millisecond in all.
 */
export function drawPrime(random: RandomBits): bigint {
  // p = 23 mod 24: then 2 and 3 are squares, p is 3 mod 4, and 3 divides neither p nor q.
  let modulus = 24n;
  let residue = 23n;
  for (const prime of SMALL_PRIMES) {
    const choices = residuesFor(prime);
    const choice = choices[Number(random() % BigInt(choices.length))] ?? 0;
    // Chinese remainders: step by the modulus so far until the residue fits.
    const wanted = BigInt(choice);
    while (residue % BigInt(prime) !== wanted) residue += modulus;
    modulus *= BigInt(prime);
  }
  const lowest = 2n ** 60n / modulus + 1n;
  const span = 2n ** 61n / modulus - lowest;
  let step = random() % span;
  for (let tries = 0n; tries < span; tries++) {
    const p = residue + modulus * (lowest + step);
    if (isPrime((p - 1n) / 2n) && isPrime(p)) return p;
    step = (step + 1n) % span;
  }
  // A class without a safe prime has never been seen: there are about a thousand in each.
  return drawPrime(random);
}

/** The residues p mod `prime` for which `prime` is a square mod p (quadratic reciprocity) and q has no such factor. */
function residuesFor(prime: number): number[] {
  const squares = new Set<number>();
  for (let x = 1; x < prime; x++) squares.add((x * x) % prime);
  const choices: number[] = [];
  for (let residue = 2; residue < prime; residue++) {
    if (squares.has(residue) === (prime % 4 === 1)) choices.push(residue);
  }
  return choices;
}

/** Miller and Rabin's test; with these bases it is a proof below 3.3 * 10^24. */
export function isPrime(n: bigint): boolean {
  if (n < 2n) return false;
  const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];
  for (const base of bases) if (n % base === 0n) return n === base;
  let odd = n - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos++;
  }
  return bases.every((base) => {
    let x = powerMod(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let turn = 1; turn < twos; turn++) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

/** base^exponent mod the modulus, for an exponent from 0. */
export function powerMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The inverse of a value from 1 to modulus - 1 that has no factor in common with the modulus; 0 when there is none. */
export function inverseMod(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) return 0n;
  return x < 0n ? x + modulus : x;
}
