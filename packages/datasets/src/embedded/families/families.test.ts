import { createRandom } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import type { Exercise, Family } from '../family.ts';
import { getKind, getSplitOf } from '../math-embedded.ts';
import { toRational } from '../rational.ts';
import { families } from './index.ts';

const draws = 4000;

function draw(family: Family): readonly Exercise[] {
  const random = createRandom(`families.test/${getKind(family)}`);
  const exercises = new Map<string, Exercise>();
  for (let i = 0; i < draws; i++) {
    const exercise = family.make(random);
    exercises.set(JSON.stringify(exercise.parameters), exercise);
  }
  return [...exercises.values()];
}

describe.each(families.map((family) => ({ family, name: getKind(family) })))('$name', ({ family }) => {
  const exercises = draw(family);
  const sample = exercises.slice(0, 400);

  test('has a thousand distinct problems, some of them for the test', () => {
    // The parameters decide: other names or words make no other problem.
    expect(new Set(exercises.map(({ problem }) => problem)).size).toBeGreaterThanOrEqual(1000);
    const splits = exercises.map((exercise) => getSplitOf(family, exercise));
    expect(splits.filter((split) => split === 'test').length).toBeGreaterThanOrEqual(150);
  });

  test('has every reference confirmed by its oracle', () => {
    expect(sample.filter(({ reference, isRight }) => !isRight(reference)).map(describeExercise)).toEqual([]);
  });

  test('has an oracle that refuses another answer, and one that cannot be read', () => {
    const accepted = sample.flatMap((exercise) =>
      [...makeOtherAnswers(exercise, exercises), '', '?', `${exercise.reference}+`]
        .filter((answer) => exercise.isRight(answer))
        .map((answer) => `${describeExercise(exercise)} accepts ${answer}`),
    );
    expect(accepted).toEqual([]);
  });

  test('ends its solutions with the reference in the only box', () => {
    const wrong = sample.filter(
      ({ solution, reference }) =>
        !solution.endsWith(`The answer is $\\boxed{${reference}}$.`) || solution.split('\\boxed').length !== 2,
    );
    expect(wrong.map(describeExercise)).toEqual([]);
  });

  test('writes fractions in lowest terms, and balances dollars and braces', () => {
    const fractions = sample.flatMap(({ reference }) => [...reference.matchAll(/\\frac\{(\d+)\}\{(\d+)\}/g)]);
    const reducible = fractions.filter(
      ([, top, bottom]) => toRational(Number(top), Number(bottom)).denominator !== BigInt(`${bottom}`),
    );
    expect(reducible).toEqual([]);
    const unbalanced = sample.filter(({ problem, solution }) => !isBalanced(problem) || !isBalanced(solution));
    expect(unbalanced.map(describeExercise)).toEqual([]);
  });

  test('has no sign or factor that reads oddly', () => {
    const odd = /[+-] ?-|\+ ?\+|(?<![\d.])1[xyi]\b|undefined|NaN|(?<![\d.])0[xyi]\b| {2}/;
    const found = sample.filter(({ problem, solution }) => odd.test(problem) || odd.test(solution));
    expect(found.map((exercise) => `${describeExercise(exercise)} ${exercise.solution}`)).toEqual([]);
  });

  test('is short enough for a small model', () => {
    expect(Math.max(...sample.map(({ problem }) => problem.length))).toBeLessThanOrEqual(360);
    expect(Math.max(...sample.map(({ solution }) => solution.length))).toBeLessThanOrEqual(480);
  });
});

test('every subject has three families at each of the five levels, under names of their own', () => {
  const cells = new Map<string, number>();
  for (const { subject, level } of families)
    cells.set(`${subject} ${level}`, (cells.get(`${subject} ${level}`) ?? 0) + 1);
  expect(cells.size).toBe(35);
  expect(Math.min(...cells.values())).toBeGreaterThanOrEqual(3);
  expect(new Set(families.map(getKind)).size).toBe(families.length);
});

test('some families of every subject are held out of training, and no cell is without a family to train on', () => {
  const heldOut = families.filter(({ isHeldOut }) => isHeldOut === true);
  expect(new Set(heldOut.map(({ subject }) => subject)).size).toBe(7);
  const trained = families.filter(({ isHeldOut }) => isHeldOut !== true);
  expect(new Set(trained.map(({ subject, level }) => `${subject} ${level}`)).size).toBe(35);
});

test('the answers have all the forms of MATH', () => {
  const forms = [
    'integer',
    'decimal',
    'fraction',
    'radical',
    'expression',
    'equation',
    'tuple',
    'list',
    'interval',
    'matrix',
    'text',
  ];
  expect([...new Set(families.map(({ form }) => form))].sort()).toEqual([...forms].sort());
});

/** Answers in the shape of the reference that are not the same: a digit changed, a sign, the answer of another problem. */
function makeOtherAnswers({ reference }: Exercise, exercises: readonly Exercise[]): string[] {
  const digits = [...reference.matchAll(/\d/g)].map(({ 0: digit, index }) => {
    const other = digit === '9' ? '7' : String(Number(digit) + 1);
    return reference.slice(0, index) + other + reference.slice(index + 1);
  });
  const words = /[a-z]{3}/i.test(reference.replaceAll(/\\[a-z]+/g, ''));
  const others = words ? [...new Set(exercises.map((other) => other.reference))].slice(0, 5) : [];
  const longer = /\d/.test(reference) ? [reference.replace(/\d(?!\d)/, (digit) => `${digit}0`)] : [];
  // Zero turns into zero, and a fraction or a root of a changed number may be the same one.
  return [...digits, ...others, ...longer].filter(
    (answer) => answer !== reference && normalise(answer) !== normalise(reference),
  );
}

function normalise(answer: string): string {
  return answer
    .replaceAll(/\\frac\{(\d+)\}\{(\d+)\}/g, (_, top, bottom) =>
      Number(bottom) === 0 ? 'none' : JSON.stringify(String(Number(top) / Number(bottom))),
    )
    .replaceAll(/(?<!\d)0+(?=\d)/g, '');
}

function describeExercise({ problem, reference }: Exercise): string {
  return `${problem} [${reference}]`;
}

function isBalanced(text: string): boolean {
  const count = (character: string): number => text.split(character).length - 1;
  // Half-open intervals pair a parenthesis with a bracket.
  const brackets = count('(') + count('[') === count(')') + count(']');
  return count('$') % 2 === 0 && count('{') === count('}') && brackets;
}
