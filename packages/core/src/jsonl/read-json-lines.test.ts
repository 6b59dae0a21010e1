import { appendFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { CoreError } from '../errors.ts';
import { type BadLine, parseJsonLines, readJsonLines } from './read-json-lines.ts';

async function readAll(path: string, options = {}): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of readJsonLines(path, options)) values.push(value);
  return values;
}

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
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

test('lines and characters that are cut by the chunks of the stream arrive whole, at every chunk size', async () => {
  const text = '{"é":"π∑"}\r\n\n[1,2]\n"last"';
  for (let size = 1; size <= text.length + 8; size++) {
    const values: unknown[] = [];
    for await (const { value } of parseJsonLines(inPieces(text, size), 'pieces')) values.push(value);
    expect(values).toEqual([{ é: 'π∑' }, [1, 2], 'last']);
  }
});

test('line numbers and offsets point to the line', async () => {
  const text = '{"é":1}\n\n22\n';
  const lines = [];
  for await (const { line, offset, bytes } of parseJsonLines(inPieces(text, 3), 'pieces')) {
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

test('a line over the limit is refused before it is held in memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 1000; i++) yield Buffer.alloc(1024, 'a');
  }
  const read = async (): Promise<void> => {
    for await (const _ of parseJsonLines(endless(), 'endless', { maxLineBytes: 10_000 }));
  };
  await expect(read()).rejects.toMatchObject({ code: 'JSONL_LINE_TOO_LONG' });
});
