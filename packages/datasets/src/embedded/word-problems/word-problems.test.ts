import { digest } from '@scalequest/core';
import { expect, test } from 'vitest';
import { evaluateLatex, isClose } from '../answers/evaluate-latex.ts';
import { readWordProblem } from './read-word-problem.ts';
import { generateTrainingWordProblems, wordProblems } from './word-problems.ts';

/** Changes when the generator does: `node packages/datasets/scripts/print-embedded-pins.mjs` prints the new one. */
const pinnedDigest = '05174082672b727f6034dca33073eadce4d6d050b3ab7db79947b10973c1a2f3';

const usualSet = wordProblems.generate({ seed: 0, count: wordProblems.count });
const largeSet = wordProblems.generate({ seed: 1, count: 4000 });
const training = generateTrainingWordProblems({ seed: 0, count: 4000 });

test('the usual set has 1,000 problems, 250 of each number of steps, the same on every machine', () => {
  const counts = [1, 2, 3, 4].map((steps) => usualSet.filter(({ meta }) => meta.steps === steps).length);
  expect(counts).toEqual([250, 250, 250, 250]);
  expect(digest(usualSet)).toBe(pinnedDigest);
});

test('a larger set begins with the smaller one, and an empty one can be had', () => {
  expect(wordProblems.generate({ seed: 0, count: 101 })).toEqual(usualSet.slice(0, 101));
  expect(generateTrainingWordProblems({ seed: 0, count: 101 })).toEqual(training.slice(0, 101));
  expect(wordProblems.generate({ seed: 0, count: 0 })).toEqual([]);
});

test('there are 1,000 problems of each number of steps that differ in more than words', () => {
  for (const steps of [1, 2, 3, 4]) {
    const problems = largeSet.filter(({ meta }) => meta.steps === steps).map(({ problem }) => withoutWords(problem));
    expect(new Set(problems).size).toBe(1000);
  }
  expect(new Set(largeSet.map(({ id }) => id)).size).toBe(4000);
});

test('the oracle reads every problem and comes to the same answer in the same number of steps', () => {
  const wrong = [...usualSet, ...largeSet].filter(({ problem, reference, meta }) => {
    const reading = readWordProblem(problem);
    return reading.kind !== 'solvable' || String(reading.answer) !== reference || reading.steps !== meta.steps;
  });
  expect(wrong.map(({ problem }) => problem)).toEqual([]);
});

test('the oracle comes to the answers of training too', () => {
  const wrong = training.filter(({ problem, reference }) => {
    const reading = readWordProblem(problem);
    return reading.kind !== 'solvable' || String(reading.answer) !== reference;
  });
  expect(wrong.map(({ problem }) => problem)).toEqual([]);
});

test('no problem of a test is a problem of training in other words', () => {
  const trained = new Set(training.map(({ problem }) => withoutWords(problem)));
  expect(trained.size).toBeGreaterThan(3000);
  const both = [...usualSet, ...largeSet].filter(({ problem }) => trained.has(withoutWords(problem)));
  expect(both.map(({ problem }) => problem)).toEqual([]);
});

test("a solution has one right equation for every step, and GSM8K's last line", () => {
  const wrong = largeSet.filter(({ reference, meta }) => {
    const lines = String(meta.solution).split('\n');
    const equations = lines.slice(0, -1).map((line) => /^[^$]*\$([^$]+)\$[^$]*\.$/.exec(line)?.[1] ?? '');
    const values = equations.at(-1)?.split('=') ?? [];
    const isEnd = lines.at(-1) === `#### ${reference}` && values.at(-1) === reference;
    return !isEnd || equations.length !== meta.steps || !equations.every(isRight);
  });
  expect(wrong.map(({ meta }) => meta.solution)).toEqual([]);
});

test('a reply to train on says after each sentence what everybody has, with right equations, and boxes the answer', () => {
  const wrong = training.filter(({ reply, reference }) => {
    const lines = reply.split('\n');
    const equations = [...reply.matchAll(/\$([^$]*=[^$]*)\$/g)].map(([, equation = '']) => equation);
    return lines.at(-1) !== `The answer is $\\boxed{${reference}}$.` || !equations.every(isRight) || !isLedger(lines);
  });
  expect(wrong.map(({ reply }) => reply)).toEqual([]);
  expect(new Set(training.map(({ id }) => id)).size).toBe(4000);
});

test('problems and replies are short enough for a small model', () => {
  expect(Math.max(...largeSet.map(({ problem }) => problem.length))).toBeLessThanOrEqual(360);
  expect(Math.max(...training.map(({ reply }) => reply.length))).toBeLessThanOrEqual(480);
});

/** The text with people, things and verbs by number: what is left are structure and numbers. */
function withoutWords(problem: string): string {
  const [, thing = ''] = /How many (?:more )?([a-z]+) do/.exec(problem.replace('dollars', 'Dollars')) ?? [];
  const things = thing === '' ? (/'s ([a-z]+) are sold/.exec(problem)?.[1] ?? '') : thing;
  const people: string[] = [];
  return problem
    .replaceAll(/\b[A-Z][a-z]+\b/g, (name) => {
      if (['How', 'Half', 'The'].includes(name)) return name;
      if (!people.includes(name)) people.push(name);
      return `P${people.indexOf(name)}`;
    })
    .replaceAll(new RegExp(`\\b${things}\\b`, 'g'), 'things')
    .replaceAll(/\b(?:finds|buys|gets)(?= \d+ more)/g, 'gains')
    .replaceAll(/\b(?:loses|sells|eats)\b/g, 'loses');
}

function isRight(equation: string): boolean {
  const [first, ...others] = equation.split('=').map((side) => evaluateLatex(side));
  return first !== undefined && others.length > 0 && others.every((side) => isClose(side, first));
}

/** Whether what somebody has in one line is where the equation of the next line begins, or stands there unchanged. */
function isLedger(lines: readonly string[]): boolean {
  const amounts = new Map<string, string>();
  return lines
    .filter((line) => /^[A-Z][a-z]+ \$/.test(line))
    .flatMap((line) => line.split(', '))
    .every((entry) => {
      const [name = '', equation = ''] = entry.slice(0, -1).split(' $');
      const [first = '', ...others] = equation.split('=');
      const before = amounts.get(name);
      amounts.set(name, others.at(-1) ?? first);
      const from = others.length > 0 ? first.split(/[-+/]|2\\cdot/).find((part) => part !== '') : first;
      return before === undefined || before === from;
    });
}
