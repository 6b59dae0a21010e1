import { between, drawWhere, nonZero } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatHundredths, formatRational, formatTuple } from '../latex.ts';
import { add, divide, isEqual, multiply, subtract, toRational } from '../rational.ts';
import { pythagoreanTriples } from './pythagorean-triples.ts';

const subject = 'Geometry';

const rectangleArea: Family = {
  name: 'rectangle-area',
  subject,
  level: 1,
  make: (random) => {
    const [length, width] = [between(random, [2, 30]), between(random, [2, 30])];
    const perimeter = 2 * (length + width);
    const reference = String(length * width);
    return {
      problem: `A rectangle has perimeter $${perimeter}$, and one of its sides is $${length}$ long. What is its area?`,
      solution:
        `Half the perimeter is $${perimeter / 2}$, so the other side is $${perimeter / 2} - ${length} = ${width}$ long. ` +
        `The area is $${length} \\cdot ${width} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([area]) =>
        area !== undefined &&
        isEqual(multiply(toRational(2), add(toRational(length), divide(area, toRational(length)))), perimeter),
    };
  },
};

const exteriorAngle: Family = {
  name: 'exterior-angle',
  subject,
  level: 2,
  make: (random) => {
    const angleA = between(random, [15, 110]);
    const exterior = between(random, [angleA + 5, 170]);
    const reference = String(exterior - angleA);
    return {
      problem:
        `In triangle $ABC$, angle $A$ measures $${angleA}$ degrees, and the exterior angle at $C$ measures $${exterior}$ degrees. ` +
        'How many degrees does angle $B$ measure?',
      solution:
        'An exterior angle is the sum of the two interior angles that do not touch it, ' +
        `so angle $B$ measures $${exterior} - ${angleA} = \\boxed{${reference}}$ degrees.`,
      reference,
      isRight: ([angleB]) => angleB !== undefined && isEqual(add(toRational(angleA + 180 - exterior), angleB), 180),
    };
  },
};

const rightTriangle: Family = {
  name: 'right-triangle',
  subject,
  level: 3,
  make: (random) => {
    const [a, b, c] = random.pick(pythagoreanTriples);
    const tenths = between(random, [1, 40]);
    const [short, long, hypotenuse] = [a * tenths, b * tenths, c * tenths];
    const format = (length: number): string => formatHundredths(10 * length);
    const isHypotenuseAsked = random.pick([true, false]);
    const square = isHypotenuseAsked ? short * short + long * long : hypotenuse * hypotenuse - short * short;
    const reference = format(Math.round(Math.sqrt(square)));
    const given = isHypotenuseAsked
      ? `The legs of a right triangle are $${format(short)}$ and $${format(long)}$ long. How long is its hypotenuse?`
      : `One leg of a right triangle is $${format(short)}$ long, and its hypotenuse is $${format(hypotenuse)}$ long. How long is the other leg?`;
    const work = isHypotenuseAsked
      ? `\\sqrt{${format(short)}^2 + ${format(long)}^2}`
      : `\\sqrt{${format(hypotenuse)}^2 - ${format(short)}^2}`;
    return {
      problem: `${given} Write your answer as an integer or a decimal.`,
      solution: `By the Pythagorean theorem it is $${work} = \\boxed{${reference}}$ long.`,
      reference,
      isRight: ([length]) => {
        const sides = [toRational(short, 10), toRational(isHypotenuseAsked ? long : hypotenuse, 10)] as const;
        if (length === undefined || length.numerator <= 0n) return false;
        const [legs, longest] = isHypotenuseAsked ? [[sides[0], sides[1]], length] : [[sides[0], length], sides[1]];
        return isEqual(add(...legs.map((leg) => multiply(leg, leg))), multiply(longest, longest));
      },
    };
  },
};

const ratios: readonly [Ratio, ...Ratio[]] = [
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 3],
  [3, 1],
  [2, 3],
  [3, 2],
  [1, 4],
  [4, 1],
  [3, 4],
  [4, 3],
];

const dividedSegment: Family = {
  name: 'divided-segment',
  subject,
  level: 4,
  make: (random) => {
    const [ax, ay] = [between(random, [-9, 9]), between(random, [-9, 9])];
    const [dx, dy] = [nonZero(random, 12), nonZero(random, 12)];
    const [m, n] = random.pick(ratios);
    const coordinate = (start: number, length: number) => toRational(start * (m + n) + m * length, m + n);
    const reference = formatTuple([coordinate(ax, dx), coordinate(ay, dy)]);
    return {
      problem:
        `Point $P$ lies on the segment from $A = (${ax}, ${ay})$ to $B = (${ax + dx}, ${ay + dy})$ so that $AP : PB = ${m} : ${n}$. ` +
        'Find the coordinates of $P$ as an ordered pair of integers or fractions in lowest terms.',
      solution:
        `$P$ is $\\frac{${m}}{${m + n}}$ of the way from $A$ to $B$, and the way is $${dx}$ in the first and $${dy}$ in the second coordinate. ` +
        `So $P = \\boxed{${reference}}$.`,
      reference,
      isRight: ([x, y]) =>
        x !== undefined &&
        y !== undefined &&
        [
          { from: ax, at: x, to: ax + dx },
          { from: ay, at: y, to: ay + dy },
        ].every(({ from, at, to }) =>
          isEqual(
            multiply(toRational(n), subtract(at, toRational(from))),
            multiply(toRational(m), subtract(toRational(to), at)),
          ),
        ),
    };
  },
};

const triangleArea: Family = {
  name: 'triangle-area',
  subject,
  level: 5,
  make: (random) => {
    const point = (): Point => [between(random, [-7, 7]), between(random, [-7, 7])];
    const corners = drawWhere(
      () => [point(), point(), point()] as const,
      (drawn) => getTwiceArea(drawn) !== 0,
    );
    const twiceArea = Math.abs(getTwiceArea(corners));
    const [[ax, ay], [bx, by], [cx, cy]] = corners;
    const reference = formatRational(toRational(twiceArea, 2));
    return {
      problem:
        `What is the area of the triangle with corners $(${ax}, ${ay})$, $(${bx}, ${by})$ and $(${cx}, ${cy})$? ` +
        'Write your answer as an integer or as a fraction in lowest terms.',
      solution:
        `From the first corner, the sides are the vectors $(${bx - ax}, ${by - ay})$ and $(${cx - ax}, ${cy - ay})$. ` +
        `They span a parallelogram of area $${twiceArea}$, and the triangle is half of it: $\\boxed{${reference}}$.`,
      reference,
      isRight: ([area]) => area !== undefined && isEqual(area, getAreaByPick(corners)),
    };
  },
};

type Ratio = readonly [first: number, second: number];
type Point = readonly [x: number, y: number];
type Triangle = readonly [Point, Point, Point];

/** Twice the area, above 0 where the corners go round counter-clockwise. */
function getTwiceArea([[ax, ay], [bx, by], [cx, cy]]: Triangle): number {
  return (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
}

/** Pick's theorem: lattice points inside, plus half of those on the border, less 1. */
function getAreaByPick([a, b, c]: Triangle): ReturnType<typeof toRational> {
  let inside = 0;
  let border = 0;
  for (let x = -7; x <= 7; x++) {
    for (let y = -7; y <= 7; y++) {
      const sides = [getTwiceArea([a, b, [x, y]]), getTwiceArea([b, c, [x, y]]), getTwiceArea([c, a, [x, y]])];
      if (sides.every((side) => side > 0) || sides.every((side) => side < 0)) inside++;
      else if (sides.every((side) => side >= 0) || sides.every((side) => side <= 0)) border++;
    }
  }
  return toRational(2 * inside + border - 2, 2);
}

export const geometry: readonly Family[] = [rectangleArea, exteriorAngle, rightTriangle, dividedSegment, triangleArea];
