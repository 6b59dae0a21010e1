import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatFraction, formatRational } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { divideByTen, product, quotient, reduceFraction, sum } from '../../steps.ts';
import { drawNames } from './draw-names.ts';
import { isReducible } from './is-reducible.ts';
import { formatTenths } from './tenths.ts';

const subject = 'Prealgebra';

const meanOfThree: Family = {
  name: 'mean-of-three',
  subject,
  level: 2,
  form: 'integer',
  make: (random) => {
    const [a, b, c] = drawWhere(
      () => [between(random, [1, 30]), between(random, [1, 30]), between(random, [1, 30])] as const,
      ([first, second, third]) => (first + second + third) % 3 === 0,
    );
    const total = a + b + c;
    const reference = String(total / 3);
    return {
      parameters: [a, b, c],
      problem: random.pick([
        `What is the mean of $${a}$, $${b}$ and $${c}$?`,
        `Find the mean of the three numbers $${a}$, $${b}$ and $${c}$.`,
      ]),
      solution:
        `Add: $${sum(a, b, c)}$. Divide by $3$: $${quotient(total, 3)}$. ` + `The answer is $\\boxed{${reference}}$.`,
      reference,
      // Around the mean the distances cancel out.
      isRight: (answer) => {
        const value = evaluateLatex(answer) ?? Number.NaN;
        return isClose(a - value + (b - value) + (c - value), 0);
      },
    };
  },
};

const unitPrice: Family = {
  name: 'unit-price',
  subject,
  level: 2,
  form: 'integer',
  make: (random) => {
    const [known, asked] = drawWhere(
      () => [between(random, [2, 12]), between(random, [2, 12])] as const,
      ([first, second]) => first !== second,
    );
    const price = between(random, [2, 20]);
    const total = known * price;
    const item = random.pick(['books', 'tickets', 'lamps', 'shirts']);
    const reference = String(asked * price);
    return {
      parameters: [known, total, asked],
      problem: random.pick([
        `If $${known}$ ${item} cost $${total}$ dollars, how many dollars do $${asked}$ ${item} cost?`,
        `The price of $${known}$ ${item} is $${total}$ dollars. How many dollars do $${asked}$ ${item} cost?`,
      ]),
      solution:
        `Divide: $${quotient(total, known)}$. Multiply: $${product(price, asked)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // The prices are in proportion to the numbers.
      isRight: (answer) => isClose((evaluateLatex(answer) ?? Number.NaN) * known, asked * total),
    };
  },
};

const fractionProduct: Family = {
  name: 'fraction-product',
  subject,
  level: 2,
  form: 'fraction',
  make: (random) => {
    const drawFraction = (): readonly [number, number] =>
      drawWhere(
        () => [between(random, [1, 15]), between(random, [2, 12])] as const,
        ([top, bottom]) => getGcd(top, bottom) === 1,
      );
    const [[a, b], [c, d]] = drawWhere(
      () => [drawFraction(), drawFraction()] as const,
      ([first, second]) => isReducible(first[0] * second[0], first[1] * second[1]),
    );
    const reference = formatRational(toRational(a * c, b * d));
    const expression = `${formatFraction(a, b)}\\cdot${formatFraction(c, d)}`;
    return {
      parameters: [a, b, c, d],
      problem: `Compute $${expression}$. Give the answer in lowest terms.`,
      solution:
        `Multiply: $${product(a, c)}$. Multiply: $${product(b, d)}$. ` +
        `Reduce: $${reduceFraction(a * c, b * d)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

const compareFractions: Family = {
  name: 'compare-fractions',
  subject,
  level: 2,
  form: 'text',
  make: (random) => {
    const [a, b, c, d] = drawWhere(
      () =>
        [
          between(random, [1, 11]),
          between(random, [3, 12]),
          between(random, [1, 11]),
          between(random, [3, 12]),
        ] as const,
      ([top, bottom, otherTop, otherBottom]) =>
        top < bottom &&
        otherTop < otherBottom &&
        getGcd(top, bottom) === 1 &&
        getGcd(otherTop, otherBottom) === 1 &&
        bottom !== otherBottom,
    );
    const names = drawNames(random);
    const isFirst = a * d > c * b;
    const more = names[isFirst ? 0 : 1];
    const reference = `\\text{${more}}`;
    return {
      parameters: [a, b, c, d],
      problem:
        `${names[0]} read $${formatFraction(a, b)}$ of a book, and ${names[1]} read $${formatFraction(c, d)}$ of the same book. ` +
        `Who read more, ${names[0]} or ${names[1]}?`,
      solution:
        `Multiply: $${product(a, d)}$. Multiply: $${product(c, b)}$. ` +
        `Since $${a * d}${isFirst ? '>' : '<'}${c * b}$, ${more} read more. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => answer === `\\text{${a / b > c / d ? names[0] : names[1]}}`,
    };
  },
};

const percentOfNumber: Family = {
  name: 'percent-of-number',
  subject,
  level: 2,
  form: 'decimal',
  make: (random) => {
    const [amount, tenths] = drawWhere(
      () => [between(random, [11, 150]), between(random, [1, 9])] as const,
      ([whole, part]) => whole * part <= 999,
    );
    const reference = formatTenths(amount * tenths);
    return {
      parameters: [amount, tenths],
      problem:
        `A tank holds $${amount}$ liters of water. Then $${10 * tenths}\\%$ of the water is used. ` +
        'How many liters are used? Give the answer as a decimal or an integer.',
      solution:
        `Divide: $${divideByTen(10 * tenths)}$. Multiply: $${product(amount, tenths)}$. ` +
        `Divide: $${divideByTen(amount * tenths)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // So much of every hundred liters.
      isRight: (answer) => isClose((evaluateLatex(answer) ?? Number.NaN) / amount, (10 * tenths) / 100),
    };
  },
};

export const level2: readonly Family[] = [meanOfThree, unitPrice, fractionProduct, compareFractions, percentOfNumber];
