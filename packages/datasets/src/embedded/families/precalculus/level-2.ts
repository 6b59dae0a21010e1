import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { readIntervals, readNumber } from '../../answers/read-answer.ts';
import { between, drawWhere, nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { formatInterval } from '../../latex.ts';
import { isEqual, type Rational, toRational } from '../../rational.ts';
import { product, reduceFraction, sum } from '../../steps.ts';
import { formatColumn, readColumn } from './columns.ts';
import { drawWave, formatWave, sampleWave } from './waves.ts';

const subject = 'Precalculus';
const level = 2;

const dotProduct: Family = {
  name: 'dot-product',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const [a, b] = [nonZero(random, 9), nonZero(random, 9)];
    const [c, d] = [nonZero(random, 9), nonZero(random, 9)];
    const value = a * c + b * d;
    return {
      parameters: [a, b, c, d],
      problem: `Compute the dot product of $${formatColumn([a, b])}$ and $${formatColumn([c, d])}$.`,
      solution:
        `Multiply the first entries: $${product(a, c)}$. Multiply the second entries: $${product(b, d)}$. ` +
        `Add: $${sum(a * c, b * d)}$. The answer is $\\boxed{${value}}$.`,
      reference: String(value),
      // Polarization: |u+v|^2 = |u|^2 + 2 u.v + |v|^2.
      isRight: (answer) => {
        const read = readNumber(answer);
        const twice = (a + c) ** 2 + (b + d) ** 2 - (a ** 2 + b ** 2) - (c ** 2 + d ** 2);
        return read !== undefined && isEqual(read, twice / 2);
      },
    };
  },
};

const sineRange: Family = {
  name: 'sine-range',
  subject,
  level,
  form: 'interval',
  make: (random) => {
    const wave = drawWave(random);
    const { name, factor, frequency, shift } = wave;
    const reference = formatInterval({ from: { at: shift - factor }, to: { at: shift + factor } });
    return {
      parameters: [name, factor, frequency, shift],
      splitBy: [factor, shift],
      problem: `What is the range of $f(x)=${formatWave(wave)}$? Write it as an interval.`,
      solution:
        `The smallest value is $${sum(-factor, shift)}$. The largest value is $${sum(factor, shift)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const [interval, ...more] = readIntervals(answer) ?? [];
        if (interval === undefined || more.length > 0 || interval.isFromOpen || interval.isToOpen) return false;
        const values = sampleWave(wave);
        const isEnd = (end: Rational | undefined, value: number): boolean =>
          end?.denominator === 1n && isClose(Number(end.numerator), value);
        return isEnd(interval.from, Math.min(...values)) && isEnd(interval.to, Math.max(...values));
      },
    };
  },
};

const period: Family = {
  name: 'period',
  subject,
  level,
  form: 'expression',
  make: (random) => {
    const wave = drawWave(random);
    const { name, factor, shift } = wave;
    const bottom = between(random, [2, 12]);
    const top = drawWhere(
      () => between(random, [1, 15]),
      (drawn) => toRational(drawn, bottom).denominator === BigInt(bottom),
    );
    const reference = formatMultipleOfPi(toRational(2 * bottom, top));
    const argument = `\\frac{${top === 1 ? '' : top}x}{${bottom}}`;
    return {
      parameters: [name, factor, shift, top, bottom],
      splitBy: [top, bottom],
      problem: `What is the period of $f(x)=${formatWave(wave, argument)}$?`,
      solution:
        `Divide $2\\pi$ by $\\frac{${top}}{${bottom}}$: $${product(2, bottom)}$ and $${reduceFraction(2 * bottom, top)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => isPeriod(evaluateLatex(answer), (x) => factor * Math[name]((top * x) / bottom) + shift),
    };
  },
};

/** `\pi`, `3\pi`, `\frac{2\pi}{5}`. */
function formatMultipleOfPi({ numerator, denominator }: Rational): string {
  const top = numerator === 1n ? '\\pi' : `${numerator}\\pi`;
  return denominator === 1n ? top : `\\frac{${top}}{${denominator}}`;
}

/** Whether the function repeats itself after this step, and after no part of it. */
function isPeriod(step: number | undefined, f: (x: number) => number): boolean {
  if (step === undefined || step <= 0) return false;
  const points = [0.1, 0.7, 1.3, 2.9, 4.1, 7.7];
  const repeatsAfter = (length: number): boolean => points.every((x) => Math.abs(f(x + length) - f(x)) < 1e-6);
  if (!repeatsAfter(step)) return false;
  for (let parts = 2; parts <= 200; parts++) if (repeatsAfter(step / parts)) return false;
  return true;
}

const vectorCombination: Family = {
  name: 'vector-combination',
  subject,
  level,
  form: 'matrix',
  isHeldOut: true,
  make: (random) => {
    const factor = between(random, [2, 9]);
    const [a, b] = [nonZero(random, 9), nonZero(random, 9)];
    const [c, d] = [nonZero(random, 20), nonZero(random, 20)];
    const reference = formatColumn([factor * a + c, factor * b + d]);
    return {
      parameters: [factor, a, b, c, d],
      problem: `Compute $${factor}${formatColumn([a, b])}+${formatColumn([c, d])}$.`,
      solution:
        `Multiply the first vector by $${factor}$: $${product(factor, a)}$ and $${product(factor, b)}$. ` +
        `Add the first entries: $${sum(factor * a, c)}$. Add the second entries: $${sum(factor * b, d)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // Walking the first vector again and again from the end of the second.
      isRight: (answer) => {
        const position = [c, d];
        for (let i = 0; i < factor; i++) position.splice(0, 2, (position[0] ?? 0) + a, (position[1] ?? 0) + b);
        const read = readColumn(answer);
        return read?.length === 2 && read.every((entry, i) => entry === position[i]);
      },
    };
  },
};

export const level2: readonly Family[] = [dotProduct, sineRange, period, vectorCombination];
