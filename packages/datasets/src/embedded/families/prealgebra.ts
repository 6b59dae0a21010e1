import { between, drawWhere, nonZero } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatFraction, formatHundredths, formatRational, formatTuple } from '../latex.ts';
import { add, divide, isEqual, multiply, subtract, toRational } from '../rational.ts';

const subject = 'Prealgebra';

const orderOfOperations: Family = {
  name: 'order-of-operations',
  subject,
  level: 1,
  make: (random) => {
    const first = nonZero(random, 20);
    const [b, c] = [between(random, [2, 12]), between(random, [2, 12])];
    const last = between(random, [1, 60]);
    const reference = String(first + b * c - last);
    return {
      problem: `What is the value of $${first} + ${b} \\cdot ${c} - ${last}$?`,
      solution:
        `Multiplication comes before addition and subtraction, and $${b} \\cdot ${c} = ${b * c}$. ` +
        `So the value is $${first} + ${b * c} - ${last} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) =>
        value !== undefined && isEqual(divide(add(value, toRational(last - first)), toRational(b)), c),
    };
  },
};

const fractionSum: Family = {
  name: 'fraction-sum',
  subject,
  level: 2,
  make: (random) => {
    const [b, d] = [between(random, [2, 12]), between(random, [2, 12])];
    const [a, c] = [between(random, [1, 2 * b]), between(random, [1, d - 1])];
    const sign = random.pick([1, -1]);
    const common = b * d;
    const top = a * d + sign * c * b;
    const operator = sign > 0 ? '+' : '-';
    const reference = formatRational(toRational(top, common));
    return {
      problem:
        `Compute $${formatFraction(a, b)} ${operator} ${formatFraction(c, d)}$. ` +
        'Write your answer as an integer or as a fraction in lowest terms.',
      solution:
        `Over the common denominator $${common}$ this is ` +
        `$${formatFraction(a * d, common)} ${operator} ${formatFraction(c * b, common)} = ${formatFraction(top, common)}$, ` +
        `which in lowest terms is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => value !== undefined && isEqual(subtract(value, toRational(sign * c, d)), toRational(a, b)),
    };
  },
};

const discount: Family = {
  name: 'discount',
  subject,
  level: 3,
  make: (random) => {
    const item = random.pick(['coat', 'lamp', 'bicycle', 'tent', 'chair', 'radio', 'suitcase', 'kettle']);
    const price = between(random, [12, 240]);
    const percent = 5 * between(random, [1, 12]);
    const reference = formatHundredths(price * (100 - percent));
    return {
      problem: `A ${item} costs $${price}$ dollars. The shop lowers the price by $${percent}\\%$. How many dollars does the ${item} cost now?`,
      solution:
        `The new price is $100\\% - ${percent}\\% = ${100 - percent}\\%$ of the old one, ` +
        `so the ${item} now costs $${price} \\cdot ${formatHundredths(100 - percent)} = \\boxed{${reference}}$ dollars.`,
      reference,
      isRight: ([value]) => {
        let cents = 0;
        for (let dollar = 0; dollar < price; dollar++) cents += 100 - percent;
        return value !== undefined && isEqual(multiply(value, toRational(100)), cents);
      },
    };
  },
};

const missingFromMean: Family = {
  name: 'missing-from-mean',
  subject,
  level: 4,
  make: (random) => {
    const known = Array.from({ length: 4 }, () => between(random, [-15, 40]));
    const mean = between(random, [-5, 30]);
    const sum = known.reduce((total, value) => total + value, 0);
    const reference = String(5 * mean - sum);
    return {
      problem: `The mean of five numbers is $${mean}$. Four of the numbers are $${known.join('$, $')}$. What is the fifth number?`,
      solution:
        `The five numbers add up to $5 \\cdot ${mean < 0 ? `(${mean})` : mean} = ${5 * mean}$, and the four known ones add up to $${sum}$. ` +
        `The fifth is the difference, $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) =>
        value !== undefined && isEqual(divide(add(value, ...known.map((k) => toRational(k))), toRational(5)), mean),
    };
  },
};

const ratioShares: Family = {
  name: 'ratio-shares',
  subject,
  level: 5,
  make: (random) => {
    const total = between(random, [15, 120]);
    const goods = random.pick(['litres of juice', 'kilograms of flour', 'metres of rope', 'hectares of land']);
    const parts = drawWhere(
      () => [between(random, [1, 7]), between(random, [1, 7]), between(random, [1, 7])] as const,
      ([a, b, c]) => new Set([a, b, c]).size > 1,
    );
    const [a, b, c] = parts;
    const sum = a + b + c;
    const reference = formatTuple(parts.map((part) => toRational(total * part, sum)));
    return {
      problem:
        `Three neighbours share $${total}$ ${goods} in the ratio $${a} : ${b} : ${c}$. ` +
        'Give the three shares, in this order, as an ordered triple $(x, y, z)$ of integers or fractions in lowest terms.',
      solution:
        `There are $${a} + ${b} + ${c} = ${sum}$ equal parts, so one part is $${formatRational(toRational(total, sum))}$. ` +
        `Taking $${a}$, $${b}$ and $${c}$ of them gives the shares $\\boxed{${reference}}$.`,
      reference,
      isRight: ([x, y, z]) =>
        x !== undefined &&
        y !== undefined &&
        z !== undefined &&
        isEqual(add(x, y, z), total) &&
        isEqual(multiply(x, toRational(b)), multiply(y, toRational(a))) &&
        isEqual(multiply(y, toRational(c)), multiply(z, toRational(b))),
    };
  },
};

export const prealgebra: readonly Family[] = [orderOfOperations, fractionSum, discount, missingFromMean, ratioShares];
