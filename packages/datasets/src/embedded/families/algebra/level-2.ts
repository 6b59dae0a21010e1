import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { isSolutionSet } from '../../answers/is-solution-set.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatPolynomial, formatRational } from '../../latex.ts';
import { toNumber, toRational } from '../../rational.ts';
import { difference, product, quotient, reduceFraction } from '../../steps.ts';
import { moveTerm } from '../../term-steps.ts';
import { isReducible } from '../prealgebra/is-reducible.ts';
import { isLineThrough } from './is-line-through.ts';
import { drawRelation } from './relation.ts';

const subject = 'Algebra';

const twoSidedEquation: Family = {
  name: 'two-sided-equation',
  subject,
  level: 2,
  form: 'integer',
  make: (random) => {
    const [c, more, x] = [between(random, [2, 9]), between(random, [2, 9]), between(random, [-6, 12])];
    const a = c + more;
    const [b, d] = drawWhere(
      () => {
        const summand = nonZero(random, 15);
        return [summand, summand + more * x] as const;
      },
      ([, other]) => other !== 0,
    );
    const [left, right] = [formatPolynomial([a, b]), formatPolynomial([c, d])];
    const reference = String(x);
    return {
      parameters: [a, b, c, d],
      problem: random.pick([`Solve for $x$: $${left}=${right}$.`, `For what value of $x$ is $${left}=${right}$?`]),
      solution:
        `Subtract: $${difference(a, c)}$. So $${formatPolynomial([more, b])}=${d}$. ` +
        `${moveTerm(d, b)} Divide by $${more}$: $${quotient(d - b, more)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const at = { x: evaluateLatex(answer) ?? Number.NaN };
        return isClose(evaluateLatex(left, at), evaluateLatex(right, at) ?? Number.NaN);
      },
    };
  },
};

const linearInequality: Family = {
  name: 'linear-inequality',
  subject,
  level: 2,
  form: 'interval',
  make: (random) => {
    const [a, b, bound] = [between(random, [2, 9]), nonZero(random, 12), between(random, [-6, 12])];
    const relation = drawRelation(random);
    const right = a * bound + b;
    const left = formatPolynomial([a, b]);
    const reference = relation.formatSolutions(bound);
    return {
      parameters: [a, b, relation.symbol, right],
      problem: `Solve $${left}${relation.symbol}${right}$. Give the answer in interval notation.`,
      solution:
        `${moveTerm(right, b)} Divide by $${a}$: $${quotient(right - b, a)}$. ` +
        `So $x${relation.symbol}${bound}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (at) => {
          const x = toNumber(at);
          return relation.holds(a * x + b, right);
        }),
    };
  },
};

const lineFromSlope: Family = {
  name: 'line-from-slope',
  subject,
  level: 2,
  form: 'equation',
  make: (random) => {
    const [slope, x, y] = drawWhere(
      () =>
        [random.pick([-1, 1]) * between(random, [2, 9]), between(random, [1, 6]), between(random, [-9, 20])] as const,
      ([m, first, second]) => second !== m * first,
    );
    const reference = `y=${formatPolynomial([slope, y - slope * x])}`;
    return {
      parameters: [slope, x, y],
      problem: random.pick([
        `A line has slope $${slope}$ and passes through $(${x},${y})$. Give its equation in the form $y=mx+b$.`,
        `What is the equation of the line with slope $${slope}$ through $(${x},${y})$? Give the answer in the form $y=mx+b$.`,
      ]),
      solution:
        `Multiply: $${product(slope, x)}$. Subtract: $${difference(y, slope * x)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // One step to the right goes up by the slope.
      isRight: (answer) =>
        isLineThrough(answer, [
          [x, y],
          [x + 1, y + slope],
          [x + 2, y + slope + slope],
        ]),
    };
  },
};

const slope: Family = {
  name: 'slope',
  subject,
  level: 2,
  form: 'fraction',
  make: (random) => {
    const [x, y] = [between(random, [-5, 9]), between(random, [-5, 9])];
    const [run, rise] = drawWhere(
      () => [between(random, [2, 15]), nonZero(random, 15)] as const,
      ([right, up]) => isReducible(up, right),
    );
    const [otherX, otherY] = [x + run, y + rise];
    const reference = formatRational(toRational(rise, run));
    return {
      parameters: [x, y, otherX, otherY],
      problem: `What is the slope of the line through $(${x},${y})$ and $(${otherX},${otherY})$? Give the answer in lowest terms.`,
      solution:
        `Rise: $${difference(otherY, y)}$. Run: $${difference(otherX, x)}$. ` +
        `Reduce: $${reduceFraction(rise, run)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // From the first point with this slope to the second.
      isRight: (answer) => isClose(y + (evaluateLatex(answer) ?? Number.NaN) * (otherX - x), otherY),
    };
  },
};

export const level2: readonly Family[] = [twoSidedEquation, linearInequality, lineFromSlope, slope];
