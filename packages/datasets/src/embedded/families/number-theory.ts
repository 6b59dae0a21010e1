import { between, drawWhere } from '../draw.ts';
import type { Family } from '../family.ts';
import { isEqual } from '../rational.ts';

const subject = 'Number Theory';

const greatestCommonDivisor: Family = {
  name: 'greatest-common-divisor',
  subject,
  level: 1,
  make: (random) => {
    const shared = between(random, [2, 30]);
    const [a, b] = drawWhere(
      () => [shared * between(random, [2, 20]), shared * between(random, [2, 20])] as const,
      ([first, second]) => first > second,
    );
    const reference = String(getGcd(a, b));
    return {
      problem: `What is the greatest common divisor of $${a}$ and $${b}$?`,
      solution:
        `Replacing the larger number by its remainder again and again keeps the common divisors: ` +
        `$${listRemainders(a, b).join('$, $')}$. The last one before $0$ is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let divisor = b;
        while (a % divisor !== 0 || b % divisor !== 0) divisor--;
        return value !== undefined && isEqual(value, divisor);
      },
    };
  },
};

const divisorCount: Family = {
  name: 'divisor-count',
  subject,
  level: 2,
  make: (random) => {
    const n = drawWhere(
      () => between(random, [24, 1500]),
      (drawn) => factorize(drawn).every(({ prime }) => prime !== drawn),
    );
    const factors = factorize(n);
    const reference = String(factors.reduce((count, { exponent }) => count * (exponent + 1), 1));
    const product = factors.map(({ prime, exponent }) => (exponent === 1 ? `${prime}` : `${prime}^${exponent}`));
    return {
      problem: `How many positive divisors does $${n}$ have?`,
      solution:
        `The prime factorization is $${n} = ${product.join(' \\cdot ')}$. Each exponent can be any number from $0$ up to the one shown, ` +
        `which gives $${factors.map(({ exponent }) => `(${exponent} + 1)`).join('')} = \\boxed{${reference}}$ divisors.`,
      reference,
      isRight: ([value]) => {
        let count = 0;
        for (let divisor = 1; divisor <= n; divisor++) if (n % divisor === 0) count++;
        return value !== undefined && isEqual(value, count);
      },
    };
  },
};

const powerRemainder: Family = {
  name: 'power-remainder',
  subject,
  level: 3,
  make: (random) => {
    const modulus = between(random, [7, 40]);
    const [base, exponent] = [between(random, [2, 20]), between(random, [10, 99])];
    const steps = listPowers(base, exponent, modulus);
    const reference = String(steps.at(-1)?.remainder);
    return {
      problem: `What is the remainder when $${base}^{${exponent}}$ is divided by $${modulus}$?`,
      solution:
        `Squaring, and multiplying by $${base}$ once more where the exponent is odd, leads through the exponents ` +
        `$${steps.map((step) => step.exponent).join('$, $')}$. On division by $${modulus}$ these powers leave the remainders ` +
        `$${steps.map((step) => step.remainder).join('$, $')}$. The last one is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let remainder = 1 % modulus;
        for (let i = 0; i < exponent; i++) remainder = (remainder * base) % modulus;
        return value !== undefined && isEqual(value, remainder);
      },
    };
  },
};

const divisibleByOne: Family = {
  name: 'divisible-by-exactly-one',
  subject,
  level: 4,
  make: (random) => {
    const limit = between(random, [60, 600]);
    const [a, b] = drawWhere(
      () => [between(random, [2, 9]), between(random, [3, 15])] as const,
      ([first, second]) => first < second && second % first !== 0,
    );
    const common = (a * b) / getGcd(a, b);
    const [byA, byB, byBoth] = [Math.floor(limit / a), Math.floor(limit / b), Math.floor(limit / common)];
    const reference = String(byA + byB - 2 * byBoth);
    return {
      problem: `How many of the integers from $1$ to $${limit}$ are divisible by exactly one of the numbers $${a}$ and $${b}$?`,
      solution:
        `There are $${byA}$ multiples of $${a}$ and $${byB}$ multiples of $${b}$. The $${byBoth}$ multiples of $${common}$ are in both counts and must be in neither, ` +
        `which leaves $${byA} + ${byB} - 2 \\cdot ${byBoth} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let count = 0;
        for (let n = 1; n <= limit; n++) if ((n % a === 0) !== (n % b === 0)) count++;
        return value !== undefined && isEqual(value, count);
      },
    };
  },
};

const congruences: Family = {
  name: 'congruences',
  subject,
  level: 5,
  make: (random) => {
    const moduli = random.pick(coprimeModuli);
    const remainders = moduli.map((modulus) => between(random, [1, modulus - 1]));
    const product = moduli.reduce((all, modulus) => all * modulus, 1);
    const terms = moduli.map((modulus, i) => {
      const others = product / modulus;
      return (remainders[i] ?? 0) * others * getInverse(others, modulus);
    });
    const reference = String(terms.reduce((sum, term) => sum + term, 0) % product);
    const conditions = moduli.map((modulus, i) => `remainder $${remainders[i]}$ when divided by $${modulus}$`);
    return {
      problem: `What is the smallest positive integer that leaves ${conditions.slice(0, -1).join(', ')}, and ${conditions.at(-1)}?`,
      solution:
        `The moduli have no common factors, so the solution is unique up to multiples of $${product}$. ` +
        `Adding one term for each condition, $${terms.join(' + ')}$, and reducing gives $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let n = 1;
        while (n < product && moduli.some((modulus, i) => n % modulus !== remainders[i])) n++;
        return value !== undefined && isEqual(value, n);
      },
    };
  },
};

type Moduli = readonly [number, number, number];

const coprimeModuli: readonly [Moduli, ...Moduli[]] = [
  [3, 4, 5],
  [3, 5, 7],
  [4, 5, 7],
  [4, 7, 9],
  [5, 6, 7],
  [5, 7, 8],
  [5, 7, 9],
  [3, 7, 11],
  [5, 8, 9],
  [7, 8, 9],
];

function getGcd(a: number, b: number): number {
  return b === 0 ? a : getGcd(b, a % b);
}

/** The numbers that Euclid's algorithm goes through. */
function listRemainders(a: number, b: number): readonly number[] {
  return b === 0 ? [a, 0] : [a, ...listRemainders(b, a % b)];
}

function factorize(n: number): readonly { readonly prime: number; readonly exponent: number }[] {
  const factors: { prime: number; exponent: number }[] = [];
  let rest = n;
  for (let prime = 2; rest > 1; prime++) {
    if (prime * prime > rest) prime = rest;
    let exponent = 0;
    for (; rest % prime === 0; rest /= prime) exponent++;
    if (exponent > 0) factors.push({ prime, exponent });
  }
  return factors;
}

interface Power {
  readonly exponent: number;
  readonly remainder: number;
}

/** The powers that repeated squaring goes through, from the first to the one that is wanted. */
function listPowers(base: number, exponent: number, modulus: number): readonly Power[] {
  if (exponent === 1) return [{ exponent, remainder: base % modulus }];
  const before = listPowers(base, Math.floor(exponent / 2), modulus);
  const root = before.at(-1)?.remainder ?? 1;
  return [...before, { exponent, remainder: (root * root * (exponent % 2 === 0 ? 1 : base)) % modulus }];
}

function getInverse(value: number, modulus: number): number {
  let inverse = 1;
  while ((value * inverse) % modulus !== 1) inverse++;
  return inverse;
}

export const numberTheory: readonly Family[] = [
  greatestCommonDivisor,
  divisorCount,
  powerRemainder,
  divisibleByOne,
  congruences,
];
