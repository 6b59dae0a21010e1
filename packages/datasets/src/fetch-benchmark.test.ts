import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, startHubServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { tinyMathRecords, toJsonLines } from './__fixtures__/tiny-math.ts';
import { writeParquet } from './__fixtures__/write-parquet.ts';
import { type Benchmark, defineBenchmark } from './benchmark.ts';
import { fetchBenchmark } from './fetch-benchmark.ts';
import { loadBenchmark } from './load-benchmark.ts';
import { makeTextId, mathRecordSchema, parseMathRecord } from './math/math-record.ts';
import { locateBenchmark } from './registry.ts';
import { computeRowsSha256 } from './rows-sha256.ts';

const tiny = defineBenchmark({
  name: 'tiny',
  title: 'Tiny',
  split: 'test',
  count: 3,
  excludedCount: 1,
  rowsSha256: computeRowsSha256(
    tinyMathRecords.flatMap((record) => {
      const parsed = parseMathRecord(record, makeTextId('test', record));
      return 'excluded' in parsed ? [] : [parsed];
    }),
  ),
  licence: 'Apache-2.0',
  citation: '',
  origins: [
    {
      kind: 'hub',
      repository: 'someone/tiny',
      revision: 'main',
      files: ['one.jsonl', 'sub/two.parquet'],
      checked: false,
    },
  ],
  row: mathRecordSchema,
  parse: (record) => parseMathRecord(record, makeTextId('test', record)),
});

const files = {
  'someone/tiny/one.jsonl': toJsonLines(tinyMathRecords.slice(0, 1)),
  'someone/tiny/sub/two.parquet': writeParquet(tinyMathRecords.slice(1)),
};

const sleep = async (): Promise<void> => undefined;

test('a load downloads into the cache, and the next one asks nobody', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files, storage: 'other-host' });
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  const first = await loadBenchmark(tiny, options);
  expect(first).toMatchObject({
    matchesPin: true,
    source: { kind: 'hub', path: `${server.endpoint}/datasets/someone/tiny` },
  });
  const requests = server.requests.length;
  const second = await loadBenchmark(tiny, options);
  expect(second).toMatchObject({ matchesPin: true, source: { kind: 'cache', path: folder.join('datasets', 'tiny') } });
  expect(second.problems).toEqual(first.problems);
  expect(server.requests.length).toBe(requests);
});

test('a fetch names files, sizes and commits, and does nothing the second time', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const options = { cacheDir: folder.path, hub: { endpoint: `${server.endpoint}/`, sleep } };
  const result = await fetchBenchmark(tiny, options);
  expect(result).toMatchObject({ wasCached: false, count: 3, matchesPin: true });
  expect(result.files.map(({ path, commit }) => [path, commit])).toEqual([
    [folder.join('datasets/tiny/one.jsonl'), server.commit],
    [folder.join('datasets/tiny/sub/two.parquet'), server.commit],
  ]);
  expect(await fetchBenchmark(tiny, options)).toMatchObject({ wasCached: true, files: [], matchesPin: true });
  expect(server.requests.length).toBe(2);
  expect((await fetchBenchmark(tiny, { ...options, force: true })).wasCached).toBe(false);
});

test('a fetch that fails at its second file keeps the first for the next call', async () => {
  using folder = makeTemporaryFolder();
  const { 'someone/tiny/sub/two.parquet': second, ...first } = files;
  await using server = await startHubServer({ files: first });
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  await expect(fetchBenchmark(tiny, options)).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' });
  expect(await locateBenchmark(tiny, options)).toEqual({ kind: 'missing' });
  server.put('someone/tiny/sub/two.parquet', second);
  const before = server.requests.length;
  await fetchBenchmark(tiny, options);
  expect(server.requests.slice(before).map(({ path }) => path)).toEqual([
    '/datasets/someone/tiny/resolve/main/sub/two.parquet',
  ]);
});

test('rows that are not the pinned ones are refused and nothing is kept, unless they are accepted', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  server.put('someone/tiny/one.jsonl', files['someone/tiny/one.jsonl'].replace('boxed{7}', 'boxed{8}'));
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  await expect(fetchBenchmark(tiny, options)).rejects.toMatchObject({
    code: 'WRONG_ROWS',
    message: expect.stringMatching(/Nothing was kept/),
  });
  expect(readdirSync(folder.join('datasets/tiny'))).toEqual(['sub']);
  expect(readdirSync(folder.join('datasets/tiny/sub'))).toEqual([]);
  expect(await fetchBenchmark(tiny, { ...options, acceptUnpinned: true })).toMatchObject({ matchesPin: false });
  await expect(loadBenchmark(tiny, options)).rejects.toThrow(/scalequest data fetch tiny --force/);
});

test('a forced fetch that brings other rows leaves the good copy where it is', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  await fetchBenchmark(tiny, options);
  server.put('someone/tiny/one.jsonl', toJsonLines(tinyMathRecords.slice(3)));
  await expect(fetchBenchmark(tiny, { ...options, force: true })).rejects.toMatchObject({ code: 'WRONG_COUNT' });
  expect((await loadBenchmark(tiny, options)).source.kind).toBe('cache');
});

test('a damaged copy in the cache is replaced by force', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  await fetchBenchmark(tiny, options);
  const path = folder.join('datasets/tiny/one.jsonl');
  writeFileSync(path, '');
  await expect(loadBenchmark(tiny, options)).rejects.toMatchObject({ code: 'WRONG_COUNT' });
  await fetchBenchmark(tiny, { ...options, force: true });
  expect(readFileSync(path, 'utf8')).toBe(files['someone/tiny/one.jsonl']);
});

test('a page in place of the file, as a sign-in wall sends it, is refused and not kept', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files, etags: 'none' });
  server.put('someone/tiny/one.jsonl', '<html>Please sign in</html>\n');
  const options = { cacheDir: folder.path, hub: { endpoint: server.endpoint, sleep } };
  await expect(loadBenchmark(tiny, options)).rejects.toMatchObject({ code: 'JSONL_BAD_LINE' });
  expect(existsSync(folder.join('datasets/tiny/one.jsonl'))).toBe(false);
});

test('what is on no hub cannot be fetched, and says what to do', async () => {
  const { origins: _, ...rest } = tiny;
  const homeless: Benchmark = { ...rest, origins: [] };
  await expect(fetchBenchmark(homeless, { cacheDir: '/nonexistent' })).rejects.toThrow(
    /Benchmark 'tiny' cannot be downloaded\. No copy on the hub is known\.\nGive a folder/,
  );
});
