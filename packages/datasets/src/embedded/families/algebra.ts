import { between, drawWhere, nonZero } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatList, formatPolynomial, formatRational, formatSum, formatTuple } from '../latex.ts';
import { add, compare, evaluate, isEqual, multiply, type Rational, toRational } from '../rational.ts';

const subject = 'Algebra';

const linearEquation: Family = {
  name: 'linear-equation',
  subject,
  level: 1,
  make: (random) => {
    const a = between(random, [2, 12]);
    const b = nonZero(random, 20);
    const right = a * between(random, [-12, 12]) + b;
    const reference = String((right - b) / a);
    return {
      problem: `Solve for $x$: $${formatPolynomial([a, b])} = ${right}$.`,
      solution:
        `${b > 0 ? `Subtracting $${b}$ from` : `Adding $${-b}$ to`} both sides gives $${a}x = ${right - b}$. ` +
        `Dividing by $${a}$ gives $x = \\boxed{${reference}}$.`,
      reference,
      isRight: ([x]) => x !== undefined && isEqual(evaluate([a, b], x), right),
    };
  },
};

const twoSidedEquation: Family = {
  name: 'two-sided-equation',
  subject,
  level: 2,
  make: (random) => {
    const [b, d] = [nonZero(random, 20), nonZero(random, 20)];
    const [a, c] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9)] as const,
      ([left, right]) => left !== right,
    );
    const reference = formatRational(toRational(d - b, a - c));
    return {
      problem: `For what value of $x$ is $${formatPolynomial([a, b])} = ${formatPolynomial([c, d])}$?`,
      solution:
        `Collecting the terms with $x$ on the left and the numbers on the right gives ` +
        `$${formatPolynomial([a - c, 0])} = ${d - b}$, so $x = \\boxed{${reference}}$.`,
      reference,
      isRight: ([x]) => x !== undefined && isEqual(evaluate([a, b], x), evaluate([c, d], x)),
    };
  },
};

const linearSystem: Family = {
  name: 'linear-system',
  subject,
  level: 3,
  make: (random) => {
    const [a, b, c, d] = drawWhere(
      () => [nonZero(random, 7), nonZero(random, 7), nonZero(random, 7), nonZero(random, 7)] as const,
      (rows) => rows[0] * rows[3] !== rows[1] * rows[2],
    );
    const [drawnX, drawnY] = [between(random, [-9, 9]), between(random, [-9, 9])];
    const [p, q] = [a * drawnX + b * drawnY, c * drawnX + d * drawnY];
    const determinant = a * d - b * c;
    const [topX, topY] = [p * d - b * q, a * q - p * c];
    const reference = formatTuple([toRational(topX, determinant), toRational(topY, determinant)]);
    const [first, second] = [formatRow(a, b, p), formatRow(c, d, q)];
    return {
      problem: `Find the ordered pair $(x, y)$ that satisfies both $${first}$ and $${second}$.`,
      solution:
        `Multiplying the first equation by $${d}$, the second by $${b}$ and subtracting removes $y$ and leaves $${formatPolynomial([determinant, 0])} = ${topX}$. ` +
        `In the same way $x$ goes and $${formatPolynomial([determinant, 0], 'y')} = ${topY}$ is left. ` +
        `The pair is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([x, y]) =>
        x !== undefined && y !== undefined && isEqual(combine(a, x, b, y), p) && isEqual(combine(c, x, d, y), q),
    };
  },
};

function formatRow(a: number, b: number, sum: number): string {
  const left = formatSum([
    { coefficient: a, symbol: 'x' },
    { coefficient: b, symbol: 'y' },
  ]);
  return `${left} = ${sum}`;
}

function combine(a: number, x: Rational, b: number, y: Rational): Rational {
  return add(multiply(toRational(a), x), multiply(toRational(b), y));
}

const quadraticRoots: Family = {
  name: 'quadratic-roots',
  subject,
  level: 4,
  make: (random) => {
    // Made from (px - q)(rx - s), solved from the coefficients alone.
    const [p, q, r, s] = drawWhere(
      () => [between(random, [1, 4]), between(random, [-9, 9]), between(random, [1, 3]), nonZero(random, 9)] as const,
      (drawn) => drawn[0] * drawn[3] !== drawn[1] * drawn[2],
    );
    const [a, b, c] = [p * r, -(p * s + q * r), q * s];
    const discriminant = b * b - 4 * a * c;
    const root = Math.round(Math.sqrt(discriminant));
    const roots = [toRational(-b - root, 2 * a), toRational(-b + root, 2 * a)].sort(compare);
    const reference = formatList(roots);
    return {
      problem: `Find all values of $x$ for which $${formatPolynomial([a, b, c])} = 0$. Separate several values by commas.`,
      solution:
        `The discriminant is $(${b})^2 - 4 \\cdot ${a} \\cdot (${c}) = ${discriminant} = ${root}^2$, ` +
        `so $x = \\frac{${-b} \\pm ${root}}{${2 * a}}$ and the solutions are $\\boxed{${reference}}$.`,
      reference,
      isRight: ([x, y, ...rest]) =>
        x !== undefined &&
        y !== undefined &&
        rest.length === 0 &&
        !isEqual(x, y) &&
        [x, y].every((value) => isEqual(evaluate([a, b, c], value), 0)),
    };
  },
};

const quadraticMaximum: Family = {
  name: 'quadratic-maximum',
  subject,
  level: 5,
  make: (random) => {
    const a = between(random, [1, 6]);
    const [b, c] = [nonZero(random, 15), between(random, [-20, 20])];
    const highest = toRational(4 * a * c + b * b, 4 * a);
    const reference = formatRational(highest);
    return {
      problem: `What is the largest value that $${formatPolynomial([-a, b, c])}$ takes when $x$ is a real number?`,
      solution:
        `A parabola that opens downward is highest at its vertex, here at $x = ${formatRational(toRational(b, 2 * a))}$. ` +
        `Putting this in gives the largest value $\\boxed{${reference}}$.`,
      reference,
      // A horizontal line touches the parabola at its vertex and nowhere else: there the equation has one solution.
      isRight: ([value]) =>
        value !== undefined && isEqual(add(toRational(b * b + 4 * a * c), multiply(toRational(-4 * a), value)), 0),
    };
  },
};

export const algebra: readonly Family[] = [
  linearEquation,
  twoSidedEquation,
  linearSystem,
  quadraticRoots,
  quadraticMaximum,
];
