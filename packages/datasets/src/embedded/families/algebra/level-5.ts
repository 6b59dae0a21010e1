import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatList, formatPolynomial, formatSum, formatTuple } from '../../latex.ts';
import { add, isEqual, multiply, toRational } from '../../rational.ts';
import { difference, power, product, quotient, squareRoot, sum } from '../../steps.ts';
import { moveTerm, tellAddedTerm } from '../../term-steps.ts';
import { isListOfRoots } from './is-list-of-roots.ts';

const subject = 'Algebra';

const completeTheSquare: Family = {
  name: 'complete-the-square',
  subject,
  level: 5,
  form: 'list',
  make: (random) => {
    const [center, root, c] = drawWhere(
      () => [nonZero(random, 9), between(random, [1, 12]), nonZero(random, 15)] as const,
      ([middle, size]) => Math.abs(middle) !== size,
    );
    const product = root * root - center * center;
    const right = product + c;
    const left = formatPolynomial([1, -2 * center, c]);
    const reference = formatList([center - root, center + root]);
    return {
      parameters: [center, c, right],
      problem: `Solve $${left}=${right}$. List the solutions from smallest to largest, separated by a comma.`,
      solution:
        `${moveTerm(right, c)} Divide by $2$: $${quotient(2 * center, 2)}$. Square: $${power(center, 2)}$. ` +
        `Add: $${sum(product, center * center)}$. Square root: $${squareRoot(root * root)}$. ` +
        `Subtract: $${difference(center, root)}$. Add: $${sum(center, root)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isListOfRoots(answer, (x) => x * x - 2 * center * x + c - right),
    };
  },
};

const substitution: Family = {
  name: 'substitution',
  subject,
  level: 5,
  form: 'tuple',
  make: (random) => {
    const [slope, intercept] = [between(random, [2, 4]), nonZero(random, 9)];
    const [a, b, x] = [between(random, [2, 6]), between(random, [2, 3]), between(random, [-4, 9])];
    const y = slope * x + intercept;
    const right = a * x + b * y;
    const line = formatPolynomial([slope, intercept]);
    const row = formatSum([
      { coefficient: a, symbol: 'x' },
      { coefficient: b, symbol: 'y' },
    ]);
    const factor = a + b * slope;
    const reference = formatTuple([x, y]);
    return {
      parameters: [slope, intercept, a, b, right],
      problem: random.pick([
        `Find the pair $(x,y)$ with $y=${line}$ and $${row}=${right}$.`,
        `Solve the system $y=${line}$ and $${row}=${right}$. Give the answer as $(x,y)$.`,
      ]),
      solution:
        `Multiply: $${product(b, slope)}$. Multiply: $${product(b, intercept)}$. Add: $${sum(a, b * slope)}$. ` +
        `So $${formatPolynomial([factor, b * intercept])}=${right}$. ${moveTerm(right, b * intercept)} ` +
        `Divide by $${factor}$: $${quotient(factor * x, factor)}$. Multiply: $${product(slope, x)}$. ` +
        `${tellAddedTerm(slope * x, intercept)} The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [first, second, ...others] = readTuple(answer) ?? [];
        if (first === undefined || second === undefined || others.length > 0) return false;
        const isOnLine = isEqual(add(multiply(toRational(slope), first), toRational(intercept)), second);
        return isOnLine && isEqual(add(multiply(toRational(a), first), multiply(toRational(b), second)), right);
      },
    };
  },
};

const smallestValue: Family = {
  name: 'smallest-value',
  subject,
  level: 5,
  form: 'integer',
  make: (random) => {
    const [a, center] = [between(random, [2, 6]), nonZero(random, 5)];
    const c = between(random, [1, 60]);
    const b = -2 * a * center;
    const expression = formatPolynomial([a, b, c]);
    const reference = String(c - a * center * center);
    return {
      parameters: [a, b, c],
      problem: random.pick([
        `What is the smallest value of $${expression}$ for real $x$?`,
        `Find the smallest value that $${expression}$ takes for real $x$.`,
      ]),
      solution:
        `Multiply: $${product(2, a)}$. The vertex: $${quotient(-b, 2 * a)}$. Square: $${power(center, 2)}$. ` +
        `Multiply: $${product(a, center * center)}$. Subtract: $${difference(c, a * center * center)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // The value is taken, and nothing beside it is smaller.
      isRight: (answer) => {
        const values = Array.from({ length: 401 }, (_, i) => evaluateLatex(expression, { x: (i - 200) / 20 }) ?? 0);
        return isClose(evaluateLatex(answer), Math.min(...values));
      },
    };
  },
};

export const level5: readonly Family[] = [completeTheSquare, substitution, smallestValue];
