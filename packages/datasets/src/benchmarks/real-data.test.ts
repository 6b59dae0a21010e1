import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { writeParquet } from '../__fixtures__/write-parquet.ts';
import { loadBenchmark } from '../load-benchmark.ts';
import { mathSubjects } from '../math/math-record.ts';

// The problems stay out of the repository, so what is said about them is tested where the data folder is.
const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';
const cacheDir = '/nonexistent';

async function readAll(path: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for await (const { value } of readJsonLines<Record<string, unknown>>(join(dataDir, path))) records.push(value);
  return records;
}

describe.skipIf(dataDir === '')('the data folder (needs SCALEQUEST_DATA_DIR)', () => {
  const copies = [
    ['math', 'math', 'test'],
    ['math-train', 'math', 'train'],
    ['math-500', 'math-500', 'test'],
  ] as const;

  test.each(copies)('%s passes its pin as JSON Lines', async (name) => {
    const loaded = await loadBenchmark(name, { dataDir, cacheDir });
    expect(loaded).toMatchObject({ matchesPin: true });
  });

  test.each(copies)('%s passes its pin as Parquet, in the same order', async (name, folderName, split) => {
    using folder = makeTemporaryFolder();
    const records = await readAll(`benchmark/${folderName}/${split}.jsonl.gz`);
    mkdirSync(folder.join(folderName));
    writeFileSync(folder.join(folderName, `${split}.parquet`), writeParquet(records, 'ZSTD'));
    const loaded = await loadBenchmark(name, { dataDir: folder.path, cacheDir });
    expect(loaded.source.path).toMatch(/parquet$/);
    expect(loaded.problems).toEqual((await loadBenchmark(name, { dataDir, cacheDir })).problems);
  });

  test('math passes its pin as the seven Parquet files of the hub, in the same order', async () => {
    using folder = makeTemporaryFolder();
    const records = await readAll('benchmark/math/test.jsonl.gz');
    for (const [name, subject] of Object.entries(mathSubjects)) {
      const rows = records.filter(({ type }) => type === subject);
      mkdirSync(folder.join('math', name), { recursive: true });
      writeFileSync(folder.join('math', name, 'test-00000-of-00001.parquet'), writeParquet(rows));
    }
    const loaded = await loadBenchmark('math', { dataDir: folder.path, cacheDir });
    expect(loaded.source.path).toBe(folder.join('math'));
    expect(loaded.problems.map(({ id }) => id)).toEqual(
      (await loadBenchmark('math', { dataDir, cacheDir })).problems.map(({ id }) => id),
    );
  });

  test('every one of the 5,000 problems of math has the name of its original file', async () => {
    const ids = await readAll('benchmark/math/test-unique-id.jsonl.gz');
    const { problems } = await loadBenchmark('math', { dataDir, cacheDir });
    expect(problems.length).toBe(5_000);
    expect(problems.map(({ id }) => id)).toEqual(ids.map((record) => record.unique_id));
  });

  test('math-500 is a part of math: same ids, problems, references, levels and subjects', async () => {
    const all = await loadBenchmark('math', { dataDir, cacheDir });
    const part = await loadBenchmark('math-500', { dataDir, cacheDir });
    const byId = new Map(all.problems.map((problem) => [problem.id, problem]));
    for (const problem of part.problems) expect(byId.get(problem.id)).toEqual(problem);
  });

  test('the 13 gold fixes of math are those of the data folder, and all apply', async () => {
    const fixes = await readAll('benchmark/math/test-gold-fixes.jsonl.gz');
    const plain = await loadBenchmark('math', { dataDir, cacheDir });
    const fixed = await loadBenchmark('math', { dataDir, cacheDir, goldFixes: true });
    expect(fixed.appliedFixes).toEqual(fixes.map((fix) => fix.unique_id));
    expect(fixed.rowsSha256).toBe(plain.rowsSha256);
    const before = new Map(plain.problems.map((problem) => [problem.id, problem]));
    for (const problem of fixed.problems) {
      const fix = fixes.find((candidate) => candidate.unique_id === problem.id);
      if (fix === undefined) {
        expect(problem).toEqual(before.get(problem.id));
        continue;
      }
      const golds = fix.golds as string[];
      expect(before.get(problem.id)?.reference).toBe(fix.last_boxed);
      const values = fix.kind === 'any' ? [problem.reference, ...(problem.otherReferences ?? [])] : [problem.reference];
      expect(values.toSorted()).toEqual((fix.kind === 'all' ? [golds.join(', ')] : golds).toSorted());
    }
  });

  test('the oddities of math-train: two without an answer, two of unknown level, two boxes without braces', async () => {
    const { problems, excluded } = await loadBenchmark('math-train', { dataDir, cacheDir });
    expect(excluded.length).toBe(2);
    expect(problems.filter(({ meta }) => meta.level === null).length).toBe(2);
    const records = await readAll('benchmark/math/train.jsonl.gz');
    const bare = [888, 1011].map((line) => String(records[line]?.problem).trim());
    expect(problems.filter(({ problem }) => bare.includes(problem)).map(({ reference }) => reference)).toEqual([
      '2',
      '9',
    ]);
  });

  test('419 problems of math and 707 of math-train show a drawing', async () => {
    const counts = ['math', 'math-train'].map(
      async (name) =>
        (await loadBenchmark(name, { dataDir, cacheDir })).problems.filter(({ meta }) => meta.hasDrawing).length,
    );
    expect(await Promise.all(counts)).toEqual([419, 707]);
  });
});
