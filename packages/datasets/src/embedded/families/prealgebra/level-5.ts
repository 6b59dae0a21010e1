import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatFraction } from '../../latex.ts';
import { difference, power, product, quotient, sum } from '../../steps.ts';
import { drawNames } from './draw-names.ts';

const subject = 'Prealgebra';

const mixedOperations: Family = {
  name: 'mixed-operations',
  subject,
  level: 5,
  form: 'integer',
  make: (random) => {
    const [a, b] = [between(random, [2, 6]), between(random, [1, 6])];
    const [c, d, divisor, result] = drawWhere(
      () =>
        [between(random, [2, 9]), between(random, [2, 9]), between(random, [2, 9]), between(random, [2, 9])] as const,
      ([first, second]) => first * second < (a + b) ** 2,
    );
    const dividend = divisor * result;
    const square = (a + b) ** 2;
    const rest = square - c * d;
    const reference = String(rest + result);
    const expression = `(${a}+${b})^2-${c}\\cdot${d}+${dividend}/${divisor}`;
    return {
      parameters: [a, b, c, d, dividend, divisor],
      problem: random.pick([`What is the value of $${expression}$?`, `Compute $${expression}$.`]),
      solution:
        `Add: $${sum(a, b)}$. Square: $${power(a + b, 2)}$. Multiply: $${product(c, d)}$. ` +
        `Divide: $${quotient(dividend, divisor)}$. Subtract: $${difference(square, c * d)}$. ` +
        `Add: $${sum(rest, result)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

const combinedMean: Family = {
  name: 'combined-mean',
  subject,
  level: 5,
  form: 'integer',
  make: (random) => {
    const [first, mean, second, otherMean] = drawWhere(
      () =>
        [between(random, [2, 9]), between(random, [2, 20]), between(random, [2, 9]), between(random, [2, 20])] as const,
      ([n, p, m, q]) => p !== q && n + m <= 12 && (n * p + m * q) % (n + m) === 0,
    );
    const [total, otherTotal] = [first * mean, second * otherMean];
    const reference = String((total + otherTotal) / (first + second));
    return {
      parameters: [first, mean, second, otherMean],
      problem: random.pick([
        `The mean of $${first}$ numbers is $${mean}$. The mean of $${second}$ other numbers is $${otherMean}$. What is the mean of all these numbers?`,
        `A class has $${first}$ girls with the mean score $${mean}$ and $${second}$ boys with the mean score $${otherMean}$. What is the mean score of the class?`,
      ]),
      solution:
        `Multiply: $${product(first, mean)}$. Multiply: $${product(second, otherMean)}$. ` +
        `Add: $${sum(total, otherTotal)}$. Add: $${sum(first, second)}$. ` +
        `Divide: $${quotient(total + otherTotal, first + second)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The distances from the mean of all cancel out.
      isRight: (answer) => {
        const value = evaluateLatex(answer) ?? Number.NaN;
        return isClose(first * (value - mean), second * (otherMean - value));
      },
    };
  },
};

const whoHasMore: Family = {
  name: 'who-has-more',
  subject,
  level: 5,
  form: 'text',
  make: (random) => {
    const draw = (): readonly [hours: number, pay: number, spent: number] => [
      between(random, [3, 9]),
      between(random, [6, 12]),
      between(random, [2, 15]),
    ];
    const [[hours, pay, spent], [otherHours, otherPay, otherSpent]] = drawWhere(
      () => [draw(), draw()] as const,
      ([one, other]) => one[0] * one[1] - one[2] !== other[0] * other[1] - other[2],
    );
    const names = drawNames(random);
    const [total, otherTotal] = [hours * pay, otherHours * otherPay];
    const [left, otherLeft] = [total - spent, otherTotal - otherSpent];
    const more = names[left > otherLeft ? 0 : 1];
    const reference = `\\text{${more}}`;
    return {
      parameters: [hours, pay, spent, otherHours, otherPay, otherSpent],
      problem:
        `${names[0]} works $${hours}$ hours for $${pay}$ dollars an hour and spends $${spent}$ dollars. ` +
        `${names[1]} works $${otherHours}$ hours for $${otherPay}$ dollars an hour and spends $${otherSpent}$ dollars. ` +
        `Who has more money left, ${names[0]} or ${names[1]}?`,
      solution:
        `Multiply: $${product(hours, pay)}$. Subtract: $${difference(total, spent)}$. ` +
        `Multiply: $${product(otherHours, otherPay)}$. Subtract: $${difference(otherTotal, otherSpent)}$. ` +
        `Since $${left}${left > otherLeft ? '>' : '<'}${otherLeft}$, ${more} has more. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let lead = otherSpent - spent;
        for (let hour = 0; hour < hours; hour++) lead += pay;
        for (let hour = 0; hour < otherHours; hour++) lead -= otherPay;
        return answer === `\\text{${names[lead > 0 ? 0 : 1]}}`;
      },
    };
  },
};

const fractionProductAndSum: Family = {
  name: 'fraction-product-and-sum',
  subject,
  level: 5,
  form: 'fraction',
  isHeldOut: true,
  make: (random) => {
    // The product is in lowest terms, and so is the sum: its denominators have no common divisor.
    const [a, b, c, d, e, f] = drawWhere(
      () =>
        [
          between(random, [1, 4]),
          between(random, [2, 5]),
          between(random, [1, 4]),
          between(random, [2, 5]),
          between(random, [1, 6]),
          between(random, [2, 9]),
        ] as const,
      (drawn) =>
        [
          getGcd(drawn[0] * drawn[2], drawn[1] * drawn[3]),
          getGcd(drawn[1] * drawn[3], drawn[5]),
          getGcd(drawn[4], drawn[5]),
        ].every((gcd) => gcd === 1),
    );
    const [top, bottom] = [a * c, b * d];
    const [left, right] = [top * f, e * bottom];
    const reference = formatFraction(left + right, bottom * f);
    const expression = `${formatFraction(a, b)}\\cdot${formatFraction(c, d)}+${formatFraction(e, f)}`;
    return {
      parameters: [a, b, c, d, e, f],
      problem: `Compute $${expression}$. Give the answer in lowest terms.`,
      solution:
        `Multiply: $${product(a, c)}$. Multiply: $${product(b, d)}$. Denominator: $${product(bottom, f)}$. ` +
        `Multiply: $${product(top, f)}$. Multiply: $${product(e, bottom)}$. ` +
        `Add: $${sum(left, right)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A plain number: the expression itself has the same value.
      isRight: (answer) =>
        readNumber(answer) !== undefined && isClose(evaluateLatex(answer), evaluateLatex(expression) ?? Number.NaN),
    };
  },
};

export const level5: readonly Family[] = [mixedOperations, combinedMean, whoHasMore, fractionProductAndSum];
