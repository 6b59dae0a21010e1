import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { isScaleQuestError } from './errors.ts';
import { makeFolder, pathExists, writeFileAtomic } from './files.ts';

test('an atomic write makes folders, replaces the content and leaves no temporary file', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a', 'b.json');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(folder.join('a'))).toEqual(['b.json']);
});

test('a write that cannot be done keeps what was there and leaves no temporary file', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('target'));
  writeFileSync(folder.join('target', 'inside'), 'kept');
  const write = writeFileAtomic(folder.join('target'), 'x');
  await expect(write).rejects.toSatisfy(isScaleQuestError);
  expect(readdirSync(folder.path)).toEqual(['target']);
  expect(await pathExists(folder.join('target', 'inside'))).toBe(true);
});

test('a folder is made with those above it, and one that is there keeps what is in it', async () => {
  using folder = makeTemporaryFolder();
  await makeFolder(folder.join('a', 'b'));
  writeFileSync(folder.join('a', 'b', 'inside'), 'kept');
  await makeFolder(folder.join('a', 'b'));
  expect(readFileSync(folder.join('a', 'b', 'inside'), 'utf8')).toBe('kept');
});

test('a folder that cannot be made is named, with the reason in words', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('file'), '');
  const path = folder.join('file', 'below');
  await expect(makeFolder(path)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    kind: 'request',
    message: `File '${path}' cannot be written. A part of the path is a file.\nGive another path.`,
  });
});

test.skipIf(process.platform !== 'linux')('where the system takes no new folder, nothing waits for good', async () => {
  for (const path of ['/proc/scalequest', '/proc/scalequest/below']) {
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', fields: { systemCode: 'ENOENT' } });
    await expect(writeFileAtomic(`${path}/file`, '')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  }
});

test('a folder may be made by many at once', async () => {
  using folder = makeTemporaryFolder();
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(folder.join('a', 'b', 'c'))));
  expect(await pathExists(folder.join('a', 'b', 'c'))).toBe(true);
});

test('a write below a file is a wrong request, with the reason in words', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('file'), '');
  await expect(writeFileAtomic(folder.join('file', 'below.json'), 'x')).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    kind: 'request',
  });
});

test('a path below a file does not exist', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('file'), '');
  expect(await pathExists(folder.join('file', 'below'))).toBe(false);
});
