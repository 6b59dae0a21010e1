import { readFileSync } from 'node:fs';
import { getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop, modelStep } from '../__fixtures__/make-loops.ts';
import { type RunLoopOptions, runLoop } from '../engine/run-loop.ts';
import { evaluateStep } from './evaluate-step.ts';

const limit = 40;

const recipe = makeLoop(
  modelStep({ name: 'student', path: getEmbeddedModelPath() }),
  evaluateStep({ name: 'evaluate', benchmark: 'word-problems', model: 'student', limit }),
);

const read = (path: string): string => readFileSync(path, 'utf8');

test('an evaluation spells the outcome of each problem, and one that is stopped ends with the same', async () => {
  using folder = makeTemporaryFolder();
  const whole = await runLoop({ recipe, folder: folder.join('whole') });
  const figures = whole.get('evaluate')?.figures ?? {};
  const letters = String(figures.letters);
  const right = [...letters].filter((letter) => letter === 'c').length;
  expect(letters).toMatch(/^[cwntue]{40}$/);
  // The model that ships solves most of them.
  expect(right).toBeGreaterThan(limit / 2);
  expect(figures).toMatchObject({ accuracy: right / limit, problems: limit, outcomes: { correct: right } });
  const bySteps = figures.bySteps as Readonly<Record<string, { problems: number; correct: number }>>;
  expect(Object.keys(bySteps)).toEqual(['1', '2', '3', '4']);
  expect(Object.values(bySteps).reduce((sum, { problems }) => sum + problems, 0)).toBe(limit);
  expect(Object.values(bySteps).reduce((sum, { correct }) => sum + correct, 0)).toBe(right);

  const stop = new AbortController();
  const onEvent: RunLoopOptions['onEvent'] = (event) => {
    if (event.kind === 'told') stop.abort();
  };
  const stopped = { recipe, folder: folder.join('stopped') };
  await expect(runLoop({ ...stopped, stop: stop.signal, onEvent })).rejects.toThrow('aborted');
  await runLoop(stopped);
  expect(read(folder.join('stopped/manifest.json'))).toBe(read(folder.join('whole/manifest.json')));
});
