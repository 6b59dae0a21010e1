import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { openMetricsFile } from './open-metrics-file.ts';

const say = (text: string): void => {
  throw new Error(text);
};

function makeLines(): () => string {
  let number = 0;
  return () => `{"metrics":1,"number":${number++}}\n`;
}

function readNumbers(path: string): readonly number[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly number: number }).number);
}

test('lines come at once, now and then, and at the end; another session goes on below', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('new', 'metrics.jsonl');
  const file = await openMetricsFile(path, { makeLine: makeLines(), say, everyMs: 10 });
  expect(readNumbers(path)[0]).toBe(0);
  await expect.poll(() => readNumbers(path).length).toBeGreaterThan(2);
  await file.close();
  const first = readNumbers(path);
  expect(first.length).toBeGreaterThan(3);
  expect(first).toEqual(first.map((_, i) => i));

  // A kill has left half a line.
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"metrics":1,"num`);
  await (await openMetricsFile(path, { makeLine: makeLines(), say })).close();
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.slice(-4)).toEqual(['{"metrics":1,"num', '{"metrics":1,"number":0}', '{"metrics":1,"number":1}', '']);
});

test('a file that has grown makes room, and the one before it is kept', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('metrics.jsonl');
  const file = await openMetricsFile(path, { makeLine: makeLines(), say, everyMs: 2, mostBytes: 200 });
  await expect.poll(() => readNumbers(`${path}.1`)[0]).toBeGreaterThan(0);
  await file.close();
  const older = readNumbers(`${path}.1`);
  const newer = readNumbers(path);
  expect(newer[0]).toBe((older.at(-1) as number) + 1);
  expect(older[0]).toBeGreaterThan(0);
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThan(2 * 250);
});

test('what holds something else, and what is no file, is left alone', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('journal.jsonl');
  writeFileSync(path, '{"id":"a"}\n');
  const options = { makeLine: makeLines(), say };
  await expect(openMetricsFile(path, options)).rejects.toMatchObject({ code: 'BAD_OPTION' });
  expect(readFileSync(path, 'utf8')).toBe('{"id":"a"}\n');
  for (const wrong of ['-', '/dev/null']) {
    await expect(openMetricsFile(wrong, options)).rejects.toMatchObject({ code: 'BAD_OPTION' });
  }
  await expect(openMetricsFile(folder.path, options)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
});

test('a file that cannot be written any more is told of once, and nothing is thrown', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('metrics.jsonl');
  const told: string[] = [];
  const options = { makeLine: makeLines(), say: (text: string) => told.push(text), everyMs: 5, mostBytes: 1 };
  const file = await openMetricsFile(path, options);
  // What stands in the way of the older part is a folder with something in it.
  mkdirSync(`${path}.1`);
  writeFileSync(`${path}.1/x`, '');
  await expect.poll(() => told.length).toBe(1);
  await sleep(50);
  await file.close();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('The run goes on');
});
