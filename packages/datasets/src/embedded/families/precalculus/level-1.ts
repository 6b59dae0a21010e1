import { isClose } from '../../answers/evaluate-latex.ts';
import { readNumber } from '../../answers/read-answer.ts';
import { nonZero } from '../../draw.ts';
import type { Family } from '../../family.ts';
import { isEqual } from '../../rational.ts';
import { sum } from '../../steps.ts';
import { formatColumn, readColumn } from './columns.ts';
import { drawWave, formatWave, sampleWave } from './waves.ts';

const subject = 'Precalculus';
const level = 1;

const vectorSum: Family = {
  name: 'vector-sum',
  subject,
  level,
  form: 'matrix',
  make: (random) => {
    const [a, b] = [nonZero(random, 20), nonZero(random, 20)];
    const [c, d] = [nonZero(random, 20), nonZero(random, 20)];
    const reference = formatColumn([a + c, b + d]);
    return {
      parameters: [a, b, c, d],
      problem: `Compute $${formatColumn([a, b])}+${formatColumn([c, d])}$.`,
      solution:
        `Add the first entries: $${sum(a, c)}$. Add the second entries: $${sum(b, d)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      // Going back from the sum by the one vector leads to the other.
      isRight: (answer) => {
        const [x, y, ...more] = readColumn(answer) ?? [];
        return x !== undefined && y !== undefined && more.length === 0 && x - a === c && y - d === b;
      },
    };
  },
};

const quadrants = ['first', 'second', 'third', 'fourth'] as const;

const terminalQuadrant: Family = {
  name: 'terminal-quadrant',
  subject,
  level,
  form: 'text',
  make: (random) => {
    const [x, y] = [nonZero(random, 30), nonZero(random, 30)];
    const quadrant = y > 0 ? (x > 0 ? 'first' : 'second') : x < 0 ? 'third' : 'fourth';
    const reference = `\\text{${quadrant}}`;
    return {
      parameters: [x, y],
      problem:
        `The terminal side of an angle in standard position goes through the point $(${x},${y})$. In which quadrant ` +
        'does the angle lie? Answer with first, second, third or fourth.',
      solution: `$${x}${x < 0 ? '<' : '>'}0$ and $${y}${y < 0 ? '<' : '>'}0$. The answer is $\\boxed{${reference}}$.`,
      reference,
      // A quarter turn for each quadrant.
      isRight: (answer) => {
        const turn = (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
        return answer === `\\text{${quadrants[Math.floor(4 * turn)]}}`;
      },
    };
  },
};

const extremeValue: Family = {
  name: 'extreme-value',
  subject,
  level,
  form: 'integer',
  make: (random) => {
    const wave = drawWave(random);
    const { name, factor, frequency, shift } = wave;
    const sign = random.pick([1, -1]);
    const reference = String(sign * factor + shift);
    const kind = sign > 0 ? 'largest' : 'smallest';
    return {
      parameters: [name, factor, frequency, shift, sign],
      splitBy: [factor, shift, sign],
      problem: `What is the ${kind} value of $${formatWave(wave)}$?`,
      solution:
        `The ${kind} value of $\\${name}(${frequency}x)$ is $${sign}$: $${sum(sign * factor, shift)}$. ` +
        `The answer is $\\boxed{${reference}}$.`,
      reference,
      isRight: (answer) => {
        const value = readNumber(answer);
        const values = sampleWave(wave);
        const extreme = sign > 0 ? Math.max(...values) : Math.min(...values);
        return value !== undefined && isEqual(value, Math.round(extreme)) && isClose(Math.round(extreme), extreme);
      },
    };
  },
};

export const level1: readonly Family[] = [vectorSum, terminalQuadrant, extremeValue];
