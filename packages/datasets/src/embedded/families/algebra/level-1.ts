import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatPolynomial, formatSum } from '../../latex.ts';
import { product, quotient, sum } from '../../steps.ts';
import { moveTerm, tellAddedTerm } from '../../term-steps.ts';

const subject = 'Algebra';

const linearEquation: Family = {
  name: 'linear-equation',
  subject,
  level: 1,
  form: 'integer',
  make: (random) => {
    const [a, b, x] = [between(random, [2, 12]), nonZero(random, 15), between(random, [-6, 12])];
    const right = a * x + b;
    const left = formatPolynomial([a, b]);
    const reference = String(x);
    return {
      parameters: [a, b, right],
      problem: random.pick([`Solve for $x$: $${left}=${right}$.`, `For what value of $x$ is $${left}=${right}$?`]),
      solution:
        `${moveTerm(right, b)} Divide by $${a}$: $${quotient(right - b, a)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isClose(evaluateLatex(left, { x: evaluateLatex(answer) ?? Number.NaN }), right),
    };
  },
};

const valueOfExpression: Family = {
  name: 'value-of-expression',
  subject,
  level: 1,
  form: 'integer',
  make: (random) => {
    const [a, b] = [between(random, [2, 12]), nonZero(random, 20)];
    const x = drawWhere(
      () => between(random, [-9, 12]),
      (value) => value !== 0,
    );
    const expression = formatPolynomial([a, b]);
    const reference = String(a * x + b);
    return {
      parameters: [a, b, x],
      problem: random.pick([
        `What is the value of $${expression}$ when $x=${x}$?`,
        `If $x=${x}$, what is the value of $${expression}$?`,
      ]),
      solution:
        `Multiply: $${product(a, x)}$. ` + `${tellAddedTerm(a * x, b)} ` + `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isClose(evaluateLatex(answer), evaluateLatex(expression, { x }) ?? Number.NaN),
    };
  },
};

const likeTerms: Family = {
  name: 'like-terms',
  subject,
  level: 1,
  form: 'expression',
  make: (random) => {
    const [a, c] = [between(random, [2, 12]), between(random, [2, 12])];
    const [b, d] = drawWhere(
      () => [nonZero(random, 12), nonZero(random, 12)] as const,
      ([first, second]) => first + second !== 0,
    );
    const expression = formatSum([
      { coefficient: a, symbol: 'x' },
      { coefficient: b, symbol: '' },
      { coefficient: c, symbol: 'x' },
      { coefficient: d, symbol: '' },
    ]);
    const reference = formatPolynomial([a + c, b + d]);
    return {
      parameters: [a, b, c, d],
      problem: random.pick([
        `Simplify $${expression}$. Give the answer as $ax+b$.`,
        `Write $${expression}$ as simply as possible, in the form $ax+b$.`,
      ]),
      solution: `Add: $${sum(a, c)}$. Add: $${sum(b, d)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        /^-?\d*x[+-]\d+$/.test(answer) &&
        [-2, 0, 1, 5].every((x) =>
          isClose(evaluateLatex(answer, { x }), evaluateLatex(expression, { x }) ?? Number.NaN),
        ),
    };
  },
};

export const level1: readonly Family[] = [linearEquation, valueOfExpression, likeTerms];
