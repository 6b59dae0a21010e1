import { readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatTuple } from '../../latex.ts';
import { add, isEqual, multiply, toRational } from '../../rational.ts';
import { divideWithRemainder, product, sum } from '../../steps.ts';
import { readInteger } from './read-integer.ts';

const subject = 'Number Theory';
const level = 1;

const quotientAndRemainder: Family = {
  name: 'quotient-and-remainder',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [value, divisor] = [between(random, [20, 150]), between(random, [3, 12])];
    const [times, rest] = [Math.floor(value / divisor), value % divisor];
    const reference = formatTuple([times, rest]);
    return {
      parameters: [value, divisor],
      problem: `When $${value}$ is divided by $${divisor}$, the quotient is $q$ and the remainder is $r$. Find the ordered pair $(q,r)$.`,
      solution: `$${divideWithRemainder(value, divisor)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [q, r, ...others] = readTuple(answer) ?? [];
        if (q === undefined || r === undefined || others.length > 0) return false;
        return (
          q.denominator === 1n &&
          isSmaller(r.numerator, divisor) &&
          isEqual(add(multiply(q, toRational(divisor)), r), value)
        );
      },
    };
  },
};

function isSmaller(rest: bigint, divisor: number): boolean {
  return rest >= 0n && rest < BigInt(divisor);
}

const lastDigitOfProduct: Family = {
  name: 'last-digit-of-product',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b] = drawWhere(
      () => [between(random, [11, 99]), between(random, [11, 99])] as const,
      ([one, other]) => one % 10 > 1 && other % 10 > 1,
    );
    const inProduct = (a % 10) * (b % 10);
    const reference = String(inProduct % 10);
    return {
      parameters: [Math.min(a, b), Math.max(a, b)],
      splitBy: [a % 10, b % 10],
      problem: random.pick([
        `What is the last digit of $${a}\\cdot${b}$?`,
        `Find the units digit of $${a}\\cdot${b}$.`,
      ]),
      solution:
        `The last digits are $${a % 10}$ and $${b % 10}$: $${product(a % 10, b % 10)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => answer === String(a * b).slice(-1),
    };
  },
};

const remainderOfSum: Family = {
  name: 'remainder-of-sum',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b, divisor] = [between(random, [11, 60]), between(random, [11, 60]), between(random, [3, 12])];
    const reference = String((a + b) % divisor);
    return {
      parameters: [Math.min(a, b), Math.max(a, b), divisor],
      problem: `What is the remainder when $${a}+${b}$ is divided by $${divisor}$?`,
      solution: `$${sum(a, b)}$. $${divideWithRemainder(a + b, divisor)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let rest = a + b;
        while (rest >= divisor) rest -= divisor;
        return readInteger(answer) === rest;
      },
    };
  },
};

const parityOfSum: Family = {
  name: 'parity-of-sum',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const [a, b] = [between(random, [11, 99]), between(random, [11, 99])];
    const reference = (a + b) % 2 === 0 ? '\\text{even}' : '\\text{odd}';
    return {
      parameters: [Math.min(a, b), Math.max(a, b)],
      problem: `Is $${a}+${b}$ even or odd?`,
      solution: `$${sum(a, b)}$. The last digit is $${(a + b) % 10}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // An even number of objects can be put into pairs.
      isRight: (answer) => {
        let alone = a + b;
        while (alone > 1) alone -= 2;
        return answer === (alone === 0 ? '\\text{even}' : '\\text{odd}');
      },
    };
  },
};

export const level1: readonly Family[] = [quotientAndRemainder, lastDigitOfProduct, remainderOfSum, parityOfSum];
