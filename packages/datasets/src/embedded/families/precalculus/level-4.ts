import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatMatrix, formatRadical, formatRational } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { difference, power, product, quotient, reduceFraction, simplifyRoot, splitSquare, sum } from '../../steps.ts';
import { formatColumn, readColumn } from './columns.ts';

const subject = 'Precalculus';
const level = 4;

const tangentOfSum: Family = {
  name: 'tangent-of-sum',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const isSum = random.pick([true, false]);
    const [a, b] = drawWhere(
      () => [nonZero(random, 13), nonZero(random, 13)] as const,
      ([first, second]) => Math.abs(first) !== Math.abs(second),
    );
    const [top, bottom] = isSum ? [a + b, 1 - a * b] : [a - b, 1 + a * b];
    const reference = formatRational(toRational(top, bottom));
    const steps = isSum
      ? `Add: $${sum(a, b)}$. Multiply: $${product(a, b)}$. Subtract from $1$: $${difference(1, a * b)}$.`
      : `Subtract: $${difference(a, b)}$. Multiply: $${product(a, b)}$. Add to $1$: $${sum(1, a * b)}$.`;
    const fraction =
      bottom < 0 ? `\\frac{${top}}{${bottom}}=${reduceFraction(-top, -bottom)}` : reduceFraction(top, bottom);
    return {
      parameters: [a, b, isSum ? '+' : '-'],
      problem: `If $\\tan\\alpha=${a}$ and $\\tan\\beta=${b}$, what is $\\tan(\\alpha${isSum ? '+' : '-'}\\beta)$?`,
      solution: `${steps} Divide: $${fraction}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isClose(evaluateLatex(answer), Math.tan(Math.atan(a) + (isSum ? 1 : -1) * Math.atan(b))),
    };
  },
};

const relations = ['parallel', 'perpendicular', 'neither'] as const;

const vectorRelation: Family = {
  name: 'vector-relation',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const relation = random.pick(relations);
    const [a, b] = drawWhere(
      () => [nonZero(random, 6), nonZero(random, 6)] as const,
      ([first, second]) => Math.abs(first) !== Math.abs(second),
    );
    const factor = random.pick([-3, -2, -1, 2, 3]);
    const [c, d] = {
      parallel: () => [factor * a, factor * b] as const,
      perpendicular: () => [-factor * b, factor * a] as const,
      neither: () =>
        drawWhere(
          () => [nonZero(random, 12), nonZero(random, 12)] as const,
          ([x, y]) => a * x + b * y !== 0 && a * y - b * x !== 0,
        ),
    }[relation]();
    const tell = (value: number): string => (value === 0 ? 'zero' : 'not zero');
    return {
      parameters: [a, b, c, d],
      problem:
        `Are the vectors $${formatColumn([a, b])}$ and $${formatColumn([c, d])}$ parallel, perpendicular or neither? ` +
        'Answer with one of these words.',
      solution:
        `Dot product: $${product(a, c)}$, $${product(b, d)}$, $${sum(a * c, b * d)}$, ${tell(a * c + b * d)}. ` +
        `Determinant: $${product(a, d)}$, $${product(b, c)}$, $${difference(a * d, b * c)}$, ${tell(a * d - b * c)}. ` +
        `The answer is $\\boxed{\\text{${relation}}}$.`,
      reference: `\\text{${relation}}`,
      // The angle between them, in quarter turns: even ones are parallel, odd ones perpendicular.
      isRight: (answer) => {
        const turns = Math.abs(Math.atan2(b, a) - Math.atan2(d, c)) / (Math.PI / 2);
        const isWhole = isClose(turns, Math.round(turns));
        return answer === `\\text{${isWhole ? relations[Math.round(turns) % 2] : 'neither'}}`;
      },
    };
  },
};

const vectorLength: Family = {
  name: 'vector-length',
  subject,
  level,
  form: 'radical',
  make: (random) => {
    const wantsFactor = between(random, [1, 4]) > 1;
    const draw = (): readonly [number, number, number] => [nonZero(random, 8), nonZero(random, 8), nonZero(random, 8)];
    const [a, b, c] = drawWhere(draw, ([x, y, z]) => splitSquare(x * x + y * y + z * z).factor > 1 === wantsFactor);
    const square = a * a + b * b + c * c;
    const reference = formatRadical(splitSquare(square));
    return {
      parameters: [a, b, c],
      problem: `Find the length of the vector $${formatColumn([a, b, c])}$.`,
      solution:
        `Squares: $${power(a, 2)}$, $${power(b, 2)}$, $${power(c, 2)}$. Add: $${sum(a * a, b * b, c * c)}$. ` +
        `Root: $${simplifyRoot(square)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isClose(evaluateLatex(answer), Math.hypot(a, b, c)),
    };
  },
};

const matrixTimesVector: Family = {
  name: 'matrix-times-vector',
  subject,
  level,
  form: 'matrix',
  isHeldOut: true,
  make: (random) => {
    const [a, b, c, d] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)] as const,
      ([p, q, r, s]) => p * s !== q * r,
    );
    const [x, y] = [nonZero(random, 9), nonZero(random, 9)];
    const reference = formatColumn([a * x + b * y, c * x + d * y]);
    const matrix = formatMatrix([
      [a, b],
      [c, d],
    ]);
    return {
      parameters: [a, b, c, d, x, y],
      problem: `Compute $${matrix}${formatColumn([x, y])}$.`,
      solution:
        `First row: $${product(a, x)}$, $${product(b, y)}$, $${sum(a * x, b * y)}$. ` +
        `Second row: $${product(c, x)}$, $${product(d, y)}$, $${sum(c * x, d * y)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // Cramer's rule leads from the answer back to the vector.
      isRight: (answer) => {
        const [p, q, ...more] = readColumn(answer) ?? [];
        if (p === undefined || q === undefined || more.length > 0) return false;
        const whole = a * d - b * c;
        return p * d - b * q === x * whole && a * q - p * c === y * whole;
      },
    };
  },
};

const determinantEquation: Family = {
  name: 'determinant-equation',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [x, a] = [
      nonZero(random, 9),
      drawWhere(
        () => nonZero(random, 9),
        (drawn) => drawn !== 1,
      ),
    ];
    const [b, c] = [nonZero(random, 9), nonZero(random, 9)];
    const value = a * x - b * c;
    return {
      parameters: [x, a, b, c],
      problem: `Find $x$ if $\\begin{vmatrix}x&${b}\\\\${c}&${a}\\end{vmatrix}=${value}$.`,
      solution:
        `Multiply up: $${product(c, b)}$. Add: $${sum(value, b * c)}$. Divide: $${quotient(a * x, a)}$. ` +
        `The answer is $\\boxed{${x}}$.`,
      reference: String(x),
      // The area with its sign between the origin and the two rows, by the shoelace formula.
      isRight: (answer) => {
        const first = evaluateLatex(answer);
        if (first === undefined) return false;
        const corners = [
          [0, 0],
          [first, b],
          [first + c, b + a],
          [c, a],
          [0, 0],
        ] as const;
        const crosses = corners.slice(1).map(([p, q], i) => (corners[i]?.[0] ?? 0) * q - (corners[i]?.[1] ?? 0) * p);
        return isClose(crosses.reduce((area, cross) => area + cross, 0) / 2, value);
      },
    };
  },
};

export const level4: readonly Family[] = [
  tangentOfSum,
  vectorRelation,
  vectorLength,
  determinantEquation,
  matrixTimesVector,
];
