import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { isSolutionSet } from '../../answers/is-solution-set.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatInterval, formatPolynomial, formatTuple } from '../../latex.ts';
import { add, compare, negate, type Rational, toRational } from '../../rational.ts';
import { difference, power, sum } from '../../steps.ts';
import { moveTerm } from '../../term-steps.ts';
import { formatComplex, readComplex } from './complex.ts';
import { isPower, powers } from './powers.ts';

const subject = 'Intermediate Algebra';
const level = 1;

const logarithmEquation: Family = {
  name: 'logarithm-equation',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [base, exponent] = random.pick(powers);
    const term = nonZero(random, 40);
    const left = formatPolynomial([1, term]);
    const value = base ** exponent;
    const reference = String(value - term);
    return {
      parameters: [base, exponent, term],
      problem: `${random.pick(['Solve', 'Find $x$:'])} $\\log_{${base}}(${left})=${exponent}$.`,
      solution:
        `Without the logarithm: $${left}=${base}^${exponent}$. $${power(base, exponent)}$. ${moveTerm(value, term)} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const x = readNumber(answer);
        return x !== undefined && isPower(add(x, toRational(term)), { base, exponent });
      },
    };
  },
};

const absoluteInequality: Family = {
  name: 'absolute-inequality',
  subject,
  level,
  form: 'interval',
  make: (random) => {
    const [middle, distance] = [nonZero(random, 20), between(random, [1, 20])];
    const isOpen = random.pick([true, false]);
    const reference = formatInterval({
      from: { at: middle - distance, isOpen },
      to: { at: middle + distance, isOpen },
    });
    const inequality = `|${formatPolynomial([1, -middle])}|${isOpen ? '<' : '\\le'}${distance}`;
    return {
      parameters: [middle, distance, isOpen ? '<' : '<='],
      problem: `Solve $${inequality}$. Write the answer as an interval.`,
      solution:
        `The distance of $x$ from $${middle}$ is ${isOpen ? 'less than' : 'at most'} $${distance}$. ` +
        `Left end: $${difference(middle, distance)}$. Right end: $${sum(middle, distance)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (x) => {
          const sign = compare(getSize(add(x, toRational(-middle))), toRational(distance));
          return isOpen ? sign < 0 : sign <= 0;
        }),
    };
  },
};

function getSize(value: Rational): Rational {
  return value.numerator < 0n ? negate(value) : value;
}

const complexSum: Family = {
  name: 'complex-sum',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const sign = random.pick([1, -1]);
    const [a, b, c, d] = drawWhere(
      () => [nonZero(random, 12), nonZero(random, 12), nonZero(random, 12), nonZero(random, 12)] as const,
      (drawn) => drawn[0] + sign * drawn[2] !== 0 && drawn[1] + sign * drawn[3] !== 0,
    );
    const expression = `(${formatComplex(a, b)})${sign === 1 ? '+' : '-'}(${formatComplex(c, d)})`;
    const step = sign === 1 ? sum : difference;
    const reference = formatComplex(a + sign * c, b + sign * d);
    return {
      // The order of a sum makes no other problem.
      parameters: sign === 1 ? [sign, ...[formatComplex(a, b), formatComplex(c, d)].sort()] : [sign, a, b, c, d],
      problem: random.pick([`Simplify $${expression}$.`, `Write $${expression}$ in the form $a+bi$.`]),
      solution: `Real part: $${step(a, c)}$. Imaginary part: $${step(b, d)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A sum of complex numbers is one for any other number in the place of i, too.
      isRight: (answer) =>
        readComplex(answer) !== undefined &&
        [3, -7].every((i) => isClose(evaluateLatex(answer, { i }), evaluateLatex(expression, { i }) ?? Number.NaN)),
    };
  },
};

const circleEquation: Family = {
  name: 'circle-equation',
  subject,
  level,
  form: 'equation',
  make: (random) => {
    const [h, k, radius] = [nonZero(random, 9), nonZero(random, 9), between(random, [2, 12])];
    const reference = `(${formatPolynomial([1, -h])})^2+(${formatPolynomial([1, -k], 'y')})^2=${radius ** 2}`;
    return {
      parameters: [h, k, radius],
      problem:
        `Find the equation of the circle with center $${formatTuple([h, k])}$ and radius $${radius}$. ` +
        'Write it in the form $(x-h)^2+(y-k)^2=n$.',
      solution: `Square the radius: $${power(radius, 2)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The points at the distance of the radius meet the equation, and nearer ones do not.
      isRight: (answer) =>
        [0.3, 1.1, 2.5, 4].every((angle) => {
          const at = (size: number): number | undefined =>
            compareSides(answer, { x: h + size * Math.cos(angle), y: k + size * Math.sin(angle) });
          const inside = at(radius / 2);
          return isClose(at(radius), 0) && inside !== undefined && !isClose(inside, 0);
        }),
    };
  },
};

/** The left side of an equation less the right one. */
function compareSides(equation: string, variables: Readonly<Record<string, number>>): number | undefined {
  const sides = equation.split('=').map((side) => evaluateLatex(side, variables));
  const [left, right] = sides;
  return sides.length === 2 && left !== undefined && right !== undefined ? left - right : undefined;
}

export const level1: readonly Family[] = [logarithmEquation, absoluteInequality, complexSum, circleEquation];
