import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatFraction, formatRational } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { difference, product, reduceFraction, sum } from '../../steps.ts';
import { isReducible } from './is-reducible.ts';
import { formatTenths } from './tenths.ts';

const subject = 'Prealgebra';

const orderOfOperations: Family = {
  name: 'order-of-operations',
  subject,
  level: 1,
  form: 'integer',
  make: (random) => {
    const sign = random.pick(['+', '-']);
    const [b, c] = [between(random, [2, 12]), between(random, [2, 12])];
    // A difference stays above zero.
    const a = between(random, [1, 40]) + (sign === '+' ? 0 : b * c);
    const reference = String(sign === '+' ? a + b * c : a - b * c);
    const expression = `${a}${sign}${b}\\cdot${c}`;
    return {
      parameters: [a, sign, b, c],
      problem: random.pick([`What is the value of $${expression}$?`, `Compute $${expression}$.`]),
      solution:
        `Multiply: $${product(b, c)}$. ` +
        `${sign === '+' ? `Add: $${sum(a, b * c)}$.` : `Subtract: $${difference(a, b * c)}$.`} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

const likeFractions: Family = {
  name: 'like-fractions',
  subject,
  level: 1,
  form: 'fraction',
  make: (random) => {
    const sign = random.pick(['+', '-']);
    const combine = (a: number, b: number): number => (sign === '+' ? a + b : a - b);
    const [a, b, denominator] = drawWhere(
      () => [between(random, [1, 20]), between(random, [1, 20]), between(random, [4, 15])] as const,
      ([first, second, bottom]) =>
        first % bottom !== 0 &&
        second % bottom !== 0 &&
        combine(first, second) > 0 &&
        isReducible(combine(first, second), bottom),
    );
    const top = combine(a, b);
    const reference = formatRational(toRational(top, denominator));
    const expression = `${formatFraction(a, denominator)}${sign}${formatFraction(b, denominator)}`;
    return {
      parameters: [a, sign, b, denominator],
      problem: `Compute $${expression}$. Give the answer in lowest terms.`,
      solution:
        `${sign === '+' ? `Add: $${sum(a, b)}$.` : `Subtract: $${difference(a, b)}$.`} ` +
        `Reduce: $${reduceFraction(top, denominator)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

const decimalSum: Family = {
  name: 'decimal-sum',
  subject,
  level: 1,
  form: 'decimal',
  make: (random) => {
    const sign = random.pick(['+', '-']);
    const combine = (a: number, b: number): number => (sign === '+' ? a + b : a - b);
    const [a, b] = drawWhere(
      () => [between(random, [1, 99]), between(random, [1, 99])] as const,
      ([first, second]) => [first, second, combine(first, second)].every((tenths) => tenths > 0 && tenths % 10 !== 0),
    );
    const reference = formatTenths(combine(a, b));
    const expression = `${formatTenths(a)}${sign}${formatTenths(b)}`;
    return {
      parameters: [a, sign, b],
      problem: random.pick([
        `What is the value of $${expression}$? Give the answer as a decimal.`,
        `Compute $${expression}$. Give the answer as a decimal.`,
      ]),
      solution: `In tenths: $${sign === '+' ? sum(a, b) : difference(a, b)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

export const level1: readonly Family[] = [orderOfOperations, likeFractions, decimalSum];
