import { between, drawWhere, nonZero } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatFraction, formatRational, formatTuple, inParentheses } from '../latex.ts';
import { add, divide, isEqual, multiply, type Rational, subtract, toRational } from '../rational.ts';
import { pythagoreanTriples } from './pythagorean-triples.ts';

const subject = 'Precalculus';

type Vector = readonly [number, number, number];

const dotProduct: Family = {
  name: 'dot-product',
  subject,
  level: 1,
  make: (random) => {
    const draw = (): Vector => [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)];
    const [u, v] = [draw(), draw()];
    const products = u.map((entry, i) => entry * (v[i] ?? 0));
    const reference = String(products.reduce((sum, product) => sum + product, 0));
    return {
      problem: `Compute the dot product of the vectors $${formatColumn(u)}$ and $${formatColumn(v)}$.`,
      solution: `Multiplying entry by entry and adding gives $${products.map(inParentheses).join(' + ')} = \\boxed{${reference}}$.`,
      reference,
      // Polarization: |u + v|^2 = |u|^2 + 2 u.v + |v|^2.
      isRight: ([value]) => {
        const square = (vector: readonly number[]): number => vector.reduce((sum, entry) => sum + entry ** 2, 0);
        const sum = u.map((entry, i) => entry + (v[i] ?? 0));
        return value !== undefined && isEqual(multiply(value, toRational(2)), square(sum) - square(u) - square(v));
      },
    };
  },
};

function formatColumn(vector: Vector): string {
  return `\\begin{pmatrix} ${vector.join(' \\\\ ')} \\end{pmatrix}`;
}

const geometricSeries: Family = {
  name: 'geometric-series',
  subject,
  level: 2,
  make: (random) => {
    const first = nonZero(random, 20);
    const bottom = between(random, [2, 9]);
    const top = drawWhere(
      () => nonZero(random, bottom - 1),
      (drawn) => isEqual(toRational(drawn, bottom), { numerator: BigInt(drawn), denominator: BigInt(bottom) }),
    );
    const reference = formatRational(toRational(first * bottom, bottom - top));
    return {
      problem:
        `An infinite geometric series has the first term $${first}$ and the common ratio $${formatFraction(top, bottom)}$. What is its sum? ` +
        'Write your answer as an integer or as a fraction in lowest terms.',
      solution:
        `The sum is the first term divided by $1 - r$. Here $1 - r = ${formatFraction(bottom - top, bottom)}$, ` +
        `so the sum is $\\boxed{${reference}}$.`,
      reference,
      // What is left of the series after its first term is the whole series times the ratio.
      isRight: ([sum]) =>
        sum !== undefined && isEqual(subtract(sum, toRational(first)), multiply(sum, toRational(top, bottom))),
    };
  },
};

interface Quadrant {
  readonly interval: string;
  /** Signs. */
  readonly sine: 1 | -1;
  readonly cosine: 1 | -1;
}

const quadrants: readonly [Quadrant, ...Quadrant[]] = [
  { interval: '0 < \\theta < \\frac{\\pi}{2}', sine: 1, cosine: 1 },
  { interval: '\\frac{\\pi}{2} < \\theta < \\pi', sine: 1, cosine: -1 },
  { interval: '\\pi < \\theta < \\frac{3\\pi}{2}', sine: -1, cosine: -1 },
  { interval: '\\frac{3\\pi}{2} < \\theta < 2\\pi', sine: -1, cosine: 1 },
];

const trigonometricValue: Family = {
  name: 'trigonometric-value',
  subject,
  level: 3,
  make: (random) => {
    const [leg, otherLeg, hypotenuse] = random.pick(pythagoreanTriples);
    const [opposite, adjacent] = random.pick([
      [leg, otherLeg],
      [otherLeg, leg],
    ]);
    const { interval, sine, cosine } = random.pick(quadrants);
    const isTangentAsked = random.pick([true, false]);
    const given = toRational(sine * opposite, hypotenuse);
    const asked = isTangentAsked
      ? toRational(sine * opposite, cosine * adjacent)
      : toRational(cosine * adjacent, hypotenuse);
    const reference = formatRational(asked);
    return {
      problem: `Given that $\\sin \\theta = ${formatRational(given)}$ and $${interval}$, what is $${isTangentAsked ? '\\tan' : '\\cos'} \\theta$?`,
      solution:
        `From $\\cos^2 \\theta = 1 - \\sin^2 \\theta$ and the ${cosine > 0 ? 'positive' : 'negative'} sign of the cosine in this interval, ` +
        `$\\cos \\theta = ${formatRational(toRational(cosine * adjacent, hypotenuse))}$. ` +
        `So $${isTangentAsked ? '\\tan \\theta = \\frac{\\sin \\theta}{\\cos \\theta}' : '\\cos \\theta'} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        if (value === undefined || value.numerator === 0n) return false;
        const cosineValue = isTangentAsked ? divide(given, value) : value;
        const sumOfSquares = add(multiply(given, given), multiply(cosineValue, cosineValue));
        return isEqual(sumOfSquares, 1) && cosineValue.numerator > 0n === cosine > 0;
      },
    };
  },
};

const determinant: Family = {
  name: 'determinant',
  subject,
  level: 4,
  make: (random) => {
    const row = (): Vector => [between(random, [-6, 6]), between(random, [-6, 6]), between(random, [-6, 6])];
    const [top, middle, bottom] = [row(), row(), row()];
    const cofactors = cross(middle, bottom);
    const reference = String(dot(top, cofactors));
    return {
      problem: `Compute the determinant $\\begin{vmatrix} ${[top, middle, bottom].map((r) => r.join(' & ')).join(' \\\\ ')} \\end{vmatrix}$.`,
      solution:
        `Expanding along the first row, the cofactors are $${cofactors.join('$, $')}$, and the determinant is ` +
        `$${top.map((entry, i) => `${inParentheses(entry)} \\cdot ${inParentheses(cofactors[i] ?? 0)}`).join(' + ')} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => value !== undefined && isEqual(value, eliminate([top, middle, bottom])),
    };
  },
};

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

/** The determinant by Gaussian elimination. */
function eliminate(matrix: readonly (readonly number[])[]): Rational {
  let rows = matrix.map((row) => row.map((entry) => toRational(entry)));
  let value = toRational(1);
  while (rows.length > 0) {
    const pivotAt = rows.findIndex((row) => row[0] !== undefined && !isEqual(row[0], 0));
    const [pivot, ...pivotRest] = rows[pivotAt] ?? [];
    if (pivot === undefined) return toRational(0);
    // Lifting a row over the ones above it changes the sign once for each.
    value = multiply(value, pivot, toRational(pivotAt % 2 === 0 ? 1 : -1));
    rows = rows
      .filter((_, i) => i !== pivotAt)
      .map(([head = toRational(0), ...rest]) =>
        rest.map((entry, i) => subtract(entry, multiply(divide(head, pivot), pivotRest[i] ?? toRational(0)))),
      );
  }
  return value;
}

const projection: Family = {
  name: 'projection',
  subject,
  level: 5,
  make: (random) => {
    const [a, b] = [between(random, [-9, 9]), nonZero(random, 9)];
    const [p, q] = [nonZero(random, 6), nonZero(random, 6)];
    const [product, square] = [a * p + b * q, p * p + q * q];
    const reference = formatTuple([toRational(product * p, square), toRational(product * q, square)]);
    return {
      problem:
        `Let $\\mathbf{v} = (${a}, ${b})$ and $\\mathbf{w} = (${p}, ${q})$. Find the projection of $\\mathbf{v}$ onto $\\mathbf{w}$ ` +
        'as an ordered pair of integers or fractions in lowest terms.',
      solution:
        `The dot products are $\\mathbf{v} \\cdot \\mathbf{w} = ${product}$ and $\\mathbf{w} \\cdot \\mathbf{w} = ${square}$. ` +
        `The projection is $${formatFraction(product, square)} \\mathbf{w} = \\boxed{${reference}}$.`,
      reference,
      // It is a multiple of w, and what it leaves of v is at right angles to w.
      isRight: ([x, y]) =>
        x !== undefined &&
        y !== undefined &&
        isEqual(multiply(x, toRational(q)), multiply(y, toRational(p))) &&
        isEqual(
          add(multiply(subtract(toRational(a), x), toRational(p)), multiply(subtract(toRational(b), y), toRational(q))),
          0,
        ),
    };
  },
};

export const precalculus: readonly Family[] = [
  dotProduct,
  geometricSeries,
  trigonometricValue,
  determinant,
  projection,
];
