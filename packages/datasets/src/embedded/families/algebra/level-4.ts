import type { Random } from '@scalequest/core';
import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { isSolutionSet } from '../../answers/is-solution-set.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatInterval, formatPolynomial } from '../../latex.ts';
import { toNumber } from '../../rational.ts';
import { difference, product, quotient, squareRoot, sum } from '../../steps.ts';
import { moveTerm } from '../../term-steps.ts';
import { drawGreater, drawLess, type Relation } from './relation.ts';

const subject = 'Algebra';

/** A term `ax+b` and the values between which it lies while `x` lies between two others. */
function drawBounds(random: Random) {
  const [a, b] = [between(random, [2, 9]), nonZero(random, 9)];
  const from = between(random, [-5, 8]);
  const to = from + between(random, [1, 8]);
  return { a, b, from, to, low: a * from + b, high: a * to + b };
}

const compoundInequality: Family = {
  name: 'compound-inequality',
  subject,
  level: 4,
  form: 'interval',
  make: (random) => {
    const { a, b, from, to, low, high } = drawBounds(random);
    const [first, second] = [drawLess(random), drawLess(random)];
    const middle = formatPolynomial([a, b]);
    const reference = formatInterval({
      from: { at: from, isOpen: first.symbol === '<' },
      to: { at: to, isOpen: second.symbol === '<' },
    });
    return {
      parameters: [low, first.symbol, a, b, second.symbol, high],
      problem: `Solve $${low}${first.symbol}${middle}${second.symbol}${high}$. Give the answer in interval notation.`,
      solution:
        `${moveTerm(low, b)} Divide by $${a}$: $${quotient(low - b, a)}$. ` +
        `${moveTerm(high, b)} Divide by $${a}$: $${quotient(high - b, a)}$. ` +
        `So $${from}${beforeX(first)}x${second.symbol}${to}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (at) => {
          const x = toNumber(at);
          return first.holds(low, a * x + b) && second.holds(a * x + b, high);
        }),
    };
  },
};

/** A command and a letter need a space between them. */
function beforeX({ symbol }: Relation): string {
  return symbol.startsWith('\\') ? `${symbol} ` : symbol;
}

const tickets: Family = {
  name: 'tickets',
  subject,
  level: 4,
  form: 'integer',
  make: (random) => {
    const [child, more] = [between(random, [2, 9]), between(random, [2, 9])];
    const [adults, children] = [between(random, [2, 9]), between(random, [2, 9])];
    const [adult, count] = [child + more, adults + children];
    const total = adult * adults + child * children;
    const reference = String(adults);
    return {
      parameters: [adult, child, count, total],
      problem:
        `An adult ticket costs $${adult}$ dollars and a child ticket costs $${child}$ dollars. ` +
        `A group buys $${count}$ tickets for $${total}$ dollars. How many adult tickets are there?`,
      solution:
        `With child tickets only: $${product(child, count)}$. Subtract: $${difference(total, child * count)}$. ` +
        `Subtract: $${difference(adult, child)}$. Divide: $${quotient(total - child * count, more)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // All ways to divide the tickets.
      isRight: (answer) => {
        const ways = Array.from({ length: count + 1 }, (_, n) => n).filter(
          (n) => adult * n + child * (count - n) === total,
        );
        return ways.length === 1 && isClose(evaluateLatex(answer), ways[0] ?? Number.NaN);
      },
    };
  },
};

const productOfBinomials: Family = {
  name: 'product-of-binomials',
  subject,
  level: 4,
  form: 'expression',
  make: (random) => {
    const [a, b, c, d] = drawWhere(
      () => [between(random, [2, 6]), nonZero(random, 9), between(random, [2, 6]), nonZero(random, 9)] as const,
      ([first, second, third, fourth]) => Math.abs(first * fourth + second * third) > 1,
    );
    const reference = formatPolynomial([a * c, a * d + b * c, b * d]);
    const expression = `(${formatPolynomial([a, b])})(${formatPolynomial([c, d])})`;
    return {
      parameters: [a, b, c, d],
      problem: random.pick([
        `Expand $${expression}$. Give the answer as $ax^2+bx+c$.`,
        `Write $${expression}$ without parentheses, in the form $ax^2+bx+c$.`,
      ]),
      solution:
        `Multiply: $${product(a, c)}$. Multiply: $${product(a, d)}$. Multiply: $${product(b, c)}$. ` +
        `Multiply: $${product(b, d)}$. Add: $${sum(a * d, b * c)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        !answer.includes('(') &&
        [-3, -1, 0, 1, 4].every((x) =>
          isClose(evaluateLatex(answer, { x }), evaluateLatex(expression, { x }) ?? Number.NaN),
        ),
    };
  },
};

const squareInequality: Family = {
  name: 'square-inequality',
  subject,
  level: 4,
  form: 'interval',
  make: (random) => {
    const [a, center, root] = [between(random, [2, 9]), nonZero(random, 9), between(random, [2, 10])];
    const relation = drawGreater(random);
    const right = a * root * root;
    const isOpen = relation.symbol === '>';
    const [below, above] = [
      formatInterval({ from: {}, to: { at: center - root, isOpen } }),
      formatInterval({ from: { at: center + root, isOpen }, to: {} }),
    ];
    const reference = `${below}\\cup${above}`;
    return {
      parameters: [a, center, relation.symbol, right],
      problem: `Solve $${a}(${formatPolynomial([1, -center])})^2${relation.symbol}${right}$. Give the answer in interval notation.`,
      solution:
        `Divide by $${a}$: $${quotient(right, a)}$. Square root: $${squareRoot(root * root)}$. ` +
        `Subtract: $${difference(center, root)}$. Add: $${sum(center, root)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (at) => {
          const x = toNumber(at);
          return relation.holds(a * (x - center) * (x - center), right);
        }),
    };
  },
};

const twoInequalities: Family = {
  name: 'two-inequalities',
  subject,
  level: 4,
  form: 'interval',
  isHeldOut: true,
  make: (random) => {
    const { a, b, from, to, low, high } = drawBounds(random);
    const [first, second] = [drawGreater(random), drawLess(random)];
    const left = formatPolynomial([a, b]);
    const reference = formatInterval({
      from: { at: from, isOpen: first.symbol === '>' },
      to: { at: to, isOpen: second.symbol === '<' },
    });
    return {
      parameters: [a, b, first.symbol, low, second.symbol, high],
      problem:
        `Solve $${left}${first.symbol}${low}$ and $${left}${second.symbol}${high}$. ` +
        'Give the numbers that solve both in interval notation.',
      solution:
        `${moveTerm(low, b)} Divide by $${a}$: $${quotient(low - b, a)}$. So $x${first.symbol}${from}$. ` +
        `${moveTerm(high, b)} Divide by $${a}$: $${quotient(high - b, a)}$. So $x${second.symbol}${to}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (at) => {
          const x = toNumber(at);
          return first.holds(a * x + b, low) && second.holds(a * x + b, high);
        }),
    };
  },
};

export const level4: readonly Family[] = [
  compoundInequality,
  tickets,
  productOfBinomials,
  squareInequality,
  twoInequalities,
];
