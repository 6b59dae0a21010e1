import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test, vi } from 'vitest';
import { createJsonLinesWriter } from './json-lines-writer.ts';
import { readJsonLines } from './read-json-lines.ts';

async function readAll(path: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of readJsonLines(path)) values.push(value);
  return values;
}

test('values come back in order from plain and gzip files, over several groups and sessions', async () => {
  using folder = makeTemporaryFolder();
  for (const name of ['a.jsonl', 'a.jsonl.gz']) {
    const path = folder.join('deep', name);
    for (const start of [0, 100]) {
      const writer = await createJsonLinesWriter(path, { groupLines: 7 });
      for (let i = start; i < start + 100; i++) await writer.append({ i });
      await writer.close();
    }
    expect(await readAll(path)).toEqual(Array.from({ length: 200 }, (_, i) => ({ i })));
  }
});

/** Calls of `fdatasync` by a file handle, counted until the end of the block. */
async function countSyncs(path: string): Promise<Disposable & { readonly count: () => number }> {
  const file = await open(path, 'a');
  const prototype = Object.getPrototypeOf(file) as { datasync: () => Promise<void> };
  await file.close();
  const spy = vi.spyOn(prototype, 'datasync');
  return { count: () => spy.mock.calls.length, [Symbol.dispose]: () => spy.mockRestore() };
}

test('a line reaches the file at once, while the writer is open and its group waits', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { groupMs: 60_000 });
  await writer.append('first');
  await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 20_000 }).toBe('"first"\n');
  await writer.append('second');
  await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 20_000 }).toBe('"first"\n"second"\n');
  await writer.close();
});

test('lines that come soon after a write travel together, and a flush does not wait for them', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { writeMs: 60_000 });
  await writer.append('first');
  await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 20_000 }).toBe('"first"\n');
  await writer.append('second');
  await writer.append('third');
  // Many turns of the event loop, in which a writer without a pause would have written.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(readFileSync(path, 'utf8')).toBe('"first"\n');
  await writer.flush();
  expect(readFileSync(path, 'utf8')).toBe('"first"\n"second"\n"third"\n');
  await writer.append('fourth');
  await writer.close();
  expect(await readAll(path)).toEqual(['first', 'second', 'third', 'fourth']);
});

test('flush resolves when every line is in the file and synced', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  using syncs = await countSyncs(path);
  const writer = await createJsonLinesWriter(path, { groupMs: 60_000 });
  for (const value of [1, 2, 3]) void writer.append(value);
  expect(syncs.count()).toBe(0);
  await writer.flush();
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n');
  expect(syncs.count()).toBe(1);
  await writer.close();
  expect(syncs.count()).toBe(1);
});

test('a full group is synced without waiting for its time, and a part of one is not', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  using syncs = await countSyncs(path);
  const writer = await createJsonLinesWriter(path, { groupLines: 2, groupMs: 60_000 });
  await writer.append(1);
  await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 20_000 }).toBe('1\n');
  expect(syncs.count()).toBe(0);
  await writer.append(2);
  await expect.poll(() => syncs.count(), { timeout: 20_000 }).toBe(1);
  await writer.append(3);
  await expect.poll(() => readFileSync(path, 'utf8'), { timeout: 20_000 }).toBe('1\n2\n3\n');
  expect(syncs.count()).toBe(1);
  await writer.close();
  expect(syncs.count()).toBe(2);
});

test('a lone line is synced when its time is over', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  using syncs = await countSyncs(path);
  const writer = await createJsonLinesWriter(path, { groupMs: 1 });
  await writer.append(1);
  await expect.poll(() => syncs.count(), { timeout: 20_000 }).toBe(1);
  await writer.close();
});

test('a writer with sync off asks nothing of the disk', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  using syncs = await countSyncs(path);
  const writer = await createJsonLinesWriter(path, { sync: false, groupLines: 1 });
  for (const value of [1, 2]) await writer.append(value);
  await writer.close();
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
  expect(syncs.count()).toBe(0);
});

test('gzip lines are packed a group at a time', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl.gz');
  const writer = await createJsonLinesWriter(path, { groupLines: 2, groupMs: 60_000 });
  for (const value of [1, 2, 3]) await writer.append(value);
  await expect.poll(() => gunzipSync(readFileSync(path)).toString(), { timeout: 20_000 }).toBe('1\n2\n');
  await writer.close();
  expect(await readAll(path)).toEqual([1, 2, 3]);
  // Deflate marks each member: two lines, then one.
  expect(readFileSync(path).toString('latin1').split('\x1f\x8b').length - 1).toBe(2);
});

test('append holds its caller back while eight megabytes wait', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { groupMs: 60_000 });
  const line = 'x'.repeat(2 ** 20);
  for (let i = 0; i < 7; i++) await writer.append(line);
  await writer.append(line);
  // The last append returned only after what waited was written, itself included.
  expect(readFileSync(path, 'utf8').length).toBe(8 * (line.length + 3));
  await writer.close();
});

test('a process killed with SIGKILL loses no line that an earlier turn of its event loop appended', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const module = new URL('../../dist/jsonl/json-lines-writer.js', import.meta.url).href;
  const script = `
    const { createJsonLinesWriter } = await import(${JSON.stringify(module)});
    const writer = await createJsonLinesWriter(${JSON.stringify(path)}, { groupMs: 60000 });
    for (let i = 0; i < 10; i++) await writer.append(i);
    // The write is on its way as long as the disk likes, and what is on its way may be lost.
    const { statSync } = await import('node:fs');
    while (statSync(${JSON.stringify(path)}).size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(await readAll(path)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('replace begins anew', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  writeFileSync(path, '"old"\n');
  const writer = await createJsonLinesWriter(path, { mode: 'replace' });
  await writer.append('new');
  await writer.close();
  expect(await readAll(path)).toEqual(['new']);
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk rejects the flush and every append after it (needs /dev/full)',
  async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('full.jsonl');
    symlinkSync('/dev/full', path);
    const writer = await createJsonLinesWriter(path, { sync: false });
    await writer.append('lost');
    await expect(writer.flush()).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      kind: 'run',
      fields: { systemCode: 'ENOSPC' },
    });
    await expect(writer.append('more')).rejects.toThrow('The disk is full.');
    await expect(writer.close()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  },
);

test('a path below a file is a wrong request', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('file'), '');
  await expect(createJsonLinesWriter(folder.join('file', 'a.jsonl'))).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    kind: 'request',
  });
});
