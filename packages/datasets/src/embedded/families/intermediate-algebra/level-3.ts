import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber, readNumbers } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatList, formatPolynomial, formatRational } from '../../latex.ts';
import { compare, evaluate, isEqual, multiply, toRational } from '../../rational.ts';
import { difference, power, product, quotient, reduceFraction, squareRoot, sum } from '../../steps.ts';
import { moveTerm } from '../../term-steps.ts';

import { isPower, powers } from './powers.ts';

const subject = 'Intermediate Algebra';
const level = 3;

/** `Put in $x=3$: $3^2=9$. $2\cdot9=18$. $4\cdot3=12$. $18+12+5=30+5=35$.` */
function putIn([a, b, c]: readonly [number, number, number], x: number): string {
  return `Put in $x=${x}$: $${power(x, 2)}$. $${product(a, x * x)}$. $${product(b, x)}$. $${sum(a * x * x, b * x, c)}$.`;
}

const polynomialRemainder: Family = {
  name: 'polynomial-remainder',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const coefficients = [between(random, [2, 6]), nonZero(random, 9), nonZero(random, 12)] as const;
    const root = random.pick([-1, 1]) * between(random, [2, 6]);
    const [a, b, c] = coefficients;
    const reference = String(a * root * root + b * root + c);
    return {
      parameters: [...coefficients, root],
      problem: `What is the remainder when $${formatPolynomial(coefficients)}$ is divided by $${formatPolynomial([1, -root])}$?`,
      solution: `${putIn(coefficients, root)} The answer is $\\boxed{${reference}}$.`,
      reference,
      // Long division, coefficient by coefficient.
      isRight: (answer) => {
        const next = b + a * root;
        const value = readNumber(answer);
        return value !== undefined && isEqual(value, c + next * root);
      },
    };
  },
};

const logarithmOfLine: Family = {
  name: 'logarithm-equation-of-line',
  subject,
  level,
  form: 'integer',
  isHeldOut: true,
  make: (random) => {
    const [[base, exponent], a, x] = drawWhere(
      () => [random.pick(powers), between(random, [2, 9]), between(random, [-12, 20])] as const,
      ([[b, n], factor, at]) => factor * at !== b ** n && Math.abs(b ** n - factor * at) <= 100,
    );
    const value = base ** exponent;
    const term = value - a * x;
    const left = formatPolynomial([a, term]);
    const reference = String(x);
    return {
      parameters: [base, exponent, a, x],
      problem: `Solve $\\log_{${base}}(${left})=${exponent}$.`,
      solution:
        `Without the logarithm: $${left}=${base}^${exponent}$. $${power(base, exponent)}$. ${moveTerm(value, term)} ` +
        `Divide by $${a}$: $${quotient(a * x, a)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const read = readNumber(answer);
        return read !== undefined && isPower(evaluate([a, term], read), { base, exponent });
      },
    };
  },
};

const infiniteSeries: Family = {
  name: 'infinite-geometric-series',
  subject,
  level,
  form: 'fraction',
  make: (random) => {
    const [first, top, bottom] = drawWhere(
      () => [between(random, [1, 20]), nonZero(random, 9), between(random, [2, 12])] as const,
      ([a, p, q]) => Math.abs(p) < q && isReduced(p, q) && (a * q) % (q - p) !== 0,
    );
    const ratio = formatRational(toRational(top, bottom));
    const reference = formatRational(toRational(first * bottom, bottom - top));
    return {
      parameters: [first, top, bottom],
      problem: random.pick([
        `An infinite geometric series has first term $${first}$ and common ratio $${ratio}$. What is its sum?`,
        `Find the sum of the infinite geometric series with first term $${first}$ and common ratio $${ratio}$.`,
      ]),
      solution:
        `Subtract the ratio from $1$: $${difference(bottom, top)}$, so it is $\\frac{${bottom - top}}{${bottom}}$. ` +
        `Divide the first term by it: $${product(first, bottom)}$. $${reduceFraction(first * bottom, bottom - top)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let [total, term] = [0, first];
        for (let i = 0; i < 600; i++) [total, term] = [total + term, (term * top) / bottom];
        return readNumber(answer) !== undefined && isClose(evaluateLatex(answer), total);
      },
    };
  },
};

function isReduced(top: number, bottom: number): boolean {
  return toRational(top, bottom).denominator === BigInt(bottom);
}

const factoredRoots: Family = {
  name: 'roots-of-factored-polynomial',
  subject,
  level,
  form: 'list',
  make: (random) => {
    const [lead, single, pair] = drawWhere(
      () => [between(random, [2, 9]), nonZero(random, 12), between(random, [1, 12])] as const,
      (drawn) => Math.abs(drawn[1]) !== drawn[2],
    );
    const roots = [single, -pair, pair].sort((one, other) => one - other);
    const reference = formatList(roots);
    const [linear, square] = [formatPolynomial([lead, -lead * single]), formatPolynomial([1, 0, -pair * pair])];
    return {
      parameters: [lead, single, pair],
      problem: `Solve $(${linear})(${square})=0$. List the solutions in increasing order.`,
      solution:
        `$${lead}x=${lead * single}$: $${quotient(lead * single, lead)}$. ` +
        `$x^2=${pair * pair}$: $${squareRoot(pair * pair)}$, so $-${pair}$ and $${pair}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const values = readNumbers(answer) ?? [];
        return (
          values.length === 3 &&
          values.every((value, i) => i === 0 || compare(values[i - 1] ?? value, value) < 0) &&
          values.every((x) =>
            isEqual(multiply(evaluate([lead, -lead * single], x), evaluate([1, 0, -pair * pair], x)), 0),
          )
        );
      },
    };
  },
};

const radicalEquation: Family = {
  name: 'radical-equation',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, root, x] = drawWhere(
      () => [between(random, [2, 6]), between(random, [2, 12]), between(random, [-9, 12])] as const,
      ([factor, value, at]) => value ** 2 !== factor * at && Math.abs(value ** 2 - factor * at) <= 100,
    );
    const [b, c] = [root * root - a * x, nonZero(random, 12)];
    const [inside, right] = [formatPolynomial([a, b]), root + c];
    const reference = String(x);
    return {
      parameters: [a, root, x, c],
      problem: `Solve $\\sqrt{${inside}}${c < 0 ? c : `+${c}`}=${right}$.`,
      solution:
        `${moveTerm(right, c)} Square: $${power(root, 2)}$, so $${inside}=${root * root}$. ${moveTerm(root * root, b)} ` +
        `Divide by $${a}$: $${quotient(a * x, a)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) =>
        readNumber(answer) !== undefined &&
        isClose(evaluateLatex(`\\sqrt{${inside}}`, { x: Number(answer) }), right - c),
    };
  },
};

export const level3: readonly Family[] = [
  polynomialRemainder,
  logarithmOfLine,
  infiniteSeries,
  factoredRoots,
  radicalEquation,
];
