import type { Random } from '@scalequest/core';
import { equalsNumber } from '../../answers/equals-number.ts';
import { evaluateLatex } from '../../answers/evaluate-latex.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatRadical, formatRational, formatSum } from '../../latex.ts';
import { toRational } from '../../rational.ts';
import { difference, power, product, quotient, reduceFraction, simplifyRoot, splitSquare, sum } from '../../steps.ts';
import { countSquares } from './count-squares.ts';
import { drawPoint, formatPoint, type Point } from './points.ts';

const subject = 'Geometry';
const level = 5;

const boxSurface: Family = {
  name: 'box-surface',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [length, width, height] = drawWhere(
      () => [between(random, [2, 12]), between(random, [2, 12]), between(random, [2, 12])] as const,
      ([a, b, c]) => a * b + a * c + b * c <= 400,
    );
    const faces = [length * width, length * height, width * height] as const;
    const half = faces[0] + faces[1] + faces[2];
    const reference = String(2 * half);
    return {
      parameters: [length, width, height],
      problem: `A box is $${length}$ long, $${width}$ wide and $${height}$ high. What is its surface area?`,
      solution:
        `Faces: $${product(length, width)}$, $${product(length, height)}$, $${product(width, height)}$. ` +
        `Together: $${sum(...faces)}$. Twice: $${product(2, half)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => equalsNumber(answer, countOuterFaces({ length, width, height })),
    };
  },
};

/** Counts the faces of unit cubes that can be seen from outside, layer by layer. */
function countOuterFaces(box: { length: number; width: number; height: number }): number {
  let faces = 0;
  const isEnd = (at: number, size: number): number => Number(at === 0) + Number(at === size - 1);
  for (let layer = 0; layer < box.height; layer++) {
    countSquares({ width: box.length, height: box.width }, ({ column, row }) => {
      faces += isEnd(column, box.length) + isEnd(row, box.width) + isEnd(layer, box.height);
      return true;
    });
  }
  return faces;
}

const triangleArea: Family = {
  name: 'triangle-area',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const corners = drawWhere(
      () => [drawPoint(random, 6), drawPoint(random, 6), drawPoint(random, 6)] as const,
      (drawn) => getTwiceArea(drawn) > 0,
    );
    const [a, b, c] = corners;
    const [firstX, firstY, secondX, secondY] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]];
    const double = getTwiceArea(corners);
    const reference = formatRational(toRational(double, 2));
    return {
      parameters: [...a, ...b, ...c],
      problem:
        `What is the area of the triangle with corners $${formatPoint(a)}$, $${formatPoint(b)}$ and $${formatPoint(c)}$? ` +
        'Write your answer as an integer or as a fraction in lowest terms.',
      solution:
        `To the second corner: $${difference(b[0], a[0])}$, $${difference(b[1], a[1])}$. ` +
        `To the third: $${difference(c[0], a[0])}$, $${difference(c[1], a[1])}$. ` +
        `Cross product: $${product(firstX, secondY)}$, $${product(firstY, secondX)}$, $${difference(firstX * secondY, firstY * secondX)}$. ` +
        `Half: $${reduceFraction(double, 2)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => equalsNumber(answer, toRational(countTwiceAreaByPick(corners), 2)),
    };
  },
};

type Triangle = readonly [Point, Point, Point];

/** Twice the area, above 0 where the corners go round counter-clockwise. */
function getTwiceArea([[ax, ay], [bx, by], [cx, cy]]: Triangle): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Pick's theorem: the area is the number of lattice points inside, plus half of those on the border, less 1. */
function countTwiceAreaByPick([a, b, c]: Triangle): number {
  let [inside, border] = [0, 0];
  for (let x = -6; x <= 6; x++) {
    for (let y = -6; y <= 6; y++) {
      const sides = [getTwiceArea([a, b, [x, y]]), getTwiceArea([b, c, [x, y]]), getTwiceArea([c, a, [x, y]])];
      if (sides.every((side) => side > 0)) inside++;
      else if (sides.every((side) => side >= 0)) border++;
    }
  }
  return 2 * inside + border - 2;
}

const circleRadius: Family = {
  name: 'circle-radius',
  subject,
  level,
  form: 'radical',
  make: (random) => {
    const [halfA, halfB] = [nonZero(random, 9), nonZero(random, 9)];
    const square = drawWhere(
      () => between(random, [2, 60]),
      (drawn) => drawn !== halfA ** 2 + halfB ** 2,
    );
    const constant = halfA ** 2 + halfB ** 2 - square;
    const [a, b] = [2 * halfA, 2 * halfB];
    const reference = formatRadical(splitSquare(square));
    const left = formatSum([
      { coefficient: 1, symbol: 'x^2' },
      { coefficient: 1, symbol: 'y^2' },
      { coefficient: a, symbol: 'x' },
      { coefficient: b, symbol: 'y' },
      { coefficient: constant, symbol: '' },
    ]);
    return {
      parameters: [a, b, constant],
      problem: `What is the radius of the circle $${left}=0$? Write your answer as an integer or in simplest radical form.`,
      solution:
        `Halves: $${quotient(a, 2)}$, $${quotient(b, 2)}$. Squares: $${power(halfA, 2)}$, $${power(halfB, 2)}$. ` +
        `Together: $${sum(halfA ** 2, halfB ** 2)}$. Less the constant: $${difference(halfA ** 2 + halfB ** 2, constant)}$. ` +
        `The radius is $${simplifyRoot(square)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // The points at this distance from the centre satisfy the equation, here those on two sides of it.
        const radius = evaluateLatex(answer);
        if (radius === undefined || radius <= 0) return false;
        const put = (x: number, y: number): number => x * x + y * y + a * x + b * y + constant;
        return Math.abs(put(radius - halfA, -halfB)) < 1e-6 && Math.abs(put(-halfA, radius - halfB)) < 1e-6;
      },
    };
  },
};

const pointAndCircle: Family = {
  name: 'point-and-circle',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const centre = drawPoint(random, 9);
    const { across, along, radius } = drawPlace(random);
    const point = [centre[0] + across, centre[1] + along] as const;
    const [square, limit] = [across ** 2 + along ** 2, radius ** 2];
    const place = square === limit ? 'boundary' : square < limit ? 'inside' : 'outside';
    const reference = `\\text{${place}}`;
    const conclusion = square === limit ? 'equal to' : square < limit ? 'below' : 'above';
    return {
      parameters: [...centre, radius, ...point],
      problem:
        `A circle has center $${formatPoint(centre)}$ and radius $${radius}$. Is the point $${formatPoint(point)}$ inside, outside or on the boundary? ` +
        'Write $\\text{inside}$, $\\text{outside}$ or $\\text{boundary}$.',
      solution:
        `First: $${difference(point[0], centre[0])}$, $${power(across, 2)}$. Second: $${difference(point[1], centre[1])}$, $${power(along, 2)}$. ` +
        `Together: $${sum(across ** 2, along ** 2)}$. Radius: $${power(radius, 2)}$. ` +
        `Compare: $${difference(square, limit)}$, ${conclusion} $0$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const beyond = Math.hypot(point[0] - centre[0], point[1] - centre[1]) - radius;
        const found = Math.abs(beyond) < 1e-9 ? 'boundary' : beyond < 0 ? 'inside' : 'outside';
        return answer === `\\text{${found}}`;
      },
    };
  },
};

interface Place {
  readonly across: number;
  readonly along: number;
  readonly radius: number;
}

/** Places on a circle in whole numbers, signs aside. */
const placesOnCircles: readonly [Place, ...Place[]] = [
  { across: 3, along: 4, radius: 5 },
  { across: 4, along: 3, radius: 5 },
  { across: 6, along: 8, radius: 10 },
  { across: 8, along: 6, radius: 10 },
];

/** A point as seen from the centre of a circle, on it as often as inside or outside. */
function drawPlace(random: Random): Place {
  const wanted = random.pick([-1, 0, 1]);
  if (wanted === 0) {
    const { across, along, radius } = random.pick(placesOnCircles);
    return { across: across * random.pick([-1, 1]), along: along * random.pick([-1, 1]), radius };
  }
  return drawWhere(
    () => ({ across: nonZero(random, 9), along: nonZero(random, 9), radius: between(random, [2, 12]) }),
    ({ across, along, radius }) => Math.sign(across ** 2 + along ** 2 - radius ** 2) === wanted,
  );
}

export const level5: readonly Family[] = [boxSurface, triangleArea, circleRadius, pointAndCircle];
