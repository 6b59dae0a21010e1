import { isClose } from '../../answers/evaluate-latex.ts';
import { isSolutionSet } from '../../answers/is-solution-set.ts';
import { readNumber, readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatInterval, formatPolynomial, formatSum, formatTuple } from '../../latex.ts';
import { add, compare, isEqual, toNumber, toRational } from '../../rational.ts';
import { difference, product, reduceFraction, sum } from '../../steps.ts';

const subject = 'Intermediate Algebra';
const level = 2;

const arithmeticTerm: Family = {
  name: 'arithmetic-term',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [first, step, count] = [nonZero(random, 20), nonZero(random, 12), between(random, [5, 13])];
    const reference = String(first + (count - 1) * step);
    return {
      parameters: [first, step, count],
      problem: `An arithmetic sequence has first term $${first}$ and common difference $${step}$. What is term number $${count}$?`,
      solution:
        `Number of steps: $${difference(count, 1)}$. $${product(count - 1, step)}$. ` +
        `Add to the first term: $${sum(first, (count - 1) * step)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let term = first;
        for (let i = 1; i < count; i++) term += step;
        const value = readNumber(answer);
        return value !== undefined && isEqual(value, term);
      },
    };
  },
};

const sumAndProductOfRoots: Family = {
  name: 'sum-and-product-of-roots',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [a, b, c] = drawWhere(
      () => [between(random, [2, 9]), nonZero(random, 12), nonZero(random, 12)] as const,
      (drawn) => drawn[1] ** 2 !== 4 * drawn[0] * drawn[2],
    );
    const reference = formatTuple([toRational(-b, a), toRational(c, a)]);
    return {
      parameters: [a, b, c],
      problem: `Let $r$ and $s$ be the two roots of $${formatPolynomial([a, b, c])}=0$. Find the ordered pair $(r+s,rs)$.`,
      solution:
        `The sum is $-\\frac{b}{a}=${reduceFraction(-b, a)}$. The product is $\\frac{c}{a}=${reduceFraction(c, a)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const values = readTuple(answer)?.map(toNumber);
        const { total, inProduct } = combineRoots(a, b, c);
        return values?.length === 2 && isClose(values[0], total) && isClose(values[1], inProduct);
      },
    };
  },
};

/** The sum and the product of the roots, real or not, by the quadratic formula. */
function combineRoots(a: number, b: number, c: number): { readonly total: number; readonly inProduct: number } {
  const [middle, square] = [-b / (2 * a), (b * b - 4 * a * c) / (4 * a * a)];
  const [real, imaginary] = square >= 0 ? [Math.sqrt(square), 0] : [0, Math.sqrt(-square)];
  const total = middle + real + (middle - real);
  return { total, inProduct: (middle + real) * (middle - real) + imaginary ** 2 };
}

const absoluteOutside: Family = {
  name: 'absolute-inequality-outside',
  subject,
  level,
  form: 'interval',
  make: (random) => {
    const [middle, distance] = [nonZero(random, 20), between(random, [1, 20])];
    const isOpen = random.pick([true, false]);
    const left = formatInterval({ from: {}, to: { at: middle - distance, isOpen } });
    const right = formatInterval({ from: { at: middle + distance, isOpen }, to: {} });
    const reference = `${left}\\cup${right}`;
    const inequality = `|${formatPolynomial([1, -middle])}|${isOpen ? '>' : '\\ge'}${distance}`;
    return {
      parameters: [middle, distance, isOpen ? '>' : '>='],
      problem: `Solve $${inequality}$. Write the answer as a union of intervals.`,
      solution:
        `The distance of $x$ from $${middle}$ is ${isOpen ? 'more than' : 'at least'} $${distance}$. ` +
        `Left end: $${difference(middle, distance)}$. Right end: $${sum(middle, distance)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (x) => {
          const [above, below] = [middle + distance, middle - distance].map((end) =>
            compare(add(x, toRational(-end)), toRational(0)),
          );
          return isOpen ? (above ?? 0) > 0 || (below ?? 0) < 0 : (above ?? -1) >= 0 || (below ?? 1) <= 0;
        }),
    };
  },
};

const conicKind: Family = {
  name: 'kind-of-conic',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const kind = random.pick(['circle', 'ellipse', 'parabola', 'hyperbola'] as const);
    const [a, b] = drawSquares(kind, () => between(random, [2, 12]), random.pick([1, -1]));
    const [d, e, f] = drawWhere(
      () => [nonZero(random, 12), nonZero(random, 12), -between(random, [1, 30])] as const,
      // Else a hyperbola may be a pair of lines.
      (rest) => a * b === 0 || 4 * a * b * rest[2] !== b * rest[0] ** 2 + a * rest[1] ** 2,
    );
    const reference = `\\text{${kind}}`;
    const equation = formatSum([
      { coefficient: a, symbol: 'x^2' },
      { coefficient: b, symbol: 'y^2' },
      { coefficient: d, symbol: 'x' },
      { coefficient: e, symbol: 'y' },
      { coefficient: f, symbol: '' },
    ]);
    return {
      parameters: [a, b, d, e, f],
      splitBy: [a, b],
      problem: `Is the graph of $${equation}=0$ a circle, an ellipse, a parabola or a hyperbola?`,
      solution:
        `The coefficients of $x^2$ and $y^2$ are $${a}$ and $${b}$. ${reasons[kind]} ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => answer === `\\text{${classify(a, b)}}`,
    };
  },
};

type Conic = 'circle' | 'ellipse' | 'parabola' | 'hyperbola';

const reasons: Readonly<Record<Conic, string>> = {
  circle: 'They are equal.',
  ellipse: 'They are different and have the same sign.',
  parabola: 'One of them is $0$.',
  hyperbola: 'They have different signs.',
};

/** The coefficients of the squares, the first above 0 unless it is 0. */
function drawSquares(kind: Conic, draw: () => number, side: number): readonly [number, number] {
  const first = draw();
  if (kind === 'circle') return [first, first];
  if (kind === 'parabola') return side === 1 ? [first, 0] : [0, first];
  const second = drawWhere(draw, (value) => value !== first);
  return [first, kind === 'ellipse' ? second : -second];
}

/** The kind of curve, from the values that the squares take in all directions. */
function classify(a: number, b: number): Conic {
  const values = Array.from({ length: 181 }, (_, i) => {
    const angle = (i * Math.PI) / 180;
    return a * Math.cos(angle) ** 2 + b * Math.sin(angle) ** 2;
  });
  const [smallest, largest] = [Math.min(...values), Math.max(...values)];
  if (isClose(smallest, largest)) return 'circle';
  if (isClose(smallest, 0)) return 'parabola';
  return smallest < 0 ? 'hyperbola' : 'ellipse';
}

export const level2: readonly Family[] = [arithmeticTerm, sumAndProductOfRoots, absoluteOutside, conicKind];
