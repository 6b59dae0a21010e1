import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateSeedQuestions } from '@scalequest/datasets/embedded';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop } from '../__fixtures__/make-loops.ts';
import { runLoop } from '../engine/run-loop.ts';
import type { Step } from '../engine/step.ts';
import { readRows, rowsStep } from './rows-step.ts';

const count = 50;

const seeds = (): Step =>
  rowsStep({ name: 'seeds', settings: { count }, make: ({ seed }) => generateSeedQuestions({ seed, count }) });

const short = (): Step =>
  rowsStep({
    ...{ name: 'short', after: ['seeds'], settings: {} },
    make: async function* (context, note) {
      let read = 0;
      for await (const row of readRows<{ question: string }>(context, 'seeds')) {
        read += 1;
        if (row.question.length < 120) yield row;
      }
      note({ read });
    },
  });

const read = (path: string): string => readFileSync(path, 'utf8');

test('rows are the same for a seed and others for another, and what is noted of them stands beside their count', async () => {
  using folder = makeTemporaryFolder();
  const run = (name: string, seed: number): ReturnType<typeof runLoop> =>
    runLoop({ recipe: makeLoop(seeds(), short()), folder: folder.join(name), seed });
  const done = await run('one', 3);
  expect(done.get('seeds')?.figures).toEqual({ rows: count });
  const rows = read(folder.join('one/steps/short/rows.jsonl')).trimEnd().split('\n');
  expect(done.get('short')?.figures).toEqual({ rows: rows.length, read: count });
  // Some were chosen, or the second step would show nothing.
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThan(count);
  await run('again', 3);
  expect(read(folder.join('again/manifest.json'))).toBe(read(folder.join('one/manifest.json')));
  const other = await run('other', 4);
  expect(other.get('seeds')?.files).not.toEqual(done.get('seeds')?.files);
});

test('rows that were given up half-way are made anew, and the step is not done before they are whole', async () => {
  using folder = makeTemporaryFolder();
  const abort = new AbortController();
  let made = 0;
  const slow = (stop: () => void): Step =>
    rowsStep({
      ...{ name: 'seeds', settings: { count } },
      make: function* ({ seed }) {
        for (const row of generateSeedQuestions({ seed, count })) {
          made += 1;
          if (made === 20) stop();
          yield row;
        }
      },
    });
  const recipe = makeLoop(slow(() => abort.abort()));
  await expect(runLoop({ recipe, folder: folder.path, abort: abort.signal })).rejects.toThrow('aborted');
  expect(read(folder.join('steps.jsonl'))).toBe('');
  const done = await runLoop({ recipe, folder: folder.path });
  expect(done.get('seeds')?.figures).toEqual({ rows: count });
  const whole = await runLoop({ recipe: makeLoop(seeds()), folder: folder.join('whole') });
  expect(done).toEqual(whole);
});

test('rows that somebody has changed stop the loop before the next step reads them', async () => {
  using folder = makeTemporaryFolder();
  const failing = rowsStep({
    ...{ name: 'short', after: ['seeds'], settings: {} },
    make: () => {
      throw new Error('Later.');
    },
  });
  await expect(runLoop({ recipe: makeLoop(seeds(), failing), folder: folder.path })).rejects.toThrow('Later.');
  const path = folder.join('steps/seeds/rows.jsonl');
  writeFileSync(path, read(path).replace('?', '!'));
  await expect(runLoop({ recipe: makeLoop(seeds(), short()), folder: folder.path })).rejects.toMatchObject({
    code: 'FILE_CHANGED',
    fields: { path },
  });
});

test('a disk that refuses the rows is told with the file', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('steps/one/rows.jsonl'), { recursive: true });
  const recipe = makeLoop(rowsStep({ name: 'one', settings: {}, make: () => [{ id: 1 }] }));
  await expect(runLoop({ recipe, folder: folder.path })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
});
