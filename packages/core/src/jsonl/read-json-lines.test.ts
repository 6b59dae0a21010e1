import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { CoreError } from '../errors.ts';
import { type BadLine, readJsonLines } from './read-json-lines.ts';

async function readAll(path: string, options = {}): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of readJsonLines(path, options)) values.push(value);
  return values;
}

test('plain and gzip files give the same values, whatever their names', async () => {
  using folder = makeTemporaryFolder();
  const text = '{"a":1}\n{"b":"é π \\n"}\n';
  writeFileSync(folder.join('plain.gz'), text);
  writeFileSync(folder.join('packed.jsonl'), gzipSync(text));
  expect(await readAll(folder.join('plain.gz'))).toEqual([{ a: 1 }, { b: 'é π \n' }]);
  expect(await readAll(folder.join('packed.jsonl'))).toEqual(await readAll(folder.join('plain.gz')));
});

test('gzip members written one after the other are read as one file', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('a.gz'), gzipSync('1\n2\n'));
  appendFileSync(folder.join('a.gz'), gzipSync('3\n'));
  expect(await readAll(folder.join('a.gz'))).toEqual([1, 2, 3]);
});

test.skipIf(process.platform === 'win32')('a named pipe is read as a file is, gzip or not (needs mkfifo)', async () => {
  using folder = makeTemporaryFolder();
  execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder.path });
  for (const bytes of [Buffer.from('1\n2\n'), gzipSync('1\n2\n')]) {
    const [values] = await Promise.all([readAll(folder.join('pipe')), writeFile(folder.join('pipe'), bytes)]);
    expect(values).toEqual([1, 2]);
  }
});

test('line numbers and offsets point to the line', async () => {
  using folder = makeTemporaryFolder();
  const text = '{"é":1}\n\n22\n';
  writeFileSync(folder.join('a.jsonl'), text);
  const lines = [];
  for await (const { line, offset, bytes } of readJsonLines(folder.join('a.jsonl'))) {
    lines.push([
      line,
      Buffer.from(text)
        .subarray(offset, offset + bytes)
        .toString(),
    ]);
  }
  expect(lines).toEqual([
    [1, '{"é":1}\n'],
    [3, '22\n'],
  ]);
});

test('a byte order mark is not part of the first value', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('bom.jsonl'), '\ufeff{"a":1}\n');
  expect(await readAll(folder.join('bom.jsonl'))).toEqual([{ a: 1 }]);
});

test('a line that is not JSON stops the reading and is named by its number', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('bad.jsonl'), '{"a":1}\n{"a":\n{"a":3}\n');
  await expect(readAll(folder.join('bad.jsonl'))).rejects.toMatchObject({
    code: 'JSONL_BAD_LINE',
    fields: { line: 2, isTorn: false },
  });
});

test('onBadLine takes bad lines and the reading goes on; a torn last line is marked', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('bad.jsonl'), '{"a":1}\nnope\n{"a":3}\n{"a"');
  const bad: BadLine[] = [];
  expect(await readAll(folder.join('bad.jsonl'), { onBadLine: (line: BadLine) => bad.push(line) })).toEqual([
    { a: 1 },
    { a: 3 },
  ]);
  expect(bad.map(({ line, isTorn }) => [line, isTorn])).toEqual([
    [2, false],
    [4, true],
  ]);
});

test('a gzip file that is cut short is an error, not a short file', async () => {
  using folder = makeTemporaryFolder();
  const packed = gzipSync(Array.from({ length: 5000 }, (_, i) => `{"i":${i * 7919}}\n`).join(''));
  writeFileSync(folder.join('cut.gz'), packed.subarray(0, packed.length - 20));
  await expect(readAll(folder.join('cut.gz'))).rejects.toMatchObject({ code: 'JSONL_TORN' });
});

test('a missing file and a folder are named with the reason', async () => {
  using folder = makeTemporaryFolder();
  const missing = readAll(folder.join('none.jsonl'));
  await expect(missing).rejects.toBeInstanceOf(CoreError);
  await expect(missing).rejects.toThrow('It does not exist.');
  await expect(readAll(folder.path)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', kind: 'request' });
});

test('a line over the limit is refused before it is read to its end', async () => {
  using folder = makeTemporaryFolder();
  // One line, as large as a file can be; it takes no room on the disk.
  writeFileSync(folder.join('endless.jsonl'), '');
  truncateSync(folder.join('endless.jsonl'), 2 ** 40);
  await expect(readAll(folder.join('endless.jsonl'), { maxLineBytes: 10_000 })).rejects.toMatchObject({
    code: 'JSONL_LINE_TOO_LONG',
  });
});

test.skipIf(!existsSync('/proc/self/fd'))(
  'whoever stops reading in the middle leaves no file open (needs /proc)',
  async () => {
    using folder = makeTemporaryFolder();
    const text = '{"a":1}\n'.repeat(200_000);
    writeFileSync(folder.join('a.jsonl'), text);
    writeFileSync(folder.join('a.gz'), gzipSync(text));
    for (const name of ['a.jsonl', 'a.gz']) for await (const _ of readJsonLines(folder.join(name))) break;
    await expect.poll(() => findOpen(folder.path), { timeout: 20_000 }).toEqual([]);
  },
);

/** The files below a folder that this process has open. */
function findOpen(folder: string): string[] {
  const paths = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return '';
    }
  });
  return paths.filter((path) => path.startsWith(folder));
}
