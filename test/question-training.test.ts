import { generateSeedQuestions, pairQuestions } from '@scalequest/datasets/embedded';
import { getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateQuestions, measureQuestions } from '../benchmarks/support/measure-questions.mjs';
import { type TrainedGenerator, trainGenerator } from '../benchmarks/support/train-questions.mjs';
import { testPython as python } from './support/test-python.ts';

// The miniature of docs/question-training.md with real torch and the real model, as far as it fits into a minute.

if (python === undefined)
  console.log('Tests that train a generator of questions are skipped: SCALEQUEST_TEST_PYTHON is not set.');

describe.skipIf(python === undefined)('the embedded model learns to ask', () => {
  let folder: TemporaryFolder;
  let asking: TrainedGenerator;
  let generations: Awaited<ReturnType<typeof generateQuestions>>;

  beforeAll(async () => {
    folder = makeTemporaryFolder();
    asking = await trainGenerator({ recipe: 'nano.qft', folder: folder.join('qft'), python: python ?? '' });
    generations = await generateQuestions({ path: asking.path, prefix: asking.prefix, count: 500, seed: 1 });
  }, 600_000);
  afterAll(() => folder[Symbol.dispose]());

  test('before QFT under 10 % of what it writes behind the bare prefix are valid questions', async () => {
    const texts = await generateQuestions({ path: getEmbeddedModelPath(), prefix: asking.prefix, count: 100, seed: 1 });
    expect(measureQuestions(texts, []).valid.high).toBeLessThan(0.1);
  }, 300_000);

  test('after it over 75 % are, new ones that differ, of one step and two, and all have an end', () => {
    const seeds = generateSeedQuestions({ seed: 0, count: asking.rows }).map(({ question }) => question);
    const { valid, steps, unique, verbatim, unfinished } = measureQuestions(generations, seeds);
    expect(valid.share).toBeGreaterThan(0.75);
    expect(unique).toBeGreaterThan(0.97);
    expect(verbatim).toBeLessThan(0.05);
    expect(unfinished).toBeLessThan(0.02);
    expect(steps?.mean).toBeGreaterThan(1.2);
    expect(steps?.mean).toBeLessThan(1.7);
  });

  test('difficulty-heavy QPO makes it ask questions of more steps', async () => {
    const { pairs } = pairQuestions({ generations, mix: 'difficulty-heavy', seed: 0 });
    expect(pairs.length).toBeGreaterThan(350);
    const harder = await trainGenerator({
      ...{ recipe: 'nano.qpo', folder: folder.join('qpo'), python: python ?? '' },
      ...{ model: folder.join('qft'), rows: pairs },
      // Four times the recipe's, so that thirty steps show.
      settings: { 'optimizer.learningRate': 2e-4 },
    });
    expect(harder.prefix).toBe(asking.prefix);
    const texts = await generateQuestions({ path: harder.path, prefix: harder.prefix, count: 300, seed: 2 });
    const [before, after] = [measureQuestions(generations, []), measureQuestions(texts, [])];
    expect(after.steps?.low).toBeGreaterThan(before.steps?.high ?? Number.NaN);
    expect(after.valid.share).toBeGreaterThan(0.5);
  }, 300_000);
});
