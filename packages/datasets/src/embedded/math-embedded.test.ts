import { digest } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import { families } from './families/index.ts';
import { type EmbeddedExercise, generateExercises, mathEmbedded } from './math-embedded.ts';
import { parseReference } from './parse-reference.ts';
import { add, toRational } from './rational.ts';

const usualSet = mathEmbedded.generate({ seed: 0, count: mathEmbedded.count });
const largeSet = generateExercises({ seed: 1, count: 5000 });

test('the usual set has 500 problems, the same on every machine', () => {
  expect(usualSet).toHaveLength(500);
  expect(digest(usualSet)).toBe('52b5850c52235f94571290e513133f22c350ba527dcf76e341fdcfdf085c63b4');
});

test('a larger set begins with the smaller one', () => {
  expect(mathEmbedded.generate({ seed: 0, count: 501 }).slice(0, 500)).toEqual(usualSet);
});

test('another seed gives other problems', () => {
  const texts = new Set(usualSet.map(({ problem }) => problem));
  const others = mathEmbedded.generate({ seed: 1, count: 500 });
  expect(others.filter(({ problem }) => texts.has(problem)).length).toBeLessThan(50);
});

test('an empty set can be had', () => {
  expect(mathEmbedded.generate({ seed: 0, count: 0 })).toEqual([]);
});

test('no problem and no id stands twice in 5,000', () => {
  expect(new Set(largeSet.map(({ problem }) => problem)).size).toBe(5000);
  expect(new Set(largeSet.map(({ id }) => id)).size).toBe(5000);
});

describe.each(families.map((family) => ({ family, name: family.name })))('$name', ({ family }) => {
  const exercises = largeSet.filter((exercise) => exercise.family === family);

  test('has every reference confirmed by its oracle', () => {
    expect(exercises.length).toBeGreaterThan(140);
    expect(
      exercises.filter(({ reference, isRight }) => !isRight(parseReference(reference))).map(describeExercise),
    ).toEqual([]);
  });

  test('has an oracle that refuses a number that is off by one, and one that is missing', () => {
    const accepted = exercises.filter(({ reference, isRight }) => {
      const [first = toRational(0), ...rest] = parseReference(reference);
      return isRight([add(first, toRational(1)), ...rest]) || isRight(parseReference(reference).slice(1));
    });
    expect(accepted.map(describeExercise)).toEqual([]);
  });

  test('ends its solutions with the reference in a box', () => {
    const wrong = exercises.filter(({ solution, reference }) => getLastBox(solution) !== reference);
    expect(wrong.map(describeExercise)).toEqual([]);
  });

  test('writes fractions in lowest terms, and balances dollars and braces', () => {
    const fractions = exercises.flatMap(({ reference }) => [...reference.matchAll(/\\frac\{(\d+)\}\{(\d+)\}/g)]);
    expect(
      fractions.filter(
        ([, top, bottom]) => toRational(Number(top), Number(bottom)).denominator !== BigInt(`${bottom}`),
      ),
    ).toEqual([]);
    const unbalanced = exercises.filter(({ problem, solution }) => !isBalanced(problem) || !isBalanced(solution));
    expect(unbalanced.map(describeExercise)).toEqual([]);
  });

  test('has no sign or factor that reads oddly', () => {
    const odd = /[+-] -|\+ \+|\b1x|\b1y|\b1i\b|undefined|NaN|--|[^\d]0x/;
    expect(
      exercises.filter(({ problem, solution }) => odd.test(problem) || odd.test(solution)).map(describeExercise),
    ).toEqual([]);
  });
});

test('every subject has a family at each of the five levels, under a name of its own', () => {
  const cells = new Map<string, number>();
  for (const { subject, level } of families)
    cells.set(`${subject} ${level}`, (cells.get(`${subject} ${level}`) ?? 0) + 1);
  expect(cells.size).toBe(35);
  expect(new Set(families.map(({ subject, level, name }) => `${subject} ${level} ${name}`)).size).toBe(families.length);
});

test('the usual set is spread evenly over families, subjects and levels', () => {
  expect(getSpread(usualSet.map(({ meta }) => meta.family))).toEqual({ least: 14, most: 15, kinds: 35 });
  expect(getSpread(usualSet.map(({ meta }) => meta.subject))).toMatchObject({ kinds: 7 });
  expect(getSpread(usualSet.map(({ meta }) => meta.level))).toMatchObject({ kinds: 5 });
});

test('the first 35 problems are one of each family', () => {
  expect(getSpread(usualSet.slice(0, 35).map(({ meta }) => meta.family))).toEqual({ least: 1, most: 1, kinds: 35 });
});

test('the answers have the forms that the first checks of the verifier decide', () => {
  const forms: Readonly<Record<string, RegExp>> = {
    integer: /^\d+$/,
    'negative integer': /^-\d+$/,
    fraction: /^-?\\frac/,
    decimal: /^-?\d+\.\d+$/,
    tuple: /^\(.*\)$/,
    list: /^[^(]*, /,
  };
  const counts = Object.values(forms).map((form) => usualSet.filter(({ reference }) => form.test(reference)).length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(10);
});

test('a problem carries its level, subject, family and solution', () => {
  const [first] = usualSet;
  expect(first?.id).toMatch(/^math-embedded\/0\/[a-z_]+\/[1-5]\/[a-z-]+\/0$/);
  expect(Object.keys(first?.meta ?? {}).sort()).toEqual(['family', 'level', 'solution', 'subject']);
});

function describeExercise({ id, problem, reference }: EmbeddedExercise): string {
  return `${id}: ${problem} [${reference}]`;
}

function getLastBox(solution: string): string | undefined {
  // The boxes of this grammar hold at most braces of fractions.
  return [...solution.matchAll(/\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}/g)].at(-1)?.[1];
}

function isBalanced(text: string): boolean {
  const count = (character: string): number => text.split(character).length - 1;
  return count('$') % 2 === 0 && count('{') === count('}') && count('(') === count(')');
}

function getSpread(values: readonly unknown[]): {
  readonly least: number;
  readonly most: number;
  readonly kinds: number;
} {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { least: Math.min(...counts.values()), most: Math.max(...counts.values()), kinds: counts.size };
}
