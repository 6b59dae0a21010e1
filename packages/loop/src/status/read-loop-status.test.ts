import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getEmbeddedModelPath } from '@scalequest/models';
import { acquireRunLock } from '@scalequest/runs';
import { nano } from '@scalequest/synth';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop, modelStep } from '../__fixtures__/make-loops.ts';
import { type RunLoopOptions, runLoop } from '../engine/run-loop.ts';
import { evaluateStep } from '../steps/evaluate-step.ts';
import { rowsStep } from '../steps/rows-step.ts';
import { synthStep } from '../steps/synth-step.ts';
import { type LoopStatus, readLoopStatus } from './read-loop-status.ts';

const solver = getEmbeddedModelPath();

const recipe = makeLoop(
  modelStep({ name: 'solver', path: solver }),
  synthStep({
    ...{ name: 'questions', settings: {} },
    recipe: () => nano({ accept: 16, shardRows: 8 }),
    models: { asker: { path: getEmbeddedModelPath('nano-asker') }, solver: { path: solver } },
  }),
  evaluateStep({ name: 'evaluate', benchmark: 'word-problems', model: 'solver', limit: 30 }),
  rowsStep({ name: 'table', after: ['questions', 'evaluate'], settings: {}, make: () => [] }),
);

const listStandings = ({ steps }: LoopStatus): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map(({ step, standing }) => [step, standing]));

/** Runs the loop until a step has told of itself, and reads how it stands right then. */
async function runUntil(folder: string, step: string): Promise<LoopStatus> {
  const stop = new AbortController();
  let status: Promise<LoopStatus> | undefined;
  const onEvent: RunLoopOptions['onEvent'] = (event) => {
    if (event.kind !== 'told' || event.step !== step || status !== undefined) return;
    status = readLoopStatus(folder).finally(() => stop.abort());
  };
  await expect(runLoop({ recipe, folder, stop: stop.signal, onEvent })).rejects.toThrow('aborted');
  if (status === undefined) throw new Error(`Step '${step}' told nothing.`);
  return await status;
}

test('it tells what is done, at work, stopped, waiting and not begun, with what the run of a step says', {
  timeout: 240_000,
}, async () => {
  using folder = makeTemporaryFolder();
  const first = await runUntil(folder.path, 'questions');
  expect(first).toMatchObject({ standing: 'running', holder: { pid: process.pid }, loop: 'test', seed: 0 });
  expect(listStandings(first)).toEqual({
    ...{ solver: 'done', questions: 'at-work', evaluate: 'waiting', table: 'not-begun' },
  });
  const [, questions] = first.steps;
  expect(questions?.run).toMatchObject({ kind: 'synth', isHeld: true, status: { wanted: 16 } });
  expect(Date.parse(questions?.begunAt ?? '')).toBeGreaterThan(0);

  const second = await readLoopStatus(folder.path);
  expect(second).toMatchObject({ standing: 'stopped', holder: undefined });
  expect(listStandings(second)).toMatchObject({ solver: 'done', questions: 'stopped' });

  // A command opens its models and writes its rows while nobody holds the run of the step.
  const release = await acquireRunLock(folder.path);
  expect(listStandings(await readLoopStatus(folder.path))).toMatchObject({ questions: 'at-work', evaluate: 'waiting' });
  await release();

  const third = await runUntil(folder.path, 'evaluate');
  expect(listStandings(third)).toMatchObject({ questions: 'done', evaluate: 'at-work', table: 'not-begun' });
  expect(third.steps[2]?.run).toMatchObject({ kind: 'evaluate', problems: 30 });
  expect(third.steps[1]?.figures).toMatchObject({ generators: [{ accepted: 16 }] });

  await runLoop({ recipe, folder: folder.path });
  const end = await readLoopStatus(folder.path);
  expect(end).toMatchObject({ standing: 'finished', holder: undefined });
  expect(new Set(Object.values(listStandings(end)))).toEqual(new Set(['done']));
});

test('a step without a run of its own is at work as long as the command is', async () => {
  using folder = makeTemporaryFolder();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = makeLoop(
    rowsStep({
      ...{ name: 'slow', settings: {} },
      make: async function* () {
        await held;
        yield { id: 1 };
      },
    }),
  );
  const running = runLoop({ recipe: slow, folder: folder.path });
  while (!existsSync(folder.join('steps/slow'))) await sleep(5);
  expect(listStandings(await readLoopStatus(folder.path))).toEqual({ slow: 'at-work' });
  release();
  await running;
  expect(listStandings(await readLoopStatus(folder.path))).toEqual({ slow: 'done' });
});

test('a loop of which a line was taken out is not at its end, nor is a step that read what was made again', async () => {
  using folder = makeTemporaryFolder();
  const rows = (name: string, after: readonly string[], id: number) =>
    rowsStep({ name, after, settings: {}, make: () => [{ id }] });
  const makeRecipe = (id: number) => makeLoop(rows('first', [], id), rows('second', ['first'], 1));
  await runLoop({ recipe: makeRecipe(1), folder: folder.path });
  expect(await readLoopStatus(folder.path)).toMatchObject({ standing: 'finished' });
  const path = folder.join('steps.jsonl');
  const [first = '', second = ''] = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${first}\n`);
  const short = await readLoopStatus(folder.path);
  expect(short.standing).toBe('stopped');
  expect(listStandings(short)).toEqual({ first: 'done', second: 'stopped' });
  // The first step made again, with other rows, behind the second.
  writeFileSync(path, `${second}\n${first.replace('"rows":1', '"rows":2')}\n`);
  const stale = await readLoopStatus(folder.path);
  expect(stale.standing).toBe('stopped');
  expect(listStandings(stale)).toEqual({ first: 'done', second: 'stopped' });
});

test('a folder without a loop, and a record that is no record, are named', async () => {
  using folder = makeTemporaryFolder();
  await expect(readLoopStatus(folder.path)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', kind: 'request' });
  const record = { loop: 'test', description: '', seed: 0, identity: { steps: { a: { kind: 'dance' } } } };
  for (const text of ['{', '{}', JSON.stringify(record)]) {
    writeFileSync(folder.join('loop.json'), text);
    await expect(readLoopStatus(folder.path)).rejects.toMatchObject({ code: 'RECIPE_UNREADABLE' });
  }
});
