import { readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrainConfig } from '../config/train-config.ts';
import { type FakeBehaviour, makeFakePython } from './__fixtures__/make-fake-python.ts';
import { cancelTraining } from './cancel-training.ts';
import type { Provenance } from './provenance.ts';
import { train } from './train.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

let folder: TemporaryFolder;
const messages: string[] = [];
beforeEach(() => {
  messages.length = 0;
  folder = makeTemporaryFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `{"id":"${i}","prompt":"${i}+1=","reply":"${i + 1}"}\n`);
  writeFileSync(folder.join('rows.jsonl'), rows.join(''));
});
afterEach(async () => {
  await cancelTraining(folder.join('run'), { graceMs: 2000 });
  folder[Symbol.dispose]();
});

function run(behaviour: FakeBehaviour, options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const python = makeFakePython(folder.path, behaviour);
  return train({
    recipe: 'nano.solver-smoke',
    folder: folder.join('run'),
    dataFile: folder.join('rows.jsonl'),
    steps: 20,
    getPython: async () => ({ python, version: '3.11.0', packages: {} }),
    command: 'scalequest train',
    versions: {},
    retryDelaysMs: [0, 0, 0],
    onMessage: (text) => messages.push(text),
    ...options,
  });
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(folder.join('run', name), 'utf8')) as T;
}

test('where memory runs out the training goes on by itself with half as many rows at once, and that is written down', async () => {
  const { status, state, config } = await run({ fitsRows: 4 });
  expect({ status, step: state.step, attempt: state.attempt }).toEqual({ status: 'finished', step: 20, attempt: 3 });
  expect(config.microBatchSize).toBe(4);
  expect(read<TrainConfig>('train.json').microBatchSize).toBe(4);
  expect(read<Provenance>('provenance.json')).toMatchObject({
    sessions: [{}, {}, {}],
    retries: [
      { attempt: 1, class: 'oom', microBatchSize: 8 },
      { attempt: 2, class: 'oom', microBatchSize: 4 },
    ],
  });
  expect(messages.filter((text) => text.includes('Going on at once with microBatchSize'))).toHaveLength(2);
  expect(readFileSync(folder.join('run', 'out', 'README.md'), 'utf8')).toContain(
    '| attempts that failed | 1 (oom), 2 (oom) |',
  );
  // The same command finds it finished: the smaller part is no other training.
  expect((await run({})).did).toBe('nothing');
});

test('memory that is too small for one row ends it, with advice', async () => {
  const failed = run({ fitsRows: 0 });
  await expect(failed).rejects.toMatchObject({ code: 'WORKER_FAILED', fields: { class: 'oom' } });
  await expect(failed).rejects.toThrow(/activationCheckpointing/);
  expect(read<TrainConfig>('train.json').microBatchSize).toBe(1);
});

test('a worker that the system kills, and a disk that fails, are begun again from the last checkpoint', async () => {
  const killed = await run({ killedAtStep: 12, badAttempts: 2 });
  expect(killed).toMatchObject({ status: 'finished', state: { attempt: 3, resumedFrom: 10, step: 20 } });
  expect(read<Provenance>('provenance.json').retries).toMatchObject([
    { class: 'killed' },
    { class: 'killed', microBatchSize: 8 },
  ]);
});

test('a failure that does not pass stops it after as many tries as there are waits', async () => {
  await expect(run({ failsAtStep: 3, class: 'io' })).rejects.toMatchObject({ fields: { class: 'io' } });
  expect(read<Provenance>('provenance.json').sessions).toHaveLength(4);
});

test('what does not pass by itself is not begun again', async () => {
  await expect(run({ failsAtStep: 3, class: 'nan' })).rejects.toThrow(/lower learning rate/);
  expect(read<Provenance>('provenance.json').sessions).toHaveLength(1);
});

test('a stop during the wait ends it, and the same call goes on', async () => {
  const stop = new AbortController();
  const stopped = run(
    { failsAtStep: 8, class: 'io', badAttempts: 1 },
    {
      retryDelaysMs: [3_600_000],
      stop: stop.signal,
      onMessage: (text) => {
        if (text.includes('Going on in 3600 s')) stop.abort();
      },
    },
  );
  expect((await stopped).status).toBe('interrupted');
  expect(await run({})).toMatchObject({ status: 'finished', state: { resumedFrom: 5, step: 20 } });
});
