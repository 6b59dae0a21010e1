import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatFraction } from '../../latex.ts';
import { difference, divideByTen, product, sum } from '../../steps.ts';
import { formatTenths } from './tenths.ts';

const subject = 'Prealgebra';

const unlikeFractions: Family = {
  name: 'unlike-fractions',
  subject,
  level: 3,
  form: 'fraction',
  make: (random) => {
    const sign = random.pick(['+', '-']);
    // Denominators without a common divisor: the result is always in lowest terms.
    const [a, b, c, d] = drawWhere(
      () =>
        [
          between(random, [1, 11]),
          between(random, [2, 12]),
          between(random, [1, 11]),
          between(random, [2, 12]),
        ] as const,
      ([top, bottom, otherTop, otherBottom]) =>
        [getGcd(bottom, otherBottom), getGcd(top, bottom), getGcd(otherTop, otherBottom)].every((gcd) => gcd === 1) &&
        top < bottom &&
        otherTop < otherBottom &&
        (sign === '+' || top * otherBottom > otherTop * bottom),
    );
    const [left, right] = [a * d, c * b];
    const reference = formatFraction(sign === '+' ? left + right : left - right, b * d);
    const expression = `${formatFraction(a, b)}${sign}${formatFraction(c, d)}`;
    return {
      parameters: [a, b, sign, c, d],
      problem: `Compute $${expression}$. Give the answer in lowest terms.`,
      solution:
        `Denominator: $${product(b, d)}$. Multiply: $${product(a, d)}$. Multiply: $${product(c, b)}$. ` +
        `${sign === '+' ? `Add: $${sum(left, right)}$.` : `Subtract: $${difference(left, right)}$.`} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

const percentLeft: Family = {
  name: 'percent-left',
  subject,
  level: 3,
  form: 'decimal',
  make: (random) => {
    const [amount, tenths] = drawWhere(
      () => [between(random, [11, 150]), between(random, [1, 9])] as const,
      ([whole, part]) => whole * part <= 999,
    );
    const percent = 100 - 10 * tenths;
    const reference = formatTenths(amount * tenths);
    return {
      parameters: [amount, percent],
      problem:
        `A tank holds $${amount}$ liters of ${random.pick(['water', 'oil', 'milk'])}. Then $${percent}\\%$ of it is used. ` +
        'How many liters are left? Give the answer as a decimal or an integer.',
      solution:
        `Subtract: $${difference(100, percent)}$. Divide: $${divideByTen(10 * tenths)}$. ` +
        `Multiply: $${product(amount, tenths)}$. Divide: $${divideByTen(amount * tenths)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // What is left and what is used make up the whole.
      isRight: (answer) => isClose((evaluateLatex(answer) ?? Number.NaN) + (amount * percent) / 100, amount),
    };
  },
};

const discount: Family = {
  name: 'discount',
  subject,
  level: 3,
  form: 'decimal',
  isHeldOut: true,
  splitsWith: 'prealgebra/3/percent-left',
  make: (random) => {
    const [price, tenths] = drawWhere(
      () => [between(random, [11, 150]), between(random, [1, 9])] as const,
      ([whole, part]) => whole * part <= 999,
    );
    const percent = 100 - 10 * tenths;
    const item = random.pick(['lamp', 'book', 'shirt']);
    const reference = formatTenths(price * tenths);
    return {
      parameters: [price, percent],
      problem:
        `A ${item} costs $${price}$ dollars. Then the price falls by $${percent}\\%$. ` +
        `How many dollars does the ${item} cost now? Give the answer as a decimal or an integer.`,
      solution:
        `Subtract: $${difference(100, percent)}$. Divide: $${divideByTen(10 * tenths)}$. ` +
        `Multiply: $${product(price, tenths)}$. Divide: $${divideByTen(price * tenths)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // Every dollar of the old price loses so many cents.
      isRight: (answer) => {
        let cents = 0;
        for (let dollar = 0; dollar < price; dollar++) cents += 100 - percent;
        return isClose((evaluateLatex(answer) ?? Number.NaN) * 100, cents);
      },
    };
  },
};

const missingFromMean: Family = {
  name: 'missing-from-mean',
  subject,
  level: 3,
  form: 'integer',
  make: (random) => {
    const [known, mean] = drawWhere(
      () => [Array.from({ length: 3 }, () => between(random, [1, 20])), between(random, [4, 20])] as const,
      ([numbers, middle]) => {
        const missing = 4 * middle - numbers.reduce((total, value) => total + value, 0);
        return missing >= 1 && missing <= 30;
      },
    );
    const [a = 0, b = 0, c = 0] = known;
    const reference = String(4 * mean - (a + b + c));
    return {
      parameters: [...known, mean],
      problem: random.pick([
        `The mean of four numbers is $${mean}$. Three of the numbers are $${a}$, $${b}$ and $${c}$. What is the fourth number?`,
        `Four numbers have the mean $${mean}$. Three of them are $${a}$, $${b}$ and $${c}$. What is the fourth number?`,
      ]),
      solution:
        `Multiply: $${product(4, mean)}$. Add: $${sum(a, b, c)}$. ` +
        `Subtract: $${difference(4 * mean, a + b + c)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // Around the mean the distances cancel out.
      isRight: (answer) => {
        const distances = [a, b, c, evaluateLatex(answer) ?? Number.NaN].map((value) => value - mean);
        return isClose(
          distances.reduce((total, distance) => total + distance, 0),
          0,
        );
      },
    };
  },
};

const rowsOfChairs: Family = {
  name: 'rows-of-chairs',
  subject,
  level: 3,
  form: 'integer',
  make: (random) => {
    const [rows, chairs, people] = [between(random, [4, 12]), between(random, [4, 12]), between(random, [2, 7])];
    const tables = drawWhere(
      () => between(random, [2, 9]),
      (value) => value * people < rows * chairs,
    );
    const taken = tables * people;
    const reference = String(rows * chairs - taken);
    return {
      parameters: [rows, chairs, tables, people],
      problem:
        `A hall has $${rows}$ rows of $${chairs}$ chairs. Then $${tables}$ groups of $${people}$ people come, and each person takes a chair. ` +
        'How many chairs are free?',
      solution:
        `Multiply: $${product(rows, chairs)}$. Multiply: $${product(tables, people)}$. ` +
        `Subtract: $${difference(rows * chairs, taken)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let free = 0;
        for (let row = 0; row < rows; row++) free += chairs;
        for (let group = 0; group < tables; group++) free -= people;
        return isClose(evaluateLatex(answer), free);
      },
    };
  },
};

export const level3: readonly Family[] = [unlikeFractions, percentLeft, discount, missingFromMean, rowsOfChairs];
