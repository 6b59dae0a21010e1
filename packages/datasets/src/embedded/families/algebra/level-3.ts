import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatList, formatPolynomial } from '../../latex.ts';
import { difference, power, product, quotient, squareRoot, sum } from '../../steps.ts';
import { tellAddedTerm } from '../../term-steps.ts';
import { isLineThrough } from './is-line-through.ts';
import { isListOfRoots } from './is-list-of-roots.ts';

const subject = 'Algebra';

const sumAndDifference: Family = {
  name: 'sum-and-difference',
  subject,
  level: 3,
  form: 'integer',
  make: (random) => {
    const [larger, smaller] = drawWhere(
      () => [between(random, [2, 60]), between(random, [1, 60])] as const,
      ([one, other]) => one > other,
    );
    const [total, lead] = [larger + smaller, larger - smaller];
    const reference = String(smaller);
    return {
      parameters: [total, lead],
      problem: random.pick([
        `The sum of two numbers is $${total}$, and their difference is $${lead}$. What is the smaller number?`,
        `Two numbers have the sum $${total}$ and the difference $${lead}$. What is the smaller number?`,
      ]),
      solution:
        `Add: $${sum(total, lead)}$. Divide by $2$: $${quotient(total + lead, 2)}$. ` +
        `Subtract: $${difference(total, larger)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // With the number that completes the sum it has the difference.
      isRight: (answer) => {
        const value = evaluateLatex(answer) ?? Number.NaN;
        return isClose(total - value - value, lead);
      },
    };
  },
};

const arithmeticSequence: Family = {
  name: 'arithmetic-sequence',
  subject,
  level: 3,
  form: 'integer',
  make: (random) => {
    const [first, step, n] = [between(random, [1, 20]), between(random, [2, 9]), between(random, [8, 30])];
    const second = first + step;
    const reference = String(first + (n - 1) * step);
    return {
      parameters: [first, step, n],
      problem: random.pick([
        `An arithmetic sequence begins $${first},${second},${second + step}$. What is term number $${n}$?`,
        `What is term number $${n}$ of the arithmetic sequence $${first},${second},${second + step},\\ldots$?`,
      ]),
      solution:
        `Subtract: $${difference(second, first)}$. Subtract: $${difference(n, 1)}$. ` +
        `Multiply: $${product(n - 1, step)}$. Add: $${sum(first, (n - 1) * step)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let term = first;
        for (let i = 1; i < n; i++) term += step;
        return isClose(evaluateLatex(answer), term);
      },
    };
  },
};

const composition: Family = {
  name: 'composition',
  subject,
  level: 3,
  form: 'integer',
  make: (random) => {
    const [a, b, c, n] = drawWhere(
      () => [between(random, [2, 6]), nonZero(random, 9), nonZero(random, 9), between(random, [2, 6])] as const,
      ([, , shift, at]) => at * at + shift > 1,
    );
    const [outer, inner] = [formatPolynomial([a, b]), formatPolynomial([1, 0, c])];
    const middle = n * n + c;
    const reference = String(a * middle + b);
    return {
      parameters: [a, b, c, n],
      problem: random.pick([
        `If $f(x)=${outer}$ and $g(x)=${inner}$, what is $f(g(${n}))$?`,
        `Let $f(x)=${outer}$ and $g(x)=${inner}$. What is the value of $f(g(${n}))$?`,
      ]),
      solution:
        `Square: $${power(n, 2)}$. ${tellAddedTerm(n * n, c)} ` +
        `Multiply: $${product(a, middle)}$. ${tellAddedTerm(a * middle, b)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const value = evaluateLatex(inner, { x: n }) ?? Number.NaN;
        return isClose(evaluateLatex(answer), evaluateLatex(outer, { x: value }) ?? Number.NaN);
      },
    };
  },
};

const squareEquation: Family = {
  name: 'square-equation',
  subject,
  level: 3,
  form: 'list',
  make: (random) => {
    const [a, center, root] = [between(random, [2, 9]), nonZero(random, 12), between(random, [2, 10])];
    const right = a * root * root;
    const reference = formatList([center - root, center + root]);
    return {
      parameters: [a, center, right],
      problem: `Solve $${a}(${formatPolynomial([1, -center])})^2=${right}$. List the solutions from smallest to largest, separated by a comma.`,
      solution:
        `Divide by $${a}$: $${quotient(right, a)}$. Square root: $${squareRoot(root * root)}$. ` +
        `Subtract: $${difference(center, root)}$. Add: $${sum(center, root)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isListOfRoots(answer, (x) => a * (x - center) * (x - center) - right),
    };
  },
};

const parallelLine: Family = {
  name: 'parallel-line',
  subject,
  level: 3,
  form: 'equation',
  isHeldOut: true,
  splitsWith: 'algebra/2/line-from-slope',
  make: (random) => {
    const [slope, other, x, y] = drawWhere(
      () =>
        [
          random.pick([-1, 1]) * between(random, [2, 9]),
          nonZero(random, 9),
          between(random, [1, 6]),
          between(random, [-9, 20]),
        ] as const,
      ([m, b, first, second]) => second !== m * first && second !== m * first + b,
    );
    const reference = `y=${formatPolynomial([slope, y - slope * x])}`;
    return {
      parameters: [slope, other, x, y],
      splitBy: [slope, x, y],
      problem:
        `A line passes through $(${x},${y})$ and is parallel to the line $y=${formatPolynomial([slope, other])}$. ` +
        'Give its equation in the form $y=mx+b$.',
      solution:
        `Multiply: $${product(slope, x)}$. Subtract: $${difference(y, slope * x)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isLineThrough(answer, [
          [x, y],
          [x + 1, y + slope],
          [x + 2, y + slope + slope],
        ]),
    };
  },
};

export const level3: readonly Family[] = [
  sumAndDifference,
  arithmeticSequence,
  composition,
  squareEquation,
  parallelLine,
];
