import { readFileSync } from 'node:fs';
import { generateSeedQuestions } from '@scalequest/datasets/embedded';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop } from '../__fixtures__/make-loops.ts';
import { type RunLoopOptions, runLoop } from '../engine/run-loop.ts';
import type { Step } from '../engine/step.ts';
import { rowsStep } from './rows-step.ts';
import { type TrainAccess, trainStep } from './train-step.ts';

const python = process.env.SCALEQUEST_TEST_PYTHON || undefined;

const access: TrainAccess = {
  getPython: async () => ({ python: python ?? '', version: null, packages: {} }),
  ...{ command: 'a test', versions: {} },
};

const seeds = (count = 40): Step =>
  rowsStep({ name: 'seeds', settings: { count }, make: ({ seed }) => generateSeedQuestions({ seed, count }) });

/** So many that a stop at the second one is heard before the last. */
const steps = 120;
const settings = { epochs: 1000, checkpointEverySteps: 1, logEverySteps: 1 };

const asker = (rows?: string): Step =>
  trainStep({ name: 'asker', recipe: 'nano.qft', steps, settings, ...(rows === undefined ? {} : { rows }) }, access);

const read = (path: string): string => readFileSync(path, 'utf8');

test('a training that is stopped, and another one that begins with its model, end as if nothing had been', {
  timeout: 240_000,
}, async ({ skip }) => {
  if (python === undefined) skip('needs SCALEQUEST_TEST_PYTHON, a Python with torch; npm test sets one up');
  using folder = makeTemporaryFolder();
  const recipe = makeLoop(
    seeds(),
    asker('seeds'),
    trainStep({ name: 'more', recipe: 'nano.qft', model: 'asker', rows: 'seeds', steps: 2, settings }, access),
  );
  const whole = await runLoop({ recipe, folder: folder.join('whole') });
  expect(whole.get('asker')?.figures).toEqual({ rows: 40, steps });
  const files = [whole.get('asker')?.files ?? {}, whole.get('more')?.files ?? {}];
  for (const one of files) expect(Object.keys(one)).toEqual(['model', 'weights']);
  // It has learnt: the second one is not the first.
  expect(files[0]?.model?.sha256).not.toBe(files[1]?.model?.sha256);

  const stop = new AbortController();
  const onEvent: RunLoopOptions['onEvent'] = (event) => {
    const [, step] = (event.kind === 'told' && /^step (\d+) of /.exec(event.text)) || [];
    if (Number(step) >= 2) stop.abort();
  };
  const stopped = { recipe, folder: folder.join('stopped') };
  await expect(runLoop({ ...stopped, stop: stop.signal, onEvent })).rejects.toThrow('aborted');
  expect(read(folder.join('stopped/steps/asker/events.jsonl'))).toContain('"t":"cancelled"');
  await runLoop(stopped);
  expect(read(folder.join('stopped/manifest.json'))).toBe(read(folder.join('whole/manifest.json')));
});

test('rows of which there are none are refused', async () => {
  using folder = makeTemporaryFolder();
  const none = makeLoop(seeds(0), asker('seeds'));
  await expect(runLoop({ recipe: none, folder: folder.path })).rejects.toMatchObject({
    ...{ code: 'NO_ROWS', kind: 'request' },
    message: expect.stringContaining("step 'seeds' made no rows"),
  });
});

test('a step without weights is no beginning for another training', async () => {
  using folder = makeTemporaryFolder();
  const more = trainStep({ name: 'more', recipe: 'nano.qft', model: 'seeds', rows: 'seeds', steps, settings }, access);
  await expect(runLoop({ recipe: makeLoop(seeds(), more), folder: folder.path })).rejects.toMatchObject({
    code: 'BAD_MODEL',
  });
});
