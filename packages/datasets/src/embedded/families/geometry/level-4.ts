import type { Random } from '@scalequest/core';
import { equalsNumber } from '../../answers/equals-number.ts';
import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Exercise, Family } from '../../family.ts';
import { formatRadical } from '../../latex.ts';
import { difference, power, product, simplifyRoot, splitSquare, sum } from '../../steps.ts';
import { countSquares } from './count-squares.ts';
import { isNear } from './is-near.ts';
import { type KindOfTriangle, type Sides, trianglesByKind } from './kinds-of-triangles.ts';
import { measureCircle } from './measure-circle.ts';
import { drawPoint, formatPoint } from './points.ts';

const subject = 'Geometry';
const level = 4;

const distance: Family = {
  name: 'distance',
  subject,
  level,
  form: 'radical',
  make: (random) =>
    makeDistance(random, {
      describe: (from, to) => `What is the distance between the points $${from}$ and $${to}$?`,
      asked: 'distance',
    }),
};

const radiusThroughPoint: Family = {
  name: 'radius-through-point',
  subject,
  level,
  form: 'radical',
  isHeldOut: true,
  splitsWith: 'geometry/4/distance',
  make: (random) =>
    makeDistance(random, {
      describe: (from, to) => `A circle has center $${from}$ and passes through the point $${to}$. What is its radius?`,
      asked: 'radius',
    }),
};

interface Wording {
  /** The problem, given the two points. */
  readonly describe: (from: string, to: string) => string;
  readonly asked: string;
}

function makeDistance(random: Random, { describe, asked }: Wording): Exercise {
  const from = drawPoint(random, 9);
  const [across, along] = [nonZero(random, 9), nonZero(random, 9)];
  const to = [from[0] + across, from[1] + along] as const;
  const square = across ** 2 + along ** 2;
  const reference = formatRadical(splitSquare(square));
  return {
    parameters: [...from, ...to],
    problem: `${describe(formatPoint(from), formatPoint(to))} Write your answer as an integer or in simplest radical form.`,
    solution:
      `First: $${difference(to[0], from[0])}$, $${power(across, 2)}$. Second: $${difference(to[1], from[1])}$, $${power(along, 2)}$. ` +
      `Together: $${sum(across ** 2, along ** 2)}$. The ${asked} is $${simplifyRoot(square)}$. The answer is $\\boxed{${reference}}$.`,
    reference,
    isRight: (answer) => isClose(evaluateLatex(answer), Math.hypot(to[0] - from[0], to[1] - from[1])),
  };
}

const pageMargins: Family = {
  name: 'page-margins',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [textWidth, textHeight] = [between(random, [3, 12]), between(random, [3, 12])];
    const [side, end] = [between(random, [2, 9]), between(random, [2, 9])];
    const [width, height] = [textWidth + 2 * side, textHeight + 2 * end];
    const reference = String(textWidth * textHeight);
    return {
      parameters: [width, height, side, end],
      problem:
        `A page is $${width}$ wide and $${height}$ high. The left and right margins are $${side}$ wide, and the top and bottom margins ` +
        `are $${end}$ high. What is the area inside the margins?`,
      solution:
        `Width: $${product(2, side)}$, $${difference(width, 2 * side)}$. Height: $${product(2, end)}$, $${difference(height, 2 * end)}$. ` +
        `Area: $${product(textWidth, textHeight)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          countSquares(
            { width, height },
            ({ column, row }) => column >= side && column < width - side && row >= end && row < height - end,
          ),
        ),
    };
  },
};

const cutCylinder: Family = {
  name: 'cut-cylinder',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [radius, height] = drawWhere(
      () => [between(random, [3, 9]), between(random, [3, 20])] as const,
      ([wide, high]) => wide * wide * high <= 300,
    );
    const [holeRadius, depth] = [between(random, [1, radius - 1]), between(random, [2, height - 1])];
    const [whole, hole] = [radius * radius * height, holeRadius * holeRadius * depth];
    const reference = `${whole - hole}\\pi`;
    return {
      parameters: [radius, height, holeRadius, depth],
      problem:
        `A cylinder has radius $${radius}$ and height $${height}$. A smaller cylinder with radius $${holeRadius}$ and height $${depth}$ ` +
        'is cut out of it. What is the volume that is left? Write your answer in terms of $\\pi$.',
      solution:
        `Cylinder, times $\\pi$: $${power(radius, 2)}$, $${product(radius * radius, height)}$. ` +
        `Cut out, times $\\pi$: $${power(holeRadius, 2)}$, $${product(holeRadius * holeRadius, depth)}$. ` +
        `Left: $${difference(whole, hole)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Slice by slice, one unit thick each: full discs below the hole, rings around it.
        const [disc, holeDisc] = [measureCircle(radius).area, measureCircle(holeRadius).area];
        let volume = 0;
        for (let i = 0; i < height; i++) volume += i < height - depth ? disc : disc - holeDisc;
        return isNear(answer, volume);
      },
    };
  },
};

const kindOfTriangle: Family = {
  name: 'kind-of-triangle',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const wanted = random.pick(['acute', 'acute', 'acute', 'obtuse', 'obtuse', 'obtuse', 'right'] as const);
    const triangles = trianglesByKind[wanted];
    const [a, b, c] = triangles[between(random, [0, triangles.length - 1])] ?? [3, 4, 5];
    const gap = a * a + b * b - c * c;
    const reference = `\\text{${wanted}}`;
    const conclusion = gap === 0 ? 'equal to' : gap > 0 ? 'above' : 'below';
    return {
      parameters: [a, b, c],
      problem:
        `The sides of a triangle are $${a}$, $${b}$ and $${c}$ long. Is it acute, right or obtuse? ` +
        'Write $\\text{acute}$, $\\text{right}$ or $\\text{obtuse}$.',
      solution:
        `Squares: $${power(a, 2)}$, $${power(b, 2)}$, $${power(c, 2)}$. The first two: $${sum(a * a, b * b)}$. ` +
        `Less the third: $${difference(a * a + b * b, c * c)}$, ${conclusion} $0$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => answer === `\\text{${getKindByHalfAngle([a, b, c])}}`,
    };
  },
};

/** By the tangent of half the largest angle, which is 1 for a right angle: its square is (s-a)(s-b)/(s(s-c)). */
function getKindByHalfAngle([a, b, c]: Sides): KindOfTriangle {
  const double = a + b + c;
  const [opposite, adjacent] = [(double - 2 * a) * (double - 2 * b), double * (double - 2 * c)];
  return opposite === adjacent ? 'right' : opposite < adjacent ? 'acute' : 'obtuse';
}

export const level4: readonly Family[] = [distance, radiusThroughPoint, pageMargins, cutCylinder, kindOfTriangle];
