import { readNumbers } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatList } from '../../latex.ts';
import { difference, divideWithRemainder, product, sum } from '../../steps.ts';
import { countDivisions, writeEuclid } from './euclid.ts';
import { readNumeral, toDigits, writeFromBase } from './numerals.ts';
import { readInteger } from './read-integer.ts';

const subject = 'Number Theory';
const level = 3;

const greatestCommonDivisor: Family = {
  name: 'greatest-common-divisor',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b] = drawWhere(
      () => [between(random, [20, 144]), between(random, [8, 60])] as const,
      ([one, other]) =>
        one > other && one < 6 * other && getGcd(one, other) > 1 && [2, 3, 4].includes(countDivisions(one, other)),
    );
    const reference = String(getGcd(a, b));
    return {
      parameters: [a, b],
      problem: random.pick([
        `What is the greatest common divisor of $${a}$ and $${b}$?`,
        `Find the greatest common factor of $${a}$ and $${b}$.`,
      ]),
      solution: `Divide until the remainder is $0$: ${writeEuclid(a, b)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let divisor = b;
        while (a % divisor !== 0 || b % divisor !== 0) divisor--;
        return readInteger(answer) === divisor;
      },
    };
  },
};

const nextMultiples: Family = {
  name: 'next-multiples',
  subject,
  level,
  form: 'list',
  make: (random) => {
    const [from, divisor] = [between(random, [20, 150]), between(random, [3, 12])];
    const times = Math.floor(from / divisor) + 1;
    const multiples = [times, times + 1, times + 2].map((factor) => factor * divisor);
    const [first = 0, second = 0] = multiples;
    const reference = formatList(multiples);
    return {
      parameters: [from, divisor],
      problem: `List the three smallest multiples of $${divisor}$ that are greater than $${from}$, in increasing order.`,
      solution:
        `$${divideWithRemainder(from, divisor)}$. $${difference(from, from % divisor)}$. $${sum(first - divisor, divisor)}$. ` +
        `$${sum(first, divisor)}$. $${sum(second, divisor)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const found: number[] = [];
        for (let n = from + 1; found.length < 3; n++) if (n % divisor === 0) found.push(n);
        return (
          readNumbers(answer)
            ?.map(({ numerator }) => numerator)
            .join() === found.join()
        );
      },
    };
  },
};

const countOfMultiples: Family = {
  name: 'count-of-multiples',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [from, to, divisor] = [between(random, [13, 50]), between(random, [70, 150]), between(random, [3, 12])];
    const [before, upTo] = [Math.floor((from - 1) / divisor), Math.floor(to / divisor)];
    const reference = String(upTo - before);
    return {
      parameters: [from, to, divisor],
      problem: `How many of the integers from $${from}$ to $${to}$ are multiples of $${divisor}$?`,
      solution:
        `$${divideWithRemainder(to, divisor)}$, so $${upTo}$ up to $${to}$. $${difference(from, 1)}$. ` +
        `$${divideWithRemainder(from - 1, divisor)}$, so $${before}$ up to $${from - 1}$. $${difference(upTo, before)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let count = 0;
        for (let n = from; n <= to; n++) if (n % divisor === 0) count++;
        return readInteger(answer) === count;
      },
    };
  },
};

const fromBase: Family = {
  name: 'from-base',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    // The larger bases have more numbers of three digits.
    const base = random.pick([4, 5, 6, 7, 8, 9, 7, 8, 9]);
    const value = between(random, [base * base, Math.min(base ** 3 - 1, 399)]);
    const digits = toDigits(value, base);
    const reference = String(value);
    return {
      parameters: [digits, base],
      problem: random.pick([
        `Write the base $${base}$ number $${digits}_${base}$ in base $10$.`,
        `What is $${digits}_${base}$ in base $10$?`,
      ]),
      solution: `${writeFromBase(digits, base)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => readInteger(answer) === readNumeral(`${digits}_${base}`, base),
    };
  },
};

const divisorCount: Family = {
  name: 'divisor-count',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const primes = random.pick(primeTriples);
    const exponents = [between(random, [2, 6]), between(random, [2, 6]), between(random, [2, 6])] as const;
    const [a, b, c] = exponents;
    const reference = String((a + 1) * (b + 1) * (c + 1));
    return {
      parameters: [...primes, ...exponents],
      splitBy: exponents,
      problem: `How many positive divisors does $${primes.map((prime, i) => `${prime}^${exponents[i]}`).join('\\cdot')}$ have?`,
      solution:
        `Add $1$ to each exponent: $${sum(a, 1)}$. $${sum(b, 1)}$. $${sum(c, 1)}$. ` +
        `Multiply: $${product(a + 1, b + 1)}$. $${product((a + 1) * (b + 1), c + 1)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // Every divisor is listed.
      isRight: (answer) => {
        let divisors = [1];
        primes.forEach((prime, i) => {
          const powers = Array.from({ length: (exponents[i] ?? 0) + 1 }, (_, exponent) => prime ** exponent);
          divisors = divisors.flatMap((divisor) => powers.map((power) => divisor * power));
        });
        return readInteger(answer) === new Set(divisors).size;
      },
    };
  },
};

const primeTriples: readonly [readonly number[], ...(readonly number[])[]] = [
  [2, 3, 5],
  [2, 3, 7],
  [2, 3, 11],
  [2, 5, 7],
  [2, 5, 11],
  [2, 7, 11],
  [3, 5, 7],
  [3, 5, 11],
  [3, 7, 11],
  [2, 3, 13],
  [2, 5, 13],
  [3, 5, 13],
  [2, 7, 13],
];

export const level3: readonly Family[] = [
  greatestCommonDivisor,
  nextMultiples,
  countOfMultiples,
  fromBase,
  divisorCount,
];
