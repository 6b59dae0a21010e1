import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getEmbeddedModelPath } from '@scalequest/models';
import { nano } from '@scalequest/synth';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop, modelStep } from '../__fixtures__/make-loops.ts';
import { type RunLoopOptions, runLoop } from '../engine/run-loop.ts';
import type { Step } from '../engine/step.ts';
import { rowsStep } from './rows-step.ts';
import { synthStep } from './synth-step.ts';

const accept = 12;

const asker = (): Step => modelStep({ name: 'asker', path: getEmbeddedModelPath('nano-asker') });

const questions = (model: string = 'asker'): Step =>
  synthStep({
    ...{ name: 'questions', settings: { accept } },
    recipe: () => nano({ accept, shardRows: 8 }),
    models: { asker: { step: model }, solver: { path: getEmbeddedModelPath() } },
  });

const read = (path: string): string => readFileSync(path, 'utf8');

const run = (folder: string, options: Partial<RunLoopOptions> = {}): ReturnType<typeof runLoop> =>
  runLoop({ recipe: makeLoop(asker(), questions()), folder, ...options });

test('a synthesis that is stopped again and again ends with the rows of one that is not', async () => {
  using folder = makeTemporaryFolder();
  const whole = await run(folder.join('whole'));
  const rows = read(folder.join('whole/steps/questions/rows.jsonl')).trimEnd().split('\n');
  expect(rows).toHaveLength(accept);
  expect(JSON.parse(rows[0] ?? '')).toMatchObject({
    id: expect.stringMatching(/^asker\/\d+$/),
    question: expect.any(String),
  });
  expect(whole.get('questions')?.figures).toMatchObject({ generators: [{ generator: 'asker', accepted: accept }] });

  let stops = 0;
  for (let session = 0; session < 20; session++) {
    const stop = new AbortController();
    const seen = new Set<string>();
    const end = await run(folder.join('stopped'), {
      stop: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'told') return;
        // Each session comes a little further than the one before, whatever the machine does meanwhile.
        seen.add(event.text);
        if (seen.size > 1) stop.abort();
      },
    }).then(
      () => 'done',
      () => 'stopped',
    );
    if (end === 'done') break;
    stops += 1;
  }
  expect(stops).toBeGreaterThan(0);
  expect(read(folder.join('stopped/manifest.json'))).toBe(read(folder.join('whole/manifest.json')));
});

test('another seed asks other questions', async () => {
  using folder = makeTemporaryFolder();
  const [one, other] = [await run(folder.join('0')), await run(folder.join('1'), { seed: 1 })];
  expect(one.get('asker')).toEqual(other.get('asker'));
  expect(one.get('questions')?.files).not.toEqual(other.get('questions')?.files);
});

test('a step that makes no model, and a model that somebody has changed, are named before anything is asked', async () => {
  using folder = makeTemporaryFolder();
  const rows = rowsStep({ name: 'asker', settings: {}, make: () => [{ id: 1 }] });
  await expect(runLoop({ recipe: makeLoop(rows, questions()), folder: folder.join('none') })).rejects.toMatchObject({
    code: 'STEP_BROKEN',
    fields: { step: 'questions', other: 'asker', file: 'model' },
  });

  const stop = new AbortController();
  const onEvent: RunLoopOptions['onEvent'] = ({ kind }) => {
    if (kind === 'done') stop.abort();
  };
  await expect(run(folder.join('changed'), { stop: stop.signal, onEvent })).rejects.toThrow('aborted');
  const model = folder.join('changed/steps/asker/model.gguf');
  writeFileSync(model, readFileSync(getEmbeddedModelPath()));
  await expect(run(folder.join('changed'))).rejects.toMatchObject({ code: 'FILE_CHANGED', fields: { path: model } });
});

test('a disk that refuses the rows is told with the file', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('steps/questions/rows.jsonl');
  mkdirSync(path, { recursive: true });
  await expect(run(folder.path)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', fields: { path } });
});
