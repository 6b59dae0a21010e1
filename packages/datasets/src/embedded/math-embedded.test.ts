import { digest } from '@scalequest/core';
import { expect, test } from 'vitest';
import { families } from './families/index.ts';
import {
  type EmbeddedExercise,
  generateExercises,
  generateTrainingExercises,
  getKind,
  mathEmbedded,
} from './math-embedded.ts';

/** Changes when a family does: `node packages/datasets/scripts/print-embedded-pins.mjs` prints the new one. */
const pinnedDigest = 'f831bc13faea99860449201e1803cc65ba28e3da2a2f89e8be097cb31d341294';

const trainedFamilies = families.filter(({ isHeldOut }) => isHeldOut !== true);
const usualSet = mathEmbedded.generate({ seed: 0, count: mathEmbedded.count });
const tests = [0, 1].flatMap((seed) => generateExercises({ seed, count: 20 * families.length }));
const training = [0, 1].flatMap((seed) => generateTrainingExercises({ seed, count: 20 * trainedFamilies.length }));

test('the usual set has 500 problems, the same on every machine', () => {
  expect(usualSet).toHaveLength(500);
  expect(digest(usualSet)).toBe(pinnedDigest);
});

test('a larger set begins with the smaller one, and an empty one can be had', () => {
  expect(mathEmbedded.generate({ seed: 0, count: 101 })).toEqual(usualSet.slice(0, 101));
  const texts = training.slice(0, 101).map(({ problem }) => problem);
  expect(generateTrainingExercises({ seed: 0, count: 101 }).map(({ problem }) => problem)).toEqual(texts);
  expect(mathEmbedded.generate({ seed: 0, count: 0 })).toEqual([]);
});

test('another seed gives other problems', () => {
  const texts = new Set(usualSet.map(({ problem }) => problem));
  const others = mathEmbedded.generate({ seed: 1, count: 500 });
  expect(others.filter(({ problem }) => texts.has(problem)).length).toBeLessThan(50);
});

test('no id stands twice, and no problem twice in a test', () => {
  const ids = [...tests, ...training].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const seed of [0, 1]) {
    const set = tests.filter(({ id }) => id.startsWith(`${mathEmbedded.name}/${seed}/`));
    expect(new Set(set.map(({ problem }) => problem)).size).toBe(set.length);
  }
});

test('no problem of a test is one of training, whatever the seeds', () => {
  const trained = new Set(training.map(identify));
  expect(tests.filter((exercise) => trained.has(identify(exercise))).map(({ id }) => id)).toEqual([]);
  const texts = new Set(training.map(({ problem }) => problem));
  expect(tests.filter(({ problem }) => texts.has(problem)).map(({ id }) => id)).toEqual([]);
});

test('no worked solution of a test is one of training', () => {
  const solutions = new Set(training.map(({ solution }) => solution));
  expect(tests.filter(({ solution }) => solutions.has(solution)).map(({ id }) => id)).toEqual([]);
});

test('the families that are held out are in the test and not in training', () => {
  const inTraining = new Set(training.map(({ family }) => getKind(family)));
  expect([...inTraining].sort()).toEqual(trainedFamilies.map(getKind).sort());
  expect(new Set(tests.map(({ family }) => getKind(family))).size).toBe(families.length);
});

test('a problem says whether its family was trained on', () => {
  const heldOut = usualSet.filter(({ meta }) => meta.training === 'held-out family');
  const names = families.filter(({ isHeldOut }) => isHeldOut === true).map(({ name }) => name);
  expect([...new Set(heldOut.map(({ meta }) => meta.family))].sort()).toEqual([...new Set(names)].sort());
  expect(usualSet.filter(({ meta }) => meta.training === 'seen family').length).toBe(500 - heldOut.length);
});

test('sets are spread evenly over the families, and so is their beginning', () => {
  expect(getSpread(tests.map(({ family }) => getKind(family)))).toEqual({ least: 40, most: 40 });
  expect(getSpread(training.map(({ family }) => getKind(family)))).toEqual({ least: 40, most: 40 });
  const beginning = tests.slice(0, families.length);
  expect(getSpread(beginning.map(({ family }) => getKind(family)))).toEqual({ least: 1, most: 1 });
});

test('a problem carries its level, subject, family and solution', () => {
  const [first] = usualSet;
  expect(first?.id).toMatch(/^math-embedded\/0\/[a-z_]+\/[1-5]\/[a-z0-9-]+\/0$/);
  expect(Object.keys(first?.meta ?? {}).sort()).toEqual(['family', 'level', 'solution', 'subject', 'training']);
});

function identify({ family, parameters }: EmbeddedExercise): string {
  return JSON.stringify([getKind(family), parameters]);
}

function getSpread(values: readonly unknown[]): { readonly least: number; readonly most: number } {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { least: Math.min(...counts.values()), most: Math.max(...counts.values()) };
}
