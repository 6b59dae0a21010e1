import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatFraction } from '../../latex.ts';
import { isEqual, toRational } from '../../rational.ts';
import { divideWithRemainder, power, product, quotient, sum } from '../../steps.ts';
import { drawPair, writeEuclid, writeLcm } from './euclid.ts';
import { readNumeral, toDigits, writeToBase } from './numerals.ts';
import { readInteger } from './read-integer.ts';

const subject = 'Number Theory';
const level = 4;

const leastCommonMultiple: Family = {
  name: 'least-common-multiple',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b] = drawPair(random);
    const gcd = getGcd(a, b);
    const reference = String((a * b) / gcd);
    return {
      parameters: [a, b],
      problem: `What is the least common multiple of $${a}$ and $${b}$?`,
      solution: `${writeLcm(a, b)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let multiple = a;
        while (multiple % b !== 0) multiple += a;
        return readInteger(answer) === multiple;
      },
    };
  },
};

const powerRemainder: Family = {
  name: 'power-remainder',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [base, exponent, term, divisor] = drawWhere(
      () =>
        [
          between(random, [13, 60]),
          between(random, [2, 4]),
          between(random, [1, 12]),
          between(random, [5, 12]),
        ] as const,
      ([b, e, , d]) => b % d > 1 && (b % d) ** e <= 150,
    );
    const small = base % divisor;
    const value = small ** exponent + term;
    const reference = String(value % divisor);
    return {
      parameters: [base, exponent, term, divisor],
      problem: `What is the remainder when $${base}^${exponent}+${term}$ is divided by $${divisor}$?`,
      solution:
        `$${divideWithRemainder(base, divisor)}$. $${power(small, exponent)}$. $${sum(small ** exponent, term)}$. ` +
        `$${divideWithRemainder(value, divisor)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        Number((BigInt(base) ** BigInt(exponent) + BigInt(term)) % BigInt(divisor)) === readInteger(answer),
    };
  },
};

const toBase: Family = {
  name: 'to-base',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    // The larger bases have more numbers of three digits.
    const base = random.pick([4, 5, 6, 7, 8, 9, 7, 8, 9]);
    const value = between(random, [base * base, Math.min(base ** 3 - 1, 399)]);
    const reference = `${toDigits(value, base)}_${base}`;
    return {
      parameters: [value, base],
      problem: random.pick([`Write $${value}$ in base $${base}$.`, `What is $${value}$ in base $${base}$?`]),
      solution:
        `Divide until the quotient is $0$: ${writeToBase(value, base)} ` +
        `The remainders from last to first are the digits. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => readNumeral(answer, base) === value,
    };
  },
};

const lastDigitOfPower: Family = {
  name: 'last-digit-of-power',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const digit = random.pick([2, 3, 4, 7, 8, 9]);
    const [base, exponent] = [10 * between(random, [0, 9]) + digit, between(random, [10, 99])];
    const cycle = [digit, digit ** 2 % 10, digit ** 3 % 10, digit ** 4 % 10];
    const [first = 0, second = 0, third = 0] = cycle;
    const rest = exponent % 4;
    const reference = String(cycle[(rest + 3) % 4]);
    return {
      parameters: [base, exponent],
      splitBy: [digit, exponent],
      problem: random.pick([
        `What is the last digit of $${base}^{${exponent}}$?`,
        `Find the units digit of $${base}^{${exponent}}$.`,
      ]),
      solution:
        `The base ends in $${digit}$: $${product(first, digit)}$. $${product(second, digit)}$. $${product(third, digit)}$. ` +
        `The last digits $${cycle.join(',')}$ repeat. $${divideWithRemainder(exponent, 4)}$. ` +
        `${rest === 0 ? 'The remainder is $0$: take the last, number $4$.' : `Take number $${rest}$.`} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => answer === String(BigInt(base) ** BigInt(exponent)).slice(-1),
    };
  },
};

const lowestTerms: Family = {
  name: 'lowest-terms',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const [a, b] = drawPair(random);
    const isProper = random.pick([true, false]);
    const [top, bottom] = isProper ? [b, a] : [a, b];
    const gcd = getGcd(a, b);
    const reference = formatFraction(top / gcd, bottom / gcd);
    return {
      parameters: [top, bottom],
      problem: random.pick([
        `Write $${formatFraction(top, bottom)}$ in lowest terms.`,
        `Simplify the fraction $${formatFraction(top, bottom)}$.`,
      ]),
      solution:
        `Divide until the remainder is $0$: ${writeEuclid(a, b)} The greatest common divisor is $${gcd}$. ` +
        `$${quotient(top, gcd)}$. $${quotient(bottom, gcd)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The same value, and the smallest denominator that has it.
      isRight: (answer) => {
        let smallest = 1;
        while ((top * smallest) % bottom !== 0) smallest++;
        const value = readNumber(answer);
        return value !== undefined && answer.endsWith(`{${smallest}}`) && isEqual(value, toRational(top, bottom));
      },
    };
  },
};

export const level4: readonly Family[] = [leastCommonMultiple, lowestTerms, powerRemainder, toBase, lastDigitOfPower];
