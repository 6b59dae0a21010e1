import { equalsNumber } from '../../answers/equals-number.ts';
import { readNumber, readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatTuple } from '../../latex.ts';
import { add, isEqual, subtract, toRational } from '../../rational.ts';
import { difference, product, quotient, sum } from '../../steps.ts';
import { countSquares } from './count-squares.ts';
import { isNear } from './is-near.ts';
import { measureCircle } from './measure-circle.ts';
import { drawPoint, formatPoint } from './points.ts';

const subject = 'Geometry';
const level = 2;

const cutRectangle: Family = {
  name: 'cut-rectangle',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [length, width] = [between(random, [4, 12]), between(random, [4, 12])];
    const [cutLength, cutWidth] = [between(random, [2, length - 1]), between(random, [2, width - 1])];
    const reference = String(length * width - cutLength * cutWidth);
    return {
      parameters: [length, width, cutLength, cutWidth],
      problem:
        `A sheet of paper is $${length}$ long and $${width}$ wide. A rectangle that is $${cutLength}$ long and $${cutWidth}$ wide ` +
        'is cut out of it. What is the area of the paper that is left?',
      solution:
        `The sheet: $${product(length, width)}$. Cut out: $${product(cutLength, cutWidth)}$. ` +
        `Left: $${difference(length * width, cutLength * cutWidth)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        equalsNumber(
          answer,
          countSquares({ width: length, height: width }, ({ column, row }) => column >= cutLength || row >= cutWidth),
        ),
    };
  },
};

const runningTrack: Family = {
  name: 'running-track',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [straight, radius] = [between(random, [10, 80]), between(random, [2, 30])];
    const reference = `${2 * straight}+${2 * radius}\\pi`;
    return {
      parameters: [straight, radius],
      problem:
        `A running track has two straight parts, each $${straight}$ long, and two half circles with radius $${radius}$ ` +
        'at the ends. How long is the track? Write your answer in terms of $\\pi$.',
      solution:
        `Straight parts: $${product(2, straight)}$. Half circles, times $\\pi$: $${product(2, radius)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isNear(answer, straight + straight + measureCircle(radius).length),
    };
  },
};

const midpoint: Family = {
  name: 'midpoint',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [from, to] = drawWhere(
      () => [drawPoint(random, 12), drawPoint(random, 12)] as const,
      ([[ax, ay], [bx, by]]) => (ax + bx) % 2 === 0 && (ay + by) % 2 === 0 && (ax !== bx || ay !== by),
    );
    const [x, y] = [from[0] + to[0], from[1] + to[1]];
    const reference = formatTuple([x / 2, y / 2]);
    return {
      parameters: [...from, ...to],
      problem:
        `What is the midpoint of the segment from $${formatPoint(from)}$ to $${formatPoint(to)}$? ` +
        'Write your answer as an ordered pair.',
      solution:
        `First: $${sum(from[0], to[0])}$, $${quotient(x, 2)}$. Second: $${sum(from[1], to[1])}$, $${quotient(y, 2)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const middle = readTuple(answer);
        return (
          middle?.length === 2 &&
          middle.every((at, i) => {
            const toEnd = subtract(toRational(to[i] ?? 0), at);
            return isEqual(subtract(at, toRational(from[i] ?? 0)), toEnd);
          })
        );
      },
    };
  },
};

const threeSticks: Family = {
  name: 'three-sticks',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const [first, second] = [between(random, [3, 30]), between(random, [3, 30])];
    const [reach, larger] = [first + second, Math.max(first, second)];
    const longest = random.pick([true, false])
      ? between(random, [larger + 1, reach - 1])
      : between(random, [reach + 1, reach + 15]);
    const gap = first + second - longest;
    const reference = `\\text{${gap > 0 ? 'yes' : 'no'}}`;
    return {
      parameters: [first, second, longest],
      problem:
        `Can three sticks with lengths $${first}$, $${second}$ and $${longest}$ be the sides of a triangle? ` +
        'Write $\\text{yes}$ or $\\text{no}$.',
      solution:
        `The two shorter ones: $${sum(first, second)}$. Less the longest: $${difference(first + second, longest)}$, ` +
        `${gap > 0 ? 'above' : 'below'} $0$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Heron's formula: the square of the area is positive for a triangle alone.
        const half = (first + second + longest) / 2;
        const isTriangle = half * (half - first) * (half - second) * (half - longest) > 0;
        return answer === `\\text{${isTriangle ? 'yes' : 'no'}}`;
      },
    };
  },
};

const fourthAngle: Family = {
  name: 'fourth-angle',
  subject,
  level,
  form: 'integer',
  isHeldOut: true,
  make: (random) => {
    const angles = [between(random, [40, 110]), between(random, [40, 110]), between(random, [40, 110])] as const;
    const total = angles[0] + angles[1] + angles[2];
    const reference = String(360 - total);
    return {
      parameters: [...angles],
      problem:
        `The four angles of a quadrilateral add up to $360$ degrees. Three of them measure $${angles[0]}$, $${angles[1]}$ and ` +
        `$${angles[2]}$ degrees. How many degrees does the fourth angle measure?`,
      solution: `Three angles: $${sum(...angles)}$. The fourth: $${difference(360, total)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const angle = readNumber(answer);
        return angle !== undefined && isEqual(add(angle, ...angles.map((other) => toRational(other))), 360);
      },
    };
  },
};

export const level2: readonly Family[] = [cutRectangle, runningTrack, midpoint, threeSticks, fourthAngle];
