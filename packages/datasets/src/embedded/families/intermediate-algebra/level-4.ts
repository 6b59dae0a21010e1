import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { isSolutionSet } from '../../answers/is-solution-set.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatInterval, formatPolynomial, formatRadical, formatTuple } from '../../latex.ts';
import { compare, evaluate, toRational } from '../../rational.ts';
import { difference, power, product, quotient, reduceFraction, simplifyRoot, splitSquare, sum } from '../../steps.ts';
import { formatComplex, readComplex } from './complex.ts';

const subject = 'Intermediate Algebra';
const level = 4;

const squaresOfRoots: Family = {
  name: 'squares-of-roots',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [b, c] = drawWhere(
      () => [nonZero(random, 15), nonZero(random, 40)] as const,
      (drawn) => drawn[0] ** 2 !== 4 * drawn[1],
    );
    const reference = String(b * b - 2 * c);
    return {
      parameters: [b, c],
      problem: `Let $r$ and $s$ be the two roots of $${formatPolynomial([1, b, c])}=0$. Find $r^2+s^2$.`,
      solution:
        `The sum is $${-b}$. The product is $${c}$. $r^2+s^2=(r+s)^2-2rs$: $${power(-b, 2)}$. $${product(2, c)}$. ` +
        `$${difference(b * b, 2 * c)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The squares of the roots by the quadratic formula; of roots that are not real, the imaginary parts cancel.
      isRight: (answer) => {
        const [middle, square] = [-b / 2, (b * b) / 4 - c];
        const squares = 2 * (middle * middle + square);
        return readNumber(answer) !== undefined && isClose(evaluateLatex(answer), squares);
      },
    };
  },
};

const outerRoot: Family = {
  name: 'larger-or-smaller-root',
  subject,
  level,
  form: 'radical',
  make: (random) => {
    const [half, rest] = drawWhere(
      () => [nonZero(random, 9), between(random, [2, 80])] as const,
      (drawn) => splitSquare(drawn[1]).radicand !== 1 && drawn[0] ** 2 !== drawn[1],
    );
    const which = random.pick(['larger', 'smaller'] as const);
    const coefficients = [1, 2 * half, half * half - rest];
    const { factor, radicand } = splitSquare(rest);
    const reference = `${-half}${which === 'larger' ? '+' : '-'}${formatRadical({ factor, radicand })}`;
    return {
      parameters: [half, rest, which],
      problem: `What is the ${which} root of $${formatPolynomial(coefficients)}=0$?`,
      solution:
        `Half of $${2 * half}$: $${quotient(2 * half, 2)}$. $${power(half, 2)}$. $${difference(half * half, half * half - rest)}$, ` +
        `so $(${formatPolynomial([1, half])})^2=${rest}$. The root: $${simplifyRoot(rest)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const x = evaluateLatex(answer);
        if (x === undefined || !isClose(evaluateLatex(formatPolynomial(coefficients), { x }), 0)) return false;
        return which === 'larger' ? x > -half : x < -half;
      },
    };
  },
};

const complexProduct: Family = {
  name: 'complex-product',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [a, b, c, d] = drawWhere(
      () => [nonZero(random, 9), nonZero(random, 9), nonZero(random, 9), nonZero(random, 9)] as const,
      (drawn) => drawn[0] * drawn[2] !== drawn[1] * drawn[3] && drawn[0] * drawn[3] !== -drawn[1] * drawn[2],
    );
    const [real, imaginary] = [a * c - b * d, a * d + b * c];
    const [first, second] = [formatComplex(a, b), formatComplex(c, d)];
    const reference = formatComplex(real, imaginary);
    return {
      parameters: [first, second].sort(),
      problem: random.pick([`Simplify $(${first})(${second})$.`, `Write $(${first})(${second})$ in the form $a+bi$.`]),
      solution:
        `$${product(a, c)}$. $${product(b, d)}$. Real part: $${difference(a * c, b * d)}$. ` +
        `$${product(a, d)}$. $${product(b, c)}$. Imaginary part: $${sum(a * d, b * c)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // The product divided by the second factor, in floating point, is the first factor.
      isRight: (answer) => {
        const [x, y] = readComplex(answer) ?? [];
        if (x === undefined || y === undefined) return false;
        const size = c * c + d * d;
        return isClose((x * c + y * d) / size, a) && isClose((y * c - x * d) / size, b);
      },
    };
  },
};

const parabolaThroughPoint: Family = {
  name: 'parabola-through-point',
  subject,
  level,
  form: 'equation',
  make: (random) => {
    const [lead, r, s, x] = drawWhere(
      () => [nonZero(random, 5), nonZero(random, 8), nonZero(random, 8), between(random, [-8, 8])] as const,
      (drawn) =>
        Math.abs(drawn[0]) > 1 &&
        drawn[1] !== drawn[2] &&
        drawn[3] !== drawn[1] &&
        drawn[3] !== drawn[2] &&
        Math.abs((drawn[3] - drawn[1]) * (drawn[3] - drawn[2])) <= 40,
    );
    const [left, right] = [x - r, x - s];
    const y = lead * left * right;
    const reference = `y=${lead}(${formatPolynomial([1, -r])})(${formatPolynomial([1, -s])})`;
    return {
      parameters: [lead, Math.min(r, s), Math.max(r, s), x],
      problem:
        `A parabola meets the $x$-axis at $x=${r}$ and $x=${s}$ and passes through $${formatTuple([x, y])}$. ` +
        'Find its equation in the form $y=a(x-r)(x-s)$.',
      solution:
        `At $x=${x}$: $${difference(x, r)}$. $${difference(x, s)}$. $${product(left, right)}$. ` +
        `$${quotient(y, left * right)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A polynomial of degree 2 is known from three of its points; a fourth one shows a wrong degree.
      isRight: (answer) => {
        const curve = /^y=(.*)$/.exec(answer)?.[1] ?? '';
        const at = (place: number): number | undefined => evaluateLatex(curve, { x: place });
        const third = (at(3) ?? 0) - 3 * (at(2) ?? 0) + 3 * (at(1) ?? 0) - (at(0) ?? 0);
        return isClose(at(r), 0) && isClose(at(s), 0) && isClose(at(x), y) && isClose(third, 0);
      },
    };
  },
};

const absoluteOfLine: Family = {
  name: 'absolute-inequality-of-line',
  subject,
  level,
  form: 'interval',
  isHeldOut: true,
  make: (random) => {
    const [a, b, c] = [between(random, [2, 6]), nonZero(random, 12), between(random, [1, 20])];
    const isOpen = random.pick([true, false]);
    const [low, high] = [toRational(-c - b, a), toRational(c - b, a)];
    const reference = formatInterval({ from: { at: low, isOpen }, to: { at: high, isOpen } });
    return {
      parameters: [a, b, c, isOpen ? '<' : '<='],
      problem: `Solve $|${formatPolynomial([a, b])}|${isOpen ? '<' : '\\le'}${c}$. Write the answer as an interval.`,
      solution:
        `The distance of $${a}x$ from $${-b}$ is ${isOpen ? 'less than' : 'at most'} $${c}$. ` +
        `Left end: $${difference(-b, c)}$. Right end: $${sum(-b, c)}$. ` +
        `Divide by $${a}$: $${reduceFraction(-b - c, a)}$. $${reduceFraction(-b + c, a)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        isSolutionSet(answer, (x) => {
          const value = evaluate([a, b], x);
          const [above, below] = [compare(value, toRational(c)), compare(value, toRational(-c))];
          return isOpen ? above < 0 && below > 0 : above <= 0 && below >= 0;
        }),
    };
  },
};

export const level4: readonly Family[] = [
  squaresOfRoots,
  outerRoot,
  complexProduct,
  parabolaThroughPoint,
  absoluteOfLine,
];
