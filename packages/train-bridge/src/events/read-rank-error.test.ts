import { appendFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRankError } from './read-rank-error.ts';
import { initialTrainState, type TrainState } from './train-state.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

interface Told {
  readonly rank: number;
  readonly second: number;
  readonly class: string;
  readonly attempt?: number;
}

function tell({ rank, second, attempt = 2, ...rest }: Told): void {
  const head = { v: 1, t: 'error', ts: `2026-01-01T00:00:0${second}Z`, run: 'r', attempt, seq: 0, rank };
  const line = JSON.stringify({ ...head, message: `word of ${rank}`, ...rest });
  appendFileSync(folder.join(`events.rank-${rank}.jsonl`), `${line}\n`);
}

const state: TrainState = { ...initialTrainState, attempt: 2, lastEventAt: '2026-01-01T00:00:05Z' };
const read = (more: Partial<TrainState> = {}): Promise<TrainState['error']> =>
  readRankError(folder.path, { ...state, ...more });

test('the first error of any rank is told with its rank', async () => {
  expect(await read()).toBeUndefined();
  tell({ rank: 3, second: 4, class: 'nan' });
  tell({ rank: 1, second: 3, class: 'oom' });
  expect(await read()).toEqual({ class: 'oom', message: 'word of 1 (rank 1)' });
});

test('an error of rank 0 is told before a later one, and errors of earlier attempts are not', async () => {
  tell({ rank: 1, second: 1, class: 'oom', attempt: 1 });
  tell({ rank: 1, second: 7, class: 'oom' });
  const error = { class: 'nan', message: 'mine' } as const;
  expect(await read({ error })).toEqual(error);
});

test('that another rank is gone is told only where nothing else is', async () => {
  const error = { class: 'peer', message: 'gone' } as const;
  expect(await read({ error })).toEqual(error);
  tell({ rank: 2, second: 9, class: 'oom' });
  expect(await read({ error })).toMatchObject({ class: 'oom' });
});
