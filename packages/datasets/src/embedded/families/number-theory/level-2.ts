import { evaluateLatex } from '../../answers/evaluate-latex.ts';

import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';

import { difference, divideWithRemainder, product, sum } from '../../steps.ts';
import { readInteger } from './read-integer.ts';

const subject = 'Number Theory';
const level = 2;

const remainderOfMultiple: Family = {
  name: 'remainder-of-multiple',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [divisor, factor, term] = [between(random, [4, 12]), between(random, [2, 9]), between(random, [1, 12])];
    const rest = between(random, [1, divisor - 1]);
    const value = rest * factor + term;
    const reference = String(value % divisor);
    return {
      parameters: [divisor, rest, factor, term],
      problem:
        `When $n$ is divided by $${divisor}$, the remainder is $${rest}$. ` +
        `What is the remainder when $${factor}n+${term}$ is divided by $${divisor}$?`,
      solution:
        `Put in $n=${rest}$: $${product(factor, rest)}$. $${sum(factor * rest, term)}$. ` +
        `$${divideWithRemainder(value, divisor)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // Every other number with the remainder gives the same.
      isRight: (answer) =>
        [3, 10, 27].every((times) => ((times * divisor + rest) * factor + term) % divisor === readInteger(answer)),
    };
  },
};

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const weekday: Family = {
  name: 'weekday',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const [start, count] = [between(random, [0, 6]), between(random, [8, 250])];
    const reference = `\\text{${days[(start + count) % 7]}}`;
    return {
      parameters: [start, count],
      problem: random.pick([
        `Today is ${days[start]}. What day of the week will it be in $${count}$ days?`,
        `If today is ${days[start]}, what day of the week is it $${count}$ days from now?`,
      ]),
      solution:
        `Count Sunday as day $0$. ${days[start]} is day $${start}$: $${sum(start, count)}$. ` +
        `$${divideWithRemainder(start + count, 7)}$. Day $${(start + count) % 7}$ is ${days[(start + count) % 7]}. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let week: readonly string[] = [...days.slice(start), ...days.slice(0, start)];
        for (let i = 0; i < count; i++) week = [...week.slice(1), ...week.slice(0, 1)];
        return answer === `\\text{${week[0]}}`;
      },
    };
  },
};

const clock: Family = {
  name: 'clock',
  subject,
  level,
  form: 'integer',
  isHeldOut: true,
  make: (random) => {
    const [start, count] = drawWhere(
      () => [between(random, [1, 12]), between(random, [13, 140])] as const,
      (drawn) => (drawn[0] + drawn[1]) % 12 !== 0,
    );
    const reference = String((start + count) % 12);
    return {
      parameters: [start, count],
      problem: `A clock with the hours from $1$ to $12$ shows $${start}$ o'clock. What hour will it show in $${count}$ hours?`,
      solution:
        `$${sum(start, count)}$. $${divideWithRemainder(start + count, 12)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let hour = start;
        for (let i = 0; i < count; i++) hour = hour === 12 ? 1 : hour + 1;
        return readInteger(answer) === hour;
      },
    };
  },
};

const commonPowers: Family = {
  name: 'gcd-or-lcm-of-powers',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const primes = random.pick(primeSets);
    const [first, second] = drawWhere(
      () => [primes.map(() => between(random, [2, 6])), primes.map(() => between(random, [2, 6]))] as const,
      ([one, other]) => one.every((exponent, i) => exponent !== other[i]),
    );
    const isGcd = random.pick([true, false]);
    const pairs = first.map((exponent, i) => [exponent, second[i] ?? 0] as const);
    const chosen = pairs.map((pair) => (isGcd ? Math.min(...pair) : Math.max(...pair)));
    const write = (exponents: readonly number[]): string =>
      primes.map((prime, i) => `${prime}^${exponents[i]}`).join('\\cdot');
    const reference = write(chosen);
    return {
      parameters: [isGcd ? 'gcd' : 'lcm', ...[write(first), write(second)].sort()],
      problem:
        `What is the ${isGcd ? 'greatest common divisor' : 'least common multiple'} of $${write(first)}$ and $${write(second)}$? ` +
        'Leave it as a product of powers.',
      solution:
        `Take the ${isGcd ? 'smaller' : 'larger'} exponents. ` +
        `${pairs.map(([one, other], i) => `Of $${one}$ and $${other}$: $${chosen[i]}$.`).join(' ')} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const value = evaluateLatex(answer);
        if (value === undefined || !Number.isSafeInteger(value) || !/^\d+\^\d+(\\cdot\d+\^\d+)*$/.test(answer))
          return false;
        const [one, other] = [evaluateLatex(write(first)) ?? 0, evaluateLatex(write(second)) ?? 0].map(BigInt);
        const gcd = getBigGcd(one ?? 0n, other ?? 0n);
        return BigInt(value) === (isGcd ? gcd : ((one ?? 0n) * (other ?? 0n)) / gcd);
      },
    };
  },
};

const primeSets: readonly [readonly number[], ...(readonly number[])[]] = [
  [2, 3],
  [2, 5],
  [3, 5],
  [2, 3, 5],
  [2, 3, 7],
  [2, 5, 7],
  [3, 5, 7],
];

function getBigGcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : getBigGcd(b, a % b);
}

const missingDigit: Family = {
  name: 'missing-digit',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const digits = drawWhere(
      () => [between(random, [1, 9]), between(random, [0, 9]), between(random, [0, 9])] as const,
      ([a, b, c]) => (a + b + c) % 9 !== 0,
    );
    const total = digits[0] + digits[1] + digits[2];
    const place = between(random, [1, 3]);
    const numeral = `${digits.slice(0, place).join('')}A${digits.slice(place).join('')}`;
    const reference = String(9 - (total % 9));
    return {
      parameters: [numeral],
      splitBy: digits,
      problem: `The four-digit number $${numeral}$ is divisible by $9$. Find the digit $A$.`,
      solution:
        `Add the digits: $${sum(...digits)}$. $${divideWithRemainder(total, 9)}$. $${difference(9, total % 9)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => /^\d$/.test(answer) && Number(numeral.replace('A', answer)) % 9 === 0,
    };
  },
};

export const level2: readonly Family[] = [remainderOfMultiple, weekday, clock, commonPowers, missingDigit];
