import { between, drawWhere, nonZero } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatList, formatPolynomial, formatRational, formatSum, formatTuple, inParentheses } from '../latex.ts';
import { add, compare, divide, evaluate, isEqual, multiply, subtract, toRational } from '../rational.ts';

const subject = 'Intermediate Algebra';

const cubicValue: Family = {
  name: 'cubic-value',
  subject,
  level: 1,
  make: (random) => {
    const [a, b] = [nonZero(random, 5), between(random, [-9, 9])];
    const [c, d] = [between(random, [-9, 9]), nonZero(random, 20)];
    const at = drawWhere(
      () => between(random, [-5, 5]),
      (value) => Math.abs(value) > 1,
    );
    const value = ((a * at + b) * at + c) * at + d;
    const reference = String(value);
    const powers = [a * at ** 3, b * at ** 2, c * at, d];
    return {
      problem: `Let $f(x) = ${formatPolynomial([a, b, c, d])}$. What is $f(${at})$?`,
      solution:
        `Putting in $x = ${at}$, the terms are ` +
        `$${powers.filter((power) => power !== 0).join('$, $')}$, and their sum is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([result]) => result !== undefined && isEqual(result, sumOfPowers([d, c, b, a], at)),
    };
  },
};

/** A polynomial, its coefficients from the lowest power up, by repeated addition only. */
function sumOfPowers(coefficients: readonly number[], at: number): number {
  let sum = 0;
  let power = 1;
  for (const coefficient of coefficients) {
    for (let i = 0; i < Math.abs(coefficient); i++) sum += Math.sign(coefficient) * power;
    power *= at;
  }
  return sum;
}

const squaresOfRoots: Family = {
  name: 'squares-of-roots',
  subject,
  level: 2,
  make: (random) => {
    const [r, s] = drawWhere(
      () => [nonZero(random, 20), nonZero(random, 20)] as const,
      (roots) => roots[0] !== roots[1] && roots[0] !== -roots[1],
    );
    const [b, c] = [-(r + s), r * s];
    const reference = String(b * b - 2 * c);
    return {
      problem: `The equation $${formatPolynomial([1, b, c])} = 0$ has two roots. What is the sum of their squares?`,
      solution:
        `The roots have the sum $${-b}$ and the product $${c}$. The sum of their squares is ` +
        `$${inParentheses(-b)}^2 - 2 \\cdot ${inParentheses(c)} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let squares = 0;
        for (let x = -20; x <= 20; x++) if (x * x + b * x + c === 0) squares += x * x;
        return value !== undefined && isEqual(value, squares);
      },
    };
  },
};

const complexProduct: Family = {
  name: 'complex-product',
  subject,
  level: 3,
  make: (random) => {
    const [a, b, c, d] = [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)];
    const [real, imaginary] = [a * c - b * d, a * d + b * c];
    const reference = formatTuple([real, imaginary]);
    const [first, second] = [formatComplex(a, b), formatComplex(c, d)];
    return {
      problem: `Let $(${first})(${second}) = x + yi$ with real numbers $x$ and $y$. Find the ordered pair $(x, y)$.`,
      solution:
        `Since $i^2 = -1$, the real part is $${inParentheses(a)} \\cdot ${inParentheses(c)} - ${inParentheses(b)} \\cdot ${inParentheses(d)} = ${real}$ ` +
        `and the imaginary part is $${inParentheses(a)} \\cdot ${inParentheses(d)} + ${inParentheses(b)} \\cdot ${inParentheses(c)} = ${imaginary}$. ` +
        `The pair is $\\boxed{${reference}}$.`,
      reference,
      // Dividing by the second factor, as a product with its conjugate, gives the first back.
      isRight: ([x, y]) => {
        if (x === undefined || y === undefined) return false;
        const [re, im, size] = [toRational(c), toRational(d), toRational(c * c + d * d)];
        return (
          isEqual(divide(add(multiply(x, re), multiply(y, im)), size), a) &&
          isEqual(divide(subtract(multiply(y, re), multiply(x, im)), size), b)
        );
      },
    };
  },
};

function formatComplex(real: number, imaginary: number): string {
  return formatSum([
    { coefficient: real, symbol: '' },
    { coefficient: imaginary, symbol: 'i' },
  ]);
}

const partialFractions: Family = {
  name: 'partial-fractions',
  subject,
  level: 4,
  make: (random) => {
    const [p, q] = [nonZero(random, 9), between(random, [-15, 15])];
    const [r, s] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9)] as const,
      (poles) => poles[0] !== poles[1],
    );
    const [a, b] = [toRational(p * r + q, r - s), toRational(p * s + q, s - r)];
    const reference = formatTuple([a, b]);
    const [first, second] = [formatPolynomial([1, -r]), formatPolynomial([1, -s])];
    const top = formatPolynomial([p, q]);
    return {
      problem:
        `Find the ordered pair $(A, B)$ of numbers such that $\\frac{${top}}{(${first})(${second})} = \\frac{A}{${first}} + \\frac{B}{${second}}$ ` +
        'wherever both sides are defined.',
      solution:
        `Multiplying by both denominators gives $${top} = A(${second}) + B(${first})$. ` +
        `At $x = ${r}$ this gives $A = ${formatRational(a)}$, and at $x = ${s}$ it gives $B = ${formatRational(b)}$. ` +
        `The pair is $\\boxed{${reference}}$.`,
      reference,
      // Two sides of degree 1 that agree at two places away from the poles are the same.
      isRight: ([valueA, valueB]) =>
        valueA !== undefined &&
        valueB !== undefined &&
        [10, 11].every((x) =>
          isEqual(
            add(divide(valueA, toRational(x - r)), divide(valueB, toRational(x - s))),
            toRational(p * x + q, (x - r) * (x - s)),
          ),
        ),
    };
  },
};

const cubicRoots: Family = {
  name: 'cubic-roots',
  subject,
  level: 5,
  make: (random) => {
    // Made as (lead x - r)(x - s)(x - t).
    const [lead, r, s, t] = drawWhere(
      () => [between(random, [1, 3]), nonZero(random, 7), nonZero(random, 7), nonZero(random, 7)] as const,
      (drawn) => drawn[2] !== drawn[3] && drawn[1] !== drawn[0] * drawn[2] && drawn[1] !== drawn[0] * drawn[3],
    );
    const [b, c, d] = [-r - lead * (s + t), r * (s + t) + lead * s * t, -r * s * t];
    const roots = [toRational(r, lead), toRational(s), toRational(t)].sort(compare);
    const reference = formatList(roots);
    return {
      problem: `Find all real roots of $${formatPolynomial([lead, b, c, d])}$. Separate them by commas.`,
      solution:
        `Trying divisors of the last coefficient shows that $x = ${s}$ is a root, and dividing by $${formatPolynomial([1, -s])}$ leaves ` +
        `$${formatPolynomial([lead, -r - lead * t, r * t])} = (${formatPolynomial([lead, -r])})(${formatPolynomial([1, -t])})$. ` +
        `The roots are $\\boxed{${reference}}$.`,
      reference,
      isRight: (values) =>
        values.length === 3 &&
        new Set(values.map(formatRational)).size === 3 &&
        values.every((value) => isEqual(evaluate([lead, b, c, d], value), 0)),
    };
  },
};

export const intermediateAlgebra: readonly Family[] = [
  cubicValue,
  squaresOfRoots,
  complexProduct,
  partialFractions,
  cubicRoots,
];
