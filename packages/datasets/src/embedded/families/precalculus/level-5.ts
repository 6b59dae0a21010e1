import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readMatrix, readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatFraction, formatMatrix, formatRadical, formatRational } from '../../latex.ts';
import { add, isEqual, multiply, subtract, toRational } from '../../rational.ts';
import { difference, power, product, quotient, reduceFraction, simplifyRoot, splitSquare, sum } from '../../steps.ts';
import { formatColumn } from './columns.ts';

const subject = 'Precalculus';
const level = 5;

const inverseMatrix: Family = {
  name: 'inverse-matrix',
  subject,
  level,
  form: 'matrix',
  make: (random) => {
    const determinant = random.pick([1, -1]);
    const [a, b, c, d] = drawWhere(
      () => {
        const [p, q, r] = [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)];
        return [p, q, r, (determinant + q * r) / p] as const;
      },
      ([, , , corner]) => Number.isInteger(corner) && corner !== 0 && Math.abs(corner) <= 12,
    );
    const matrix = [
      [a, b],
      [c, d],
    ];
    const adjugate = [
      [d, -b],
      [-c, a],
    ];
    const reference = formatMatrix(adjugate.map((row) => row.map((entry) => entry * determinant)));
    return {
      parameters: [a, b, c, d],
      problem: `Find the inverse of the matrix $${formatMatrix(matrix)}$.`,
      solution:
        `Determinant: $${product(a, d)}$, $${product(b, c)}$, $${difference(a * d, b * c)}$. ` +
        `Swap and change signs: $${formatMatrix(adjugate)}$. Divide by $${determinant}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // The matrix times its inverse is the identity.
      isRight: (answer) => {
        const read = readMatrix(answer);
        if (read?.length !== 2 || read[0]?.length !== 2) return false;
        const [[e, f] = [], [g, h] = []] = read;
        if (e === undefined || f === undefined || g === undefined || h === undefined) return false;
        const rows = matrix.map(([p = 0, q = 0]) => [
          add(multiply(toRational(p), e), multiply(toRational(q), g)),
          add(multiply(toRational(p), f), multiply(toRational(q), h)),
        ]);
        return rows.every((row, i) => row.every((entry, j) => isEqual(entry, i === j ? 1 : 0)));
      },
    };
  },
};

const lawOfCosines: Family = {
  name: 'law-of-cosines',
  subject,
  level,
  form: 'radical',
  make: (random) => {
    const [a, b, bottom, sign] = drawWhere(
      () =>
        [between(random, [2, 15]), between(random, [2, 15]), between(random, [2, 10]), random.pick([1, -1])] as const,
      ([one, other, divisor]) => (2 * one * other) % divisor === 0 && one * one + other * other <= 260,
    );
    const [squares, part] = [a * a + b * b, (2 * a * b) / bottom];
    const square = squares - sign * part;
    const reference = formatRadical(splitSquare(square));
    return {
      parameters: [a, b, bottom, sign],
      problem:
        `Two sides of a triangle have lengths $${a}$ and $${b}$. The cosine of the angle between them is ` +
        `$${formatFraction(sign, bottom)}$. Find the length of the third side.`,
      solution:
        `Squares: $${power(a, 2)}$, $${power(b, 2)}$. Add: $${sum(a * a, b * b)}$. ` +
        `Multiply: $${product(a, b)}$. Double: $${sum(a * b, a * b)}$. Divide: $${quotient(2 * a * b, bottom)}$. ` +
        `${sign > 0 ? `Subtract: $${difference(squares, part)}$` : `Add: $${sum(squares, part)}$`}. ` +
        `Root: $${simplifyRoot(square)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The corners in the plane, with the angle at the origin.
      isRight: (answer) => {
        const angle = Math.acos(sign / bottom);
        return isClose(evaluateLatex(answer), Math.hypot(a - b * Math.cos(angle), b * Math.sin(angle)));
      },
    };
  },
};

const projectionFactor: Family = {
  name: 'projection-factor',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const [c, d] = [nonZero(random, 6), nonZero(random, 6)];
    const [a, b] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9)] as const,
      ([first, second]) => first * c + second * d !== 0,
    );
    const [top, bottom] = [a * c + b * d, c * c + d * d];
    const reference = formatRational(toRational(top, bottom));
    return {
      parameters: [a, b, c, d],
      problem:
        `The projection of $${formatColumn([a, b])}$ onto $${formatColumn([c, d])}$ is $k${formatColumn([c, d])}$. ` +
        'Find $k$.',
      solution:
        `Dot product: $${product(a, c)}$, $${product(b, d)}$, $${sum(a * c, b * d)}$. ` +
        `Squares: $${power(c, 2)}$, $${power(d, 2)}$. Add: $${sum(c * c, d * d)}$. ` +
        `Divide: $${reduceFraction(top, bottom)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // What the projection leaves of the first vector is at right angles to the second.
      isRight: (answer) => {
        const k = readNumber(answer);
        if (k === undefined) return false;
        const rest = [
          subtract(toRational(a), multiply(k, toRational(c))),
          subtract(toRational(b), multiply(k, toRational(d))),
        ];
        return isEqual(add(...rest.map((entry, i) => multiply(entry, toRational(i === 0 ? c : d)))), 0);
      },
    };
  },
};

const dotProductOfSum: Family = {
  name: 'dot-product-of-sum',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const drawVector = (): readonly [number, number] => [nonZero(random, 6), nonZero(random, 6)];
    const [u, v] = [drawVector(), drawVector()];
    const w = drawWhere(drawVector, (drawn) => drawn.every((entry, i) => entry + (v[i] ?? 0) !== 0));
    const [first, second] = [v[0] + w[0], v[1] + w[1]];
    const reference = String(u[0] * first + u[1] * second);
    const [one, two, three] = [u, v, w].map((vector) => `$${formatColumn(vector)}$`);
    return {
      parameters: [...u, ...v, ...w],
      problem: `Let $u$, $v$ and $w$ be the vectors ${one}, ${two} and ${three}. Compute $u\\cdot(v+w)$.`,
      solution:
        `Add the first entries: $${sum(v[0], w[0])}$. Add the second entries: $${sum(v[1], w[1])}$. ` +
        `Multiply the first entries: $${product(u[0], first)}$. Multiply the second entries: $${product(u[1], second)}$. ` +
        `Add: $${sum(u[0] * first, u[1] * second)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // By the distributive law.
      isRight: (answer) => {
        const dot = (vector: readonly [number, number]): number => u[0] * vector[0] + u[1] * vector[1];
        return evaluateLatex(answer) === dot(v) + dot(w);
      },
    };
  },
};

export const level5: readonly Family[] = [inverseMatrix, lawOfCosines, projectionFactor, dotProductOfSum];
