import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { getGcd } from '../../get-gcd.ts';
import { formatTuple } from '../../latex.ts';
import { add, isEqual, multiply, toRational } from '../../rational.ts';
import { difference, product, quotient, sum } from '../../steps.ts';
import { drawNames } from './draw-names.ts';
import { formatTenths } from './tenths.ts';

const subject = 'Prealgebra';

const ratioShares: Family = {
  name: 'ratio-shares',
  subject,
  level: 4,
  form: 'tuple',
  make: (random) => {
    const parts = drawWhere(
      () => [between(random, [1, 9]), between(random, [1, 9]), between(random, [1, 9])] as const,
      ([first, second, third]) => getGcd(getGcd(first, second), third) === 1 && first + second + third <= 14,
    );
    const [a, b, c] = parts;
    const all = a + b + c;
    const one = between(random, [2, 12]);
    const reference = formatTuple([a * one, b * one, c * one]);
    const goods = random.pick(['marbles', 'coins', 'cards', 'stamps']);
    return {
      parameters: [all * one, ...parts],
      problem:
        `Three friends share $${all * one}$ ${goods} in the ratio $${a}:${b}:${c}$. ` +
        'Give the three shares in this order as $(x,y,z)$.',
      solution:
        `Add: $${sum(a, b, c)}$. Divide: $${quotient(all * one, all)}$. ` +
        `Multiply: $${product(a, one)}$. Multiply: $${product(b, one)}$. Multiply: $${product(c, one)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [x, y, z, ...others] = readTuple(answer) ?? [];
        if (x === undefined || y === undefined || z === undefined || others.length > 0) return false;
        const isInRatio =
          isEqual(multiply(x, toRational(b)), multiply(y, toRational(a))) &&
          isEqual(multiply(y, toRational(c)), multiply(z, toRational(b)));
        return isInRatio && isEqual(add(x, y, z), all * one);
      },
    };
  },
};

const weights: Family = {
  name: 'weights',
  subject,
  level: 4,
  form: 'decimal',
  make: (random) => {
    const [cart, box, can, boxes, cans] = drawWhere(
      () =>
        [
          between(random, [21, 69]),
          between(random, [11, 29]),
          between(random, [2, 9]),
          between(random, [2, 6]),
          between(random, [2, 6]),
        ] as const,
      ([empty, large, small, first, second]) =>
        empty % 10 !== 0 && large % 10 !== 0 && (empty + large * first + small * second) % 10 !== 0,
    );
    const [first, second] = [boxes * box, cans * can];
    const reference = formatTenths(cart + first + second);
    return {
      parameters: [cart, boxes, box, cans, can],
      problem:
        `A cart weighs $${formatTenths(cart)}$ kilograms. It carries $${boxes}$ boxes of $${formatTenths(box)}$ kilograms ` +
        `and $${cans}$ cans of $${formatTenths(can)}$ kilograms. What is the total weight in kilograms? Give the answer as a decimal.`,
      solution:
        `In tenths: $${product(boxes, box)}$. Multiply: $${product(cans, can)}$. ` +
        `Add: $${sum(cart, first, second)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let grams = cart * 100;
        for (let i = 0; i < boxes; i++) grams += box * 100;
        for (let i = 0; i < cans; i++) grams += can * 100;
        return isClose((evaluateLatex(answer) ?? Number.NaN) * 1000, grams);
      },
    };
  },
};

const change: Family = {
  name: 'change',
  subject,
  level: 4,
  form: 'integer',
  make: (random) => {
    const [pens, books] = [between(random, [2, 12]), between(random, [2, 9])];
    const [pen, book] = [between(random, [2, 5]), between(random, [5, 12])];
    const spent = pens * pen + books * book;
    const paid = drawWhere(
      () => random.pick([100, 150, 200]),
      (dollars) => dollars > spent,
    );
    const [name] = drawNames(random);
    const reference = String(paid - spent);
    return {
      parameters: [pens, pen, books, book, paid],
      problem:
        `${name} buys $${pens}$ pens for $${pen}$ dollars each and $${books}$ books for $${book}$ dollars each, and pays with $${paid}$ dollars. ` +
        `How many dollars does ${name} get back?`,
      solution:
        `Multiply: $${product(pens, pen)}$. Multiply: $${product(books, book)}$. ` +
        `Add: $${sum(pens * pen, books * book)}$. Subtract: $${difference(paid, spent)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let left = paid;
        for (let i = 0; i < pens; i++) left -= pen;
        for (let i = 0; i < books; i++) left -= book;
        return isClose(evaluateLatex(answer), left);
      },
    };
  },
};

export const level4: readonly Family[] = [ratioShares, weights, change];
