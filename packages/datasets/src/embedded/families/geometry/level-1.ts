import { readNumber, readTuple } from '../../answers/read-answer.ts';
import { between } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatTuple } from '../../latex.ts';
import { add, isEqual, multiply, toRational } from '../../rational.ts';
import { difference, product, sum } from '../../steps.ts';
import { isNear } from './is-near.ts';
import { measureCircle } from './measure-circle.ts';
import { drawPoint, formatPoint } from './points.ts';

const subject = 'Geometry';
const level = 1;

const thirdAngle: Family = {
  name: 'third-angle',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [first, second] = [between(random, [20, 90]), between(random, [20, 80])];
    const reference = String(180 - first - second);
    return {
      parameters: [first, second],
      problem: random.pick([
        `Two angles of a triangle measure $${first}$ and $${second}$ degrees. How many degrees does the third angle measure?`,
        `In triangle $ABC$, angle $A$ is $${first}$ degrees and angle $B$ is $${second}$ degrees. How many degrees is angle $C$?`,
        `The three angles of a triangle add up to $180$ degrees. Two of them measure $${first}$ and $${second}$ degrees. ` +
          'How many degrees does the third angle measure?',
      ]),
      solution: `Two angles: $${sum(first, second)}$. The third: $${difference(180, first + second)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const angle = readNumber(answer);
        return angle !== undefined && isEqual(add(toRational(first), toRational(second), angle), 180);
      },
    };
  },
};

const perimeter: Family = {
  name: 'rectangle-perimeter',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [length, width] = [between(random, [2, 50]), between(random, [2, 49])];
    const reference = String(2 * (length + width));
    return {
      parameters: [length, width],
      problem: random.pick([
        `A rectangle is $${length}$ long and $${width}$ wide. What is its perimeter?`,
        `The sides of a rectangle are $${length}$ and $${width}$ long. What is the perimeter of the rectangle?`,
      ]),
      solution: `Two sides: $${sum(length, width)}$. All sides: $${product(2, length + width)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Walking round the rectangle side by side, the way is used up at the start.
        const way = readNumber(answer);
        const sides = [length, width, length, width].map((side) => toRational(-side));
        return way !== undefined && isEqual(add(way, ...sides), 0);
      },
    };
  },
};

const grownCircle: Family = {
  name: 'grown-circle',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [radius, growth] = [between(random, [2, 50]), between(random, [2, 49])];
    const reference = `${2 * (radius + growth)}\\pi`;
    return {
      parameters: [radius, growth],
      problem: `A circle has radius $${radius}$. The radius grows by $${growth}$. What is the new circumference? Write your answer in terms of $\\pi$.`,
      solution: `New radius: $${sum(radius, growth)}$. Times $2\\pi$: $${product(2, radius + growth)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isNear(answer, measureCircle(radius + growth).length),
    };
  },
};

const movedPoint: Family = {
  name: 'moved-point',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [x, y] = drawPoint(random, 12);
    const [across, along] = [between(random, [2, 12]), between(random, [2, 12])];
    const [isRightward, isUpward] = [random.pick([true, false]), random.pick([true, false])];
    const newX = isRightward ? x + across : x - across;
    const newY = isUpward ? y + along : y - along;
    const reference = formatTuple([newX, newY]);
    const [sideways, upward] = [isRightward ? 'right' : 'left', isUpward ? 'up' : 'down'];
    return {
      parameters: [x, y, sideways, across, upward, along],
      problem:
        `The point $${formatPoint([x, y])}$ is moved $${across}$ units to the ${sideways} and $${along}$ units ${upward}. ` +
        'What are its new coordinates? Write your answer as an ordered pair.',
      solution:
        `To the ${sideways}: $${(isRightward ? sum : difference)(x, across)}$. ` +
        `${isUpward ? 'Up' : 'Down'}: $${(isUpward ? sum : difference)(y, along)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Moved back, the point is where it was.
        const point = readTuple(answer);
        const [back, downward] = [isRightward ? -1 : 1, isUpward ? -1 : 1].map((sign) => toRational(sign));
        if (point?.length !== 2 || back === undefined || downward === undefined) return false;
        const [atX = back, atY = back] = point;
        return (
          isEqual(add(atX, multiply(back, toRational(across))), x) &&
          isEqual(add(atY, multiply(downward, toRational(along))), y)
        );
      },
    };
  },
};

export const level1: readonly Family[] = [thirdAngle, perimeter, grownCircle, movedPoint];
