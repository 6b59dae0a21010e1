import { isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatHundredths, formatRational } from '../../latex.ts';
import { add, isEqual, multiply, toNumber, toRational } from '../../rational.ts';
import { difference, divideWithRemainder, power, product, quotient, reduceFraction, sum } from '../../steps.ts';
import { isNear } from './is-near.ts';
import { measureCircle } from './measure-circle.ts';

const subject = 'Geometry';
const level = 3;

const trapezoidArea: Family = {
  name: 'trapezoid-area',
  subject,
  level,
  form: 'decimal',
  make: (random) => {
    const [top, bottom, height] = drawWhere(
      () => [between(random, [2, 26]), between(random, [2, 26]), 2 * between(random, [1, 5]) + 1] as const,
      ([one, other, high]) => (one + other) % 2 === 1 && (one + other) * high <= 300,
    );
    const double = (top + bottom) * height;
    const reference = formatHundredths(50 * double);
    return {
      parameters: [top, bottom, height],
      problem:
        `A trapezoid has parallel sides with lengths $${top}$ and $${bottom}$, and its height is $${height}$. ` +
        'What is its area? Write your answer as a decimal.',
      solution:
        `Both sides: $${sum(top, bottom)}$. Times the height: $${product(top + bottom, height)}$. ` +
        `Half of it: $${divideWithRemainder(double, 2)}$, so $${reference}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // The area is that of many thin strips, each as long as the trapezoid is wide in its middle.
        const strips = 1000;
        let area = 0;
        for (let i = 0; i < strips; i++) area += (top + ((bottom - top) * (i + 0.5)) / strips) * (height / strips);
        const value = readNumber(answer);
        return value !== undefined && isClose(toNumber(value), area);
      },
    };
  },
};

const plateWithHoles: Family = {
  name: 'plate-with-holes',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [holes, radius] = [between(random, [2, 6]), between(random, [1, 4])];
    // The holes fit side by side in one row.
    const row = 2 * holes * radius;
    const [length, width] = drawWhere(
      () => [row + between(random, [1, 16]), between(random, [2 * radius + 1, 12])] as const,
      ([long, wide]) => long * wide <= 500,
    );
    const reference = `${length * width}-${holes * radius * radius}\\pi`;
    return {
      parameters: [length, width, holes, radius],
      problem:
        `A metal plate is a rectangle, $${length}$ long and $${width}$ wide. It has $${holes}$ round holes, each with radius $${radius}$. ` +
        'What is the area of the metal? Write your answer in terms of $\\pi$.',
      solution:
        `The plate: $${product(length, width)}$. A hole, times $\\pi$: $${power(radius, 2)}$. ` +
        `All holes: $${product(holes, radius * radius)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isNear(answer, length * width - holes * measureCircle(radius).area),
    };
  },
};

const similarTriangles: Family = {
  name: 'similar-triangles',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const [ab, bc, de] = drawWhere(
      () => [between(random, [2, 12]), between(random, [2, 12]), between(random, [2, 12])] as const,
      ([side, , other]) => side !== other,
    );
    const reference = formatRational(toRational(bc * de, ab));
    return {
      parameters: [ab, bc, de],
      problem:
        `Triangle $ABC$ is similar to triangle $DEF$, with $AB=${ab}$, $BC=${bc}$ and $DE=${de}$. Find $EF$. ` +
        'Write your answer as an integer or as a fraction in lowest terms.',
      solution:
        `$EF$ is $BC$ times $DE$ over $AB$. $${product(bc, de)}$. $EF=${reduceFraction(bc * de, ab)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        // Sides that belong together have one ratio: AB to DE as BC to EF.
        const ef = readNumber(answer);
        return ef !== undefined && isEqual(multiply(ef, toRational(ab, de)), bc);
      },
    };
  },
};

const straightLine: Family = {
  name: 'straight-line-angles',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, c] = [between(random, [2, 6]), between(random, [2, 6])];
    const x = between(random, [3, Math.floor(170 / (a + c))]);
    const rest = 180 - (a + c) * x;
    const b = between(random, [1, rest - 1]);
    const reference = String(x);
    return {
      parameters: [a, b, c, rest - b],
      problem:
        `Two angles on a straight line measure $${a}x+${b}$ and $${c}x+${rest - b}$ degrees, and together they make $180$ degrees. ` +
        'Find $x$.',
      solution:
        `Multiples of $x$: $${sum(a, c)}$. Numbers: $${sum(b, rest - b)}$. Subtract: $${difference(180, rest)}$. ` +
        `Divide: $${quotient(180 - rest, a + c)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const value = readNumber(answer);
        if (value === undefined) return false;
        const angle = (factor: number, more: number) => add(multiply(toRational(factor), value), toRational(more));
        return isEqual(add(angle(a, b), angle(c, rest - b)), 180);
      },
    };
  },
};

export const level3: readonly Family[] = [trapezoidArea, plateWithHoles, similarTriangles, straightLine];
