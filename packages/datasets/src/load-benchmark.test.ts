import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tinyMathRecords, toJsonLines } from './__fixtures__/tiny-math.ts';
import { parquetCodecs, writeParquet } from './__fixtures__/write-parquet.ts';
import { type Benchmark, defineBenchmark } from './benchmark.ts';
import { loadBenchmark } from './load-benchmark.ts';
import { makeTextId, mathRecordSchema, parseMathRecord } from './math/math-record.ts';
import { locateBenchmark } from './registry.ts';
import { verifyBenchmark } from './verify-benchmark.ts';

const common = { title: 'Tiny', split: 'test', licence: 'Apache-2.0', citation: '', origins: [] } as const;
const unpinned = defineBenchmark({
  ...common,
  name: 'tiny',
  row: mathRecordSchema,
  parse: (record) => parseMathRecord(record, makeTextId('test', record)),
});

const text = toJsonLines(tinyMathRecords);

function write(folder: TemporaryFolder, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(folder.join(path)), { recursive: true });
  writeFileSync(folder.join(path), content);
}

async function pinTiny(folder: TemporaryFolder): Promise<Benchmark> {
  write(folder, 'pin/tiny/test.jsonl', text);
  const { count, rowsSha256 } = await loadBenchmark(unpinned, { dataDir: folder.join('pin'), cacheDir: folder.path });
  return { ...unpinned, count, excludedCount: 1, rowsSha256 };
}

test('a record becomes a problem with reference, level, subject, solution and whether it has a drawing', async () => {
  using folder = makeTemporaryFolder();
  write(folder, 'benchmark/tiny/test.jsonl', text);
  const { problems } = await loadBenchmark(unpinned, { dataDir: folder.path, cacheDir: folder.join('cache') });
  expect(problems.map(({ reference, meta }) => [reference, meta.level, meta.subject, meta.hasDrawing])).toEqual([
    ['7', 2, 'Number Theory', false],
    ['5', null, 'Algebra', false],
    ['\\frac{1}{2}', 5, 'Counting & Probability', true],
  ]);
  expect(problems[1]?.problem).toBe('Solve $3x - 4 = 11$ for $x.$');
  expect(problems[1]?.id).toMatch(/^test\/algebra\/[0-9a-f]{12}$/);
});

test('a record without an answer is left out with its reason', async () => {
  using folder = makeTemporaryFolder();
  write(folder, 'tiny/test.jsonl', text);
  const loaded = await loadBenchmark(unpinned, { dataDir: folder.path, cacheDir: folder.join('cache') });
  expect(loaded).toMatchObject({ count: 3, excludedCount: 1 });
  expect(loaded.excluded[0]).toMatch(/^test\/geometry\/[0-9a-f]{12}: the \\boxed answer of the solution is empty$/);
});

describe('the data folder', () => {
  test.each([
    ['benchmark/tiny/test.jsonl', text],
    ['benchmark/tiny/test.jsonl.gz', gzipSync(text)],
    ['tiny/test.jsonl', `\ufeff${text.replaceAll('\n', '\r\n')}`],
    ['tiny/test.jsonl.gz', Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))])],
    ...parquetCodecs.map((codec) => ['benchmark/tiny/test.parquet', writeParquet(tinyMathRecords, codec)] as const),
    ['tiny/test.jsonl', toJsonLines([...tinyMathRecords].reverse())],
  ] as const)('passes the pin as %s, copy %#', async (path, content) => {
    using folder = makeTemporaryFolder();
    const tiny = await pinTiny(folder);
    write(folder, `data/${path}`, content);
    const loaded = await loadBenchmark(tiny, { dataDir: folder.join('data'), cacheDir: folder.path });
    expect(loaded).toMatchObject({ matchesPin: true, source: { kind: 'data-dir', path: folder.join('data', path) } });
  });

  test('must hold the data when it is given, and the error names the ways to get it', async () => {
    using folder = makeTemporaryFolder();
    await expect(loadBenchmark('math', { dataDir: folder.path, cacheDir: folder.path })).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      kind: 'request',
      message: expect.stringMatching(
        /Dataset 'math' was not found\.[\s\S]*benchmark\/math\/test\.jsonl\.gz[\s\S]*--data-dir[\s\S]*scalequest data fetch math`[\s\S]*HF_ENDPOINT/,
      ),
    });
  });

  test('that lacks the data and a cache that has it are told apart by a look without reading', async () => {
    using folder = makeTemporaryFolder();
    write(folder, 'datasets/math-500/test.jsonl', 'not read');
    const cacheDir = folder.path;
    expect(await locateBenchmark('math-500', { cacheDir })).toMatchObject({ kind: 'cache' });
    expect(await locateBenchmark('math-500', { cacheDir, dataDir: folder.join('data') })).toEqual({ kind: 'missing' });
  });
});

test('without data, cache and download the error says where it was looked for', async () => {
  using folder = makeTemporaryFolder();
  const options = { cacheDir: folder.path, allowDownload: false };
  await expect(loadBenchmark('math-500', options)).rejects.toThrow(`It is not in the cache '${folder.path}'.`);
});

test('too few problems are an error with both numbers and what to do', async () => {
  using folder = makeTemporaryFolder();
  const tiny = await pinTiny(folder);
  write(folder, 'data/tiny/test.jsonl', toJsonLines(tinyMathRecords.slice(1)));
  await expect(loadBenchmark(tiny, { dataDir: folder.join('data'), cacheDir: folder.path })).rejects.toMatchObject({
    code: 'WRONG_COUNT',
    message: expect.stringMatching(/^Dataset 'tiny' has 2 problems, expected 3\. The copy in '.*' looks cut short\.\n/),
  });
});

test('a copy of the cache with too few problems is to be fetched again by force', async () => {
  using folder = makeTemporaryFolder();
  const record = {
    problem: 'What is $2 + 2$?',
    solution: '',
    answer: '4',
    subject: 'Algebra',
    level: 1,
    unique_id: 'x',
  };
  write(folder, 'datasets/math-500/test.jsonl', toJsonLines([record]));
  await expect(loadBenchmark('math-500', { cacheDir: folder.path })).rejects.toThrow(
    /^Dataset 'math-500' has 1 problems, expected 500\. The copy in '.*' looks cut short\.\nRun `scalequest data fetch math-500 --force`\.$/,
  );
});

test('a changed answer is an error, unless unpinned rows are accepted', async () => {
  using folder = makeTemporaryFolder();
  const tiny = await pinTiny(folder);
  write(folder, 'data/tiny/test.jsonl', text.replace('boxed{7}', 'boxed{8}'));
  const options = { dataDir: folder.join('data'), cacheDir: folder.path };
  await expect(loadBenchmark(tiny, options)).rejects.toMatchObject({ code: 'WRONG_ROWS' });
  const accepted = await loadBenchmark(tiny, { ...options, acceptUnpinned: true });
  expect(accepted).toMatchObject({ isPinned: true, matchesPin: false });
  expect(await verifyBenchmark(tiny, options)).toMatchObject({
    matchesPin: false,
    rowsSha256: accepted.rowsSha256,
    expectedRowsSha256: tiny.rowsSha256,
  });
});

test('a benchmark of your own without a pin loads and says that it has none', async () => {
  using folder = makeTemporaryFolder();
  write(folder, 'mine/test.jsonl', toJsonLines([{ question: 'What is $1 + 2$?', answer: '3' }]));
  const mine = defineBenchmark({
    ...common,
    name: 'mine',
    row: z.object({ question: z.string(), answer: z.string() }),
    parse: (row, index) => ({ id: `${index}`, problem: row.question, reference: row.answer, meta: {} }),
  });
  const loaded = await loadBenchmark(mine, { dataDir: folder.path, cacheDir: folder.path });
  expect(loaded).toMatchObject({ count: 1, isPinned: false, matchesPin: false });
});

test('gold fixes come on request only, and the hash stays that of the rows as they are', async () => {
  using folder = makeTemporaryFolder();
  const tiny = await pinTiny(folder);
  const options = { dataDir: folder.join('pin'), cacheDir: folder.path };
  const plain = await loadBenchmark(tiny, options);
  const id = plain.problems[0]?.id ?? '';
  const fixable = { ...tiny, goldFixes: [{ id, from: '7', kind: 'any', values: ['7', '8'] }] } as const;
  const fixed = await loadBenchmark(fixable, { ...options, goldFixes: true });
  expect((await loadBenchmark(fixable, options)).appliedFixes).toEqual([]);
  expect(fixed.appliedFixes).toEqual([id]);
  expect(fixed.problems[0]).toEqual({ ...plain.problems[0], otherReferences: ['8'] });
  expect(fixed.rowsSha256).toBe(plain.rowsSha256);
});

describe('a bad file is an error that names it', () => {
  test.each([
    ['a line that is not JSON', 'test.jsonl', `${text}{"problem"\n`, 'JSONL_BAD_LINE', /^Line 5 of '.*test\.jsonl'/],
    ['a gzip file that is cut short', 'test.jsonl.gz', gzipSync(text).subarray(0, 100), 'JSONL_TORN', /cut short/],
    ['a Parquet file that is cut short', 'test.parquet', Buffer.from('PAR1 and no more'), 'DATA_UNREADABLE', /Parquet/],
    [
      'a record without its fields',
      'test.jsonl',
      '{"question":"?"}\n',
      'RECORD_INVALID',
      /^Record 1 of dataset 'tiny'.*problem: /,
    ],
    ['the same problem twice', 'test.jsonl', text + text, 'DUPLICATE_ID', /^Dataset 'tiny' has the problem 'test\//],
  ] as const)('%s', async (_, name, content, code, message) => {
    using folder = makeTemporaryFolder();
    write(folder, `tiny/${name}`, content);
    await expect(
      loadBenchmark(unpinned, { dataDir: folder.path, cacheDir: folder.join('cache') }),
    ).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

test('an aborted load rejects with the reason of the abort', async () => {
  using folder = makeTemporaryFolder();
  write(folder, 'tiny/test.jsonl', text);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(loadBenchmark(unpinned, { dataDir: folder.path, cacheDir: folder.path, signal })).rejects.toThrow(
    'enough',
  );
});

test.each([
  ['math-embedded', 500],
  ['word-problems', 1000],
])('%s needs no data, no cache and no network, and is the pinned set', async (name, count) => {
  const loaded = await loadBenchmark(name, { dataDir: '/nonexistent', cacheDir: '/nonexistent' });
  expect(loaded).toMatchObject({ count, matchesPin: true, source: { kind: 'generated' } });
});
