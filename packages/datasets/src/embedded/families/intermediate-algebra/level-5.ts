import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readNumber, readTuple } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatPolynomial, formatTuple } from '../../latex.ts';
import { add, divide, evaluate, isEqual, type Rational, toRational } from '../../rational.ts';
import { difference, power, product, quotient, sum } from '../../steps.ts';
import { formatComplex, readComplex } from './complex.ts';

const subject = 'Intermediate Algebra';
const level = 5;

const arithmeticSum: Family = {
  name: 'arithmetic-sum',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [first, step, count] = drawWhere(
      () => [between(random, [1, 20]), between(random, [2, 9]), between(random, [4, 12])] as const,
      (drawn) => drawn[2] * (2 * drawn[0] + (drawn[2] - 1) * drawn[1]) <= 900,
    );
    const last = first + (count - 1) * step;
    const reference = String((count * (first + last)) / 2);
    return {
      parameters: [first, step, count],
      problem: `An arithmetic sequence has first term $${first}$ and common difference $${step}$. What is the sum of its first $${count}$ terms?`,
      solution:
        `Number of steps: $${difference(count, 1)}$. $${product(count - 1, step)}$. Last term: $${sum(first, last - first)}$. ` +
        `First and last: $${sum(first, last)}$. $${product(count, first + last)}$. Half of it: $${quotient(count * (first + last), 2)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let total = 0;
        for (let i = 0, term = first; i < count; i++, term += step) total += term;
        const value = readNumber(answer);
        return value !== undefined && isEqual(value, total);
      },
    };
  },
};

const vertex: Family = {
  name: 'vertex-of-parabola',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [a, h, c] = drawWhere(
      () => [nonZero(random, 4), nonZero(random, 5), nonZero(random, 20)] as const,
      (drawn) => Math.abs(drawn[0]) > 1,
    );
    const b = -2 * a * h;
    const k = a * h * h + b * h + c;
    const curve = formatPolynomial([a, b, c]);
    const reference = formatTuple([h, k]);
    return {
      parameters: [a, h, c],
      problem: `What is the vertex of the parabola $y=${curve}$? Write it as an ordered pair.`,
      solution:
        `$x=-\\frac{b}{2a}$: $${product(2, a)}$. $${quotient(-b, 2 * a)}$. $${power(h, 2)}$. $${product(a, h * h)}$. ` +
        `$${product(b, h)}$. $${sum(a * h * h, b * h, c)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // The vertex lies on the curve, and points as far to its left as to its right are equally high.
      isRight: (answer) => {
        const [x, y, ...others] = readTuple(answer) ?? [];
        if (x === undefined || y === undefined || others.length > 0) return false;
        const heightAt = (beside: number): Rational => evaluate([a, b, c], add(x, toRational(beside)));
        return isEqual(heightAt(0), y) && isEqual(heightAt(1), heightAt(-1));
      },
    };
  },
};

const complexQuotient: Family = {
  name: 'complex-quotient',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const [u, v, c, d] = drawWhere(
      () => [nonZero(random, 5), nonZero(random, 5), nonZero(random, 3), nonZero(random, 3)] as const,
      (drawn) => drawn[0] * drawn[2] !== drawn[1] * drawn[3] && drawn[0] * drawn[3] !== -drawn[1] * drawn[2],
    );
    const [a, b, size] = [u * c - v * d, u * d + v * c, c * c + d * d];
    const reference = formatComplex(u, v);
    return {
      parameters: [u, v, c, d],
      problem: `Write $\\frac{${formatComplex(a, b)}}{${formatComplex(c, d)}}$ in the form $a+bi$.`,
      solution:
        `$${power(c, 2)}$. $${power(d, 2)}$. $${sum(c * c, d * d)}$. ` +
        `$${product(a, c)}$. $${product(b, d)}$. $${sum(a * c, b * d)}$. Real part: $${quotient(u * size, size)}$. ` +
        `$${product(b, c)}$. $${product(a, d)}$. $${difference(b * c, a * d)}$. Imaginary part: $${quotient(v * size, size)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // The answer times the denominator gives the numerator.
      isRight: (answer) => {
        const [x, y] = readComplex(answer) ?? [];
        if (x === undefined || y === undefined) return false;
        return isClose(x * c - y * d, a) && isClose(x * d + y * c, b);
      },
    };
  },
};

const partialFractions: Family = {
  name: 'partial-fractions',
  subject,
  level,
  form: 'tuple',
  make: (random) => {
    const [a, b, r, s] = drawWhere(
      () => [nonZero(random, 6), nonZero(random, 6), nonZero(random, 5), nonZero(random, 5)] as const,
      (drawn) =>
        Math.abs(drawn[0] + drawn[1]) > 1 && drawn[2] !== drawn[3] && drawn[0] * drawn[3] !== -drawn[1] * drawn[2],
    );
    const [p, q] = [a + b, -a * s - b * r];
    const reference = formatTuple([a, b]);
    const [first, second, top] = [formatPolynomial([1, -r]), formatPolynomial([1, -s]), formatPolynomial([p, q])];
    return {
      parameters: r < s ? [a, r, b, s] : [b, s, a, r],
      problem:
        `Find the ordered pair $(A,B)$ such that $\\frac{${top}}{(${first})(${second})}=\\frac{A}{${first}}+\\frac{B}{${second}}$ ` +
        `for all $x$ other than $${r}$ and $${s}$.`,
      solution: `${putIn([p, q], r, s, 'A')} ${putIn([p, q], s, r, 'B')} The answer is $\\boxed{${reference}}$.`,
      reference,
      // Two sides that agree at two places away from the poles are the same.
      isRight: (answer) => {
        const [left, right, ...others] = readTuple(answer) ?? [];
        if (left === undefined || right === undefined || others.length > 0) return false;
        return [10, 11].every((x) =>
          isEqual(
            add(divide(left, toRational(x - r)), divide(right, toRational(x - s))),
            toRational(p * x + q, (x - r) * (x - s)),
          ),
        );
      },
    };
  },
};

/** The numerator at one pole, divided by the distance from the other. */
function putIn([p, q]: readonly [number, number], pole: number, other: number, name: string): string {
  const value = p * pole + q;
  return (
    `Put in $x=${pole}$: $${product(p, pole)}$. $${sum(p * pole, q)}$. $${difference(pole, other)}$. ` +
    `$${name}$: $${quotient(value, pole - other)}$.`
  );
}

const iteratedFunction: Family = {
  name: 'iterated-function',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b, x] = drawWhere(
      () => [random.pick([-1, 1]) * between(random, [2, 4]), nonZero(random, 15), nonZero(random, 9)] as const,
      ([c, d, at]) => c * at + d !== at && Math.abs(c * (c * at + d) + d) <= 40,
    );
    const [once, line] = [a * x + b, formatPolynomial([a, b])];
    const [twice, thrice] = [a * once + b, a * (a * once + b) + b];
    const reference = String(thrice);
    return {
      parameters: [a, b, x],
      problem: `Let $f(x)=${line}$. Find $f(f(f(${x})))$.`,
      solution:
        `$${product(a, x)}$. $${sum(a * x, b)}$. $${product(a, once)}$. $${sum(a * once, b)}$. ` +
        `$${product(a, twice)}$. $${sum(a * twice, b)}$. The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        let value: number | undefined = x;
        for (let i = 0; i < 3 && value !== undefined; i++) value = evaluateLatex(line, { x: value });
        return readNumber(answer) !== undefined && value === Number(answer);
      },
    };
  },
};

export const level5: readonly Family[] = [arithmeticSum, vertex, complexQuotient, partialFractions, iteratedFunction];
