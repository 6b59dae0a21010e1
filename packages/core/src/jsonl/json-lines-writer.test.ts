import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
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

test('a flushed line is on the disk while the writer is open', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { groupMs: 60_000 });
  await writer.append('first');
  expect(readFileSync(path, 'utf8')).toBe('');
  await writer.flush();
  expect(readFileSync(path, 'utf8')).toBe('"first"\n');
  await writer.close();
});

test('a full group is written without waiting for its time', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { groupLines: 2, groupMs: 60_000 });
  for (const value of [1, 2, 3]) await writer.append(value);
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('1\n2\n');
  await writer.close();
});

test('a lone line is written when its time is over', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  const writer = await createJsonLinesWriter(path, { groupMs: 1 });
  await writer.append(1);
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('1\n');
  await writer.close();
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
