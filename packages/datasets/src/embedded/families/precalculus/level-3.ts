import { evaluateLatex } from '../../answers/evaluate-latex.ts';
import { readNumber, readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatPolynomial, formatTuple } from '../../latex.ts';
import { divide, isEqual, multiply, subtract, toRational } from '../../rational.ts';
import { difference, power, product, quotient } from '../../steps.ts';
import { addTerm } from '../../term-steps.ts';

const subject = 'Precalculus';
const level = 3;

const determinant: Family = {
  name: 'determinant',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b] = [nonZero(random, 9), nonZero(random, 9)];
    const [c, d] = [nonZero(random, 9), nonZero(random, 9)];
    const value = a * d - b * c;
    return {
      parameters: [a, b, c, d],
      problem: `Compute the determinant $\\begin{vmatrix}${a}&${b}\\\\${c}&${d}\\end{vmatrix}$.`,
      solution:
        `Multiply down: $${product(a, d)}$. Multiply up: $${product(c, b)}$. ` +
        `Subtract: $${difference(a * d, b * c)}$. The answer is $\\boxed{${value}}$.`,
      reference: String(value),
      // Elimination: the product of the two pivots.
      isRight: (answer) => {
        const read = readNumber(answer);
        const pivot = subtract(toRational(d), multiply(divide(toRational(c), toRational(a)), toRational(b)));
        return read !== undefined && isEqual(read, multiply(toRational(a), pivot));
      },
    };
  },
};

const parametricPoint: Family = {
  name: 'parametric-point',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [slope, start, shift] = [between(random, [2, 9]), nonZero(random, 12), nonZero(random, 12)];
    const time = between(random, [2, 9]);
    const [across, up] = [formatPolynomial([slope, start], 't'), formatPolynomial([1, 0, shift], 't')];
    const reference = formatTuple([slope * time + start, time ** 2 + shift]);
    return {
      parameters: [slope, start, shift, time],
      problem: `A point moves with $x=${across}$ and $y=${up}$. Where is it at $t=${time}$? Write an ordered pair.`,
      solution:
        `$x$: $${product(slope, time)}$ and $${addTerm(slope * time, start)}$. ` +
        `$y$: $${power(time, 2)}$ and $${addTerm(time ** 2, shift)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The formulas as they are written, read again.
      isRight: (answer) => {
        const [x, y, ...more] = readTuple(answer) ?? [];
        if (x === undefined || y === undefined || more.length > 0) return false;
        return (
          isEqual(x, evaluateLatex(across, { t: time }) ?? 0.5) && isEqual(y, evaluateLatex(up, { t: time }) ?? 0.5)
        );
      },
    };
  },
};

const perpendicularParameter: Family = {
  name: 'perpendicular-parameter',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b, c] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)] as const,
      ([one, other, divisor]) => (one * other) % divisor === 0,
    );
    const value = (-a * b) / c;
    return {
      parameters: [a, b, c],
      problem: `For which $k$ are the vectors ${asColumns([a, 'k'], [b, c])} perpendicular?`,
      solution:
        `Multiply the first entries: $${product(a, b)}$. Change the sign: $${-a * b}$. ` +
        `Divide: $${quotient(-a * b, c)}$. The answer is $\\boxed{${value}}$.`,
      reference: String(value),
      // Turned by a quarter, the one vector is a multiple of the other: their slopes are the same.
      isRight: (answer) => {
        const k = readNumber(answer);
        return k !== undefined && isEqual(divide(k, toRational(-a)), toRational(b, c));
      },
    };
  },
};

function asColumns(one: readonly (number | string)[], other: readonly (number | string)[]): string {
  return [one, other].map((entries) => `$\\begin{pmatrix}${entries.join('\\\\')}\\end{pmatrix}$`).join(' and ');
}

export const level3: readonly Family[] = [determinant, parametricPoint, perpendicularParameter];
