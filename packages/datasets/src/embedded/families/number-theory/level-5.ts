import { readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatTuple } from '../../latex.ts';
import { isEqual } from '../../rational.ts';
import { difference, divideWithRemainder, product, sum } from '../../steps.ts';
import { drawPair, writeLcm } from './euclid.ts';
import { readNumeral, toDigits, writeFromBase, writeToBase } from './numerals.ts';
import { readInteger } from './read-integer.ts';

const subject = 'Number Theory';
const level = 5;

const twoRemainders: Family = {
  name: 'two-remainders',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [large, small] = drawWhere(
      () => [between(random, [6, 20]), between(random, [3, 7])] as const,
      (drawn) => drawn[0] > drawn[1] && getGcd(...drawn) === 1,
    );
    const [atLarge, atSmall] = drawWhere(
      () => [between(random, [1, large - 1]), between(random, [1, small - 1])] as const,
      (rests) =>
        listTries({ start: rests[0], step: large, divisor: small, rest: rests[1] }).length <= 5 &&
        rests[0] % small !== rests[1],
    );
    const tries = listTries({ start: atLarge, step: large, divisor: small, rest: atSmall });
    const reference = String(tries.at(-1));
    const steps = tries.map((value, i) => {
      const step = `$${divideWithRemainder(value, small)}$.`;
      return i === 0 ? step : `$${sum(value - large, large)}$. ${step}`;
    });
    return {
      parameters: [large, atLarge, small, atSmall],
      problem:
        `What is the smallest positive integer that leaves the remainder $${atLarge}$ when divided by $${large}$ ` +
        `and the remainder $${atSmall}$ when divided by $${small}$?`,
      solution:
        `Start with $${atLarge}$ and add $${large}$ until the remainder is $${atSmall}$: ${steps.join(' ')} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let n = 1;
        while (n % large !== atLarge || n % small !== atSmall) n++;
        return readInteger(answer) === n;
      },
    };
  },
};

interface Search {
  readonly start: number;
  readonly step: number;
  readonly divisor: number;
  readonly rest: number;
}

/** The numbers from the start, up to the first that leaves the remainder. */
function listTries({ start, step, divisor, rest }: Search): readonly number[] {
  return start % divisor === rest ? [start] : [start, ...listTries({ start: start + step, step, divisor, rest })];
}

const divisibleByEither: Family = {
  name: 'divisible-by-either',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [limit, a, b] = drawWhere(
      () => [between(random, [30, 150]), between(random, [2, 9]), between(random, [3, 12])] as const,
      ([, one, other]) => one < other && getGcd(one, other) === 1,
    );
    const [byA, byB, byBoth] = [a, b, a * b].map((divisor) => Math.floor(limit / divisor)) as [number, number, number];
    const reference = String(byA + byB - byBoth);
    return {
      parameters: [limit, a, b],
      problem: `How many of the integers from $1$ to $${limit}$ are divisible by $${a}$ or by $${b}$ or by both?`,
      solution:
        `$${divideWithRemainder(limit, a)}$. $${divideWithRemainder(limit, b)}$. By both: $${product(a, b)}$. ` +
        `$${divideWithRemainder(limit, a * b)}$. $${sum(byA, byB)}$. $${difference(byA + byB, byBoth)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let count = 0;
        for (let n = 1; n <= limit; n++) if (n % a === 0 || n % b === 0) count++;
        return readInteger(answer) === count;
      },
    };
  },
};

const changeOfBase: Family = {
  name: 'change-of-base',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [from, to] = drawWhere(
      () => [between(random, [4, 9]), between(random, [4, 9])] as const,
      (bases) => bases[0] !== bases[1] && Math.max(...bases) ** 2 + 10 < Math.min(...bases) ** 3,
    );
    const value = between(random, [Math.max(from, to) ** 2, Math.min(from ** 3, to ** 3, 300) - 1]);
    const digits = toDigits(value, from);
    const reference = `${toDigits(value, to)}_${to}`;
    return {
      parameters: [digits, from, to],
      problem: `Write $${digits}_${from}$ in base $${to}$.`,
      solution:
        `${writeFromBase(digits, from)} Divide until the quotient is $0$: ${writeToBase(value, to)} ` +
        `The remainders from last to first are the digits. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => readNumeral(answer, to) === readNumeral(`${digits}_${from}`, from),
    };
  },
};

const gcdAndLcm: Family = {
  name: 'gcd-and-lcm',
  subject,
  level,
  form: 'tuple',
  isHeldOut: true,
  splitsWith: 'number_theory/4/least-common-multiple',
  make: (random) => {
    const [a, b] = drawPair(random);
    const gcd = getGcd(a, b);
    const reference = formatTuple([gcd, (a * b) / gcd]);
    return {
      parameters: [a, b],
      problem:
        `Let $g$ be the greatest common divisor and $m$ the least common multiple of $${a}$ and $${b}$. ` +
        'Find the ordered pair $(g,m)$.',
      solution: `${writeLcm(a, b)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let [divisor, multiple] = [b, a];
        while (a % divisor !== 0 || b % divisor !== 0) divisor--;
        while (multiple % b !== 0) multiple += a;
        const [g, m, ...others] = readTuple(answer) ?? [];
        return g !== undefined && m !== undefined && others.length === 0 && isEqual(g, divisor) && isEqual(m, multiple);
      },
    };
  },
};

const digitSum: Family = {
  name: 'sum-in-base',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const base = between(random, [5, 9]);
    const [a, b] = drawWhere(
      () => [between(random, [base, base * base - 1]), between(random, [base, base * base - 1])] as const,
      ([one, other]) => one >= other && one + other >= base * base,
    );
    const [top, bottom] = [toDigits(a, base), toDigits(b, base)];
    const reference = `${toDigits(a + b, base)}_${base}`;
    const ones = (a % base) + (b % base);
    const carry = Math.floor(ones / base);
    const [left, right] = [Math.floor(a / base), Math.floor(b / base)];
    return {
      parameters: [top, bottom, base],
      problem: `Find $${top}_${base}+${bottom}_${base}$. Write the answer in base $${base}$.`,
      solution:
        `Last digits: $${sum(a % base, b % base)}$. $${divideWithRemainder(ones, base)}$. ` +
        `First digits: $${sum(left, right, carry)}$. $${divideWithRemainder(left + right + carry, base)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [one, other] = [readNumeral(`${top}_${base}`, base), readNumeral(`${bottom}_${base}`, base)];
        return one !== undefined && other !== undefined && readNumeral(answer, base) === one + other;
      },
    };
  },
};

export const level5: readonly Family[] = [twoRemainders, divisibleByEither, changeOfBase, gcdAndLcm, digitSum];
