import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { sha256Hex } from '@scalequest/core';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../engine/read-dataset.ts';
import type { Recipe } from '../engine/recipe.ts';
import type { Fields, Row } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { hostileText, makeRun } from './__fixtures__/make-run.ts';
import { exportRows } from './export-rows.ts';
import { nameHalfWritten } from './half-written.ts';
import { readRunSummary } from './summarize-run.ts';
import { writeDataset } from './write-dataset.ts';

const python = process.env.SCALEQUEST_TEST_PYTHON || undefined;
// biome-ignore lint/suspicious/noConsole: a test that is skipped says why.
if (python === undefined) console.log("Skipped: SCALEQUEST_TEST_PYTHON names no Python with Hugging Face's datasets.");

let folder: TemporaryFolder;
let run: string;
const rows: Row[] = [];
beforeAll(async () => {
  folder = makeTemporaryFolder();
  run = folder.join('run');
  await makeRun(run, { run: runRecipe });
  for await (const row of readDataset(run)) rows.push(row);
});
afterAll(() => folder[Symbol.dispose]());

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

function hashFolder(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(join(path, file)).isFile())
      .map((file) => [file, sha256Hex(readFileSync(join(path, file)))]),
  );
}

/** A run of one stage that gives each row what the list has of it. */
async function makeOwnRun(name: string, list: readonly Fields[], shardRows = 64): Promise<string> {
  const recipe: Recipe = {
    name: 'own',
    description: 'Rows of a test.',
    generators: [{ name: 'one', accept: 'all', rows: list.length }],
    stages: [
      {
        order: 'free',
        ...{ name: 'own', version: 1, settings: {}, needs: [], gives: [] },
        open: async () => ({
          judge: async (shard: { readonly rows: readonly { readonly index: number }[] }) =>
            shard.rows.map(({ index }) => ({ keep: list[index] ?? {} })),
        }),
      },
    ],
    shardRows,
  };
  await runRecipe({ recipe, folder: folder.join(name) });
  return folder.join(name);
}

test('the folder has the rows of the run in their order, with the lineage that they have, as DuckDB reads them', async () => {
  const out = folder.join('plain');
  const { configs } = await writeDataset({ run, out });
  expect(rows).toHaveLength(190);
  expect(configs).toMatchObject([{ name: 'default', rows: 190, files: ['data/train-00000-of-00001.parquet'] }]);
  const read = await query(`SELECT * FROM '${out}/data/*.parquet'`);
  expect(read.map(({ id }) => id)).toEqual(rows.map(({ generator, index }) => `${generator}/${index}`));
  expect(Object.keys(read[0] ?? {})).toEqual(
    'id generator query response answer difficulty verdict rewards selected_by selected_position majority_share'.split(
      ' ',
    ),
  );
  for (const [place, { fields }] of rows.entries()) {
    expect(read[place]).toMatchObject({
      ...{ query: fields.question, response: fields.response, answer: fields.answer },
      ...{ difficulty: fields.difficulty, verdict: 'yes', rewards: [0.9, -1.5, 0.25] },
      ...{ selected_by: 'majority', selected_position: '0', majority_share: 2 / 3 },
    });
  }
  expect(read.filter(({ query: text }) => String(text).endsWith(hostileText)).length).toBeGreaterThan(0);
  expect(read.filter(({ answer }) => answer === null).length).toBeGreaterThan(10);
  expect(existsSync(join(out, 'rejected'))).toBe(false);
});

test.skipIf(python === undefined)(
  'the datasets library loads both configurations: the same rows, features as the card says',
  async () => {
    const out = folder.join('hub');
    await writeDataset({
      run,
      out,
      withRejected: true,
      fileBytes: 20_000,
      card: { licence: 'apache-2.0', title: 'a: "b" # c' },
    });
    const script = `
import json, sys
from datasets import load_dataset, load_dataset_builder
out = {}
for name in ("default", "rejected"):
    builder = load_dataset_builder(sys.argv[1], name)
    ds = load_dataset(sys.argv[1], name, split="train")
    out[name] = {"rows": ds.to_list(), "features": {k: getattr(v, "dtype", str(v)) for k, v in ds.features.items()}, "told": builder.info.splits["train"].num_examples}
print(json.dumps(out))
`;
    const output = execFileSync(python as string, ['-c', script, out], {
      env: { ...process.env, HF_HOME: folder.join('hf'), HF_HUB_OFFLINE: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
    });
    const loaded = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    const duck = await query(
      `SELECT * REPLACE (selected_position::INT AS selected_position) FROM '${out}/data/*.parquet'`,
    );
    expect(readdirSync(join(out, 'data')).length).toBeGreaterThan(1);
    expect(loaded.default.rows).toEqual(duck);
    expect(loaded.default.told).toBe(190);
    expect(loaded.default.features).toMatchObject({ id: 'string', difficulty: 'float64', majority_share: 'float64' });
    expect(loaded.rejected.rows).toEqual(await query(`SELECT * FROM '${out}/rejected/*.parquet'`));
  },
);

test('every dropped row is in the configuration rejected once, with its stage and reason, and the counts are those of the funnel', async () => {
  const out = folder.join('rejected');
  await writeDataset({ run, out, withRejected: true });
  const { stages, acceptedRows, surplusRows, startedRows } = await readRunSummary(run);
  const read = await query(
    `SELECT stage, reason, count(*)::INT AS n, count(DISTINCT id)::INT AS ids, count(query)::INT AS texts FROM '${out}/rejected/*.parquet' GROUP BY ALL`,
  );
  const expected = stages.flatMap(({ stage, dropped }) =>
    Object.entries(dropped).map(([reason, n]) => ({
      stage,
      reason,
      n,
      ids: n,
      texts: ['truncated', 'contaminated'].includes(reason) ? 0 : n,
    })),
  );
  // A row that repeats a benchmark's problem was dropped before anything was compared with benchmarks: its text is not there either.
  const repeats = await query(
    `WITH r AS (SELECT * FROM '${out}/rejected/*.parquet') SELECT query FROM r
     WHERE json_extract_string(because, '$.of') IN (SELECT id FROM r WHERE reason = 'contaminated')`,
  );
  expect(repeats.length).toBeGreaterThan(0);
  expect(repeats.every(({ query: text }) => text === null)).toBe(true);
  for (const one of expected) if (one.reason === 'exact-duplicate') one.texts -= repeats.length;
  expect(new Set(read.map((row) => JSON.stringify(row)))).toEqual(new Set(expected.map((row) => JSON.stringify(row))));
  expect(expected.map(({ reason }) => reason).sort()).toEqual([
    'contaminated',
    'exact-duplicate',
    'no-majority',
    'truncated',
  ]);
  const lost = expected.reduce((sum, { n }) => sum + n, 0);
  expect(acceptedRows + surplusRows + lost).toBe(startedRows);
  const [because] = await query(
    `SELECT because FROM '${out}/rejected/*.parquet' WHERE reason = 'exact-duplicate' LIMIT 1`,
  );
  expect(JSON.parse(String(because?.because))).toEqual({ of: expect.stringMatching(/^(qwen|deepseek)\/\d+$/) });
});

test('the same run gives the same bytes, in one file or in many', async () => {
  const options = { run, withRejected: true, withJsonLines: true };
  await writeDataset({ ...options, out: folder.join('first') });
  await writeDataset({ ...options, out: folder.join('second') });
  const first = hashFolder(folder.join('first'));
  expect(Object.keys(first)).toEqual([
    'README.md',
    'data/train-00000-of-00001.parquet',
    'rejected/train-00000-of-00001.parquet',
    'train.jsonl',
  ]);
  expect(hashFolder(folder.join('second'))).toEqual(first);
  await writeDataset({ ...options, out: folder.join('many'), fileBytes: 10_000 });
  await writeDataset({ ...options, out: folder.join('many-again'), fileBytes: 10_000 });
  const many = hashFolder(folder.join('many'));
  expect(Object.keys(many)).toHaveLength(8);
  expect(hashFolder(folder.join('many-again'))).toEqual(many);
  expect(many['train.jsonl']).toBe(first['train.jsonl']);
  const lines = readFileSync(folder.join('many', 'train.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(rows.map(({ generator, index }) => `${generator}/${index}`));
});

test('files are full at the size that is wanted, are named by how many they are, and hold every row once', async () => {
  const list = Array.from({ length: 10_000 }, (_, i) => ({ question: `Question ${i} ${'x'.repeat(80)}` }));
  const out = folder.join('sized');
  const { configs } = await writeDataset({ run: await makeOwnRun('sized-run', list, 500), out, fileBytes: 400_000 });
  expect(configs[0]?.files).toEqual(['00000', '00001', '00002'].map((name) => `data/train-${name}-of-00003.parquet`));
  const sizes = await query(
    `SELECT count(*)::INT AS n FROM read_parquet('${out}/data/*.parquet', filename = true) GROUP BY filename ORDER BY filename`,
  );
  expect(sizes.map(({ n }) => n)).toEqual([4000, 4000, 2000]);
  const read = await query(`SELECT query FROM '${out}/data/*.parquet'`);
  expect(read.map(({ query: text }) => text)).toEqual(list.map(({ question }) => question));
  const meta = await query(`SELECT DISTINCT compression FROM parquet_metadata('${out}/data/*.parquet')`);
  expect(meta).toEqual([{ compression: 'ZSTD' }]);
});

test('a column that a late row widens holds every value, and neither half of a character nor a NUL does harm', async () => {
  const early = Array.from({ length: 200 }, (_, i) => ({
    question: `q${i}`,
    score: i,
    tags: [] as string[],
    mixed: 1,
  }));
  const late = { question: 'half \ud83d of\0it', score: 0.5, tags: ['a', 'b'], mixed: { deep: [1] }, lateField: true };
  const out = folder.join('widened');
  await writeDataset({ run: await makeOwnRun('widened-run', [...early, late]), out });
  const read = await query(`SELECT * FROM '${out}/data/*.parquet'`);
  expect(read).toHaveLength(201);
  expect(read[7]).toMatchObject({ query: 'q7', score: 7, tags: [], mixed: '1', late_field: null });
  expect(read[200]).toMatchObject({
    query: 'half \ufffd of\0it',
    score: 0.5,
    tags: ['a', 'b'],
    mixed: '{"deep":[1]}',
    late_field: true,
  });
});

test('a column is of one kind whatever is missing: rewards that could not be had, rows without a value, shards of nulls', async () => {
  const nothing = { question: 'q', rewards: [], tags: [], answer: null, difficulty: null, flag: null };
  const list = [
    ...Array.from({ length: 100 }, () => nothing),
    { ...nothing, rewards: [null, 0.5], tags: [null, 'a'], difficulty: 1, flag: true },
    { ...nothing, rewards: [null, null], tags: [null] },
  ];
  const out = folder.join('kinds');
  await writeDataset({ run: await makeOwnRun('kinds-run', list), out, fileBytes: 500 });
  const files = readdirSync(join(out, 'data'));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const types = await query(`DESCRIBE SELECT * FROM '${join(out, 'data', file)}'`);
    expect(Object.fromEntries(types.map(({ column_name: name, column_type: type }) => [name, type]))).toMatchObject({
      ...{ answer: 'VARCHAR', difficulty: 'DOUBLE', flag: 'BOOLEAN', rewards: 'DOUBLE[]', tags: 'VARCHAR[]' },
    });
  }
  const read = await query(`SELECT rewards, tags FROM '${out}/data/*.parquet' OFFSET 99`);
  expect(read.map(({ rewards, tags }) => [rewards, tags])).toEqual([
    [[], []],
    [
      [null, 0.5],
      [null, 'a'],
    ],
    [[null, null], [null]],
  ]);
});

test('no field is lost where names are alike or of another script, and JSON Lines have the columns of the Parquet files', async () => {
  const rich = { question: 'q', query: 'own', 数: 1, 学: 2, '--': 3, '++': 4, userName: 5, user_name: 6, mixed: 1 };
  const last = { question: 'half \ud83d', mixed: { deep: ['\ud83d'] }, tags: ['\ud83d'] };
  const own = await makeOwnRun('names-run', [rich, ...Array.from({ length: 80 }, () => ({ question: 'p' })), last]);
  const out = folder.join('names');
  await writeDataset({ run: own, out, withJsonLines: true });
  const [first] = await query(`SELECT * FROM '${out}/data/*.parquet' LIMIT 1`);
  expect(first).toMatchObject({ query: 'q', query_field: 'own', 数: '1', 学: '2', _: '3', __field: '4', mixed: '1' });
  expect(first).toMatchObject({ user_name: '5', user_name_field: '6' });
  const lines = readFileSync(join(out, 'train.jsonl'), 'utf8').trimEnd().split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as object);
  for (const line of parsed) expect(Object.keys(line)).toEqual(Object.keys(first ?? {}));
  expect(parsed.at(-1)).toMatchObject({ query: 'half \ufffd', mixed: '{"deep":["\\ud83d"]}', tags: ['\ufffd'] });
  const read = await query(`SELECT count(*)::INT AS n FROM read_json('${join(out, 'train.jsonl')}')`);
  expect(read).toEqual([{ n: 82 }]);
});

test('a run without rows, a folder that is in use and a wrong size are refused, and nothing is written', async () => {
  const none = await makeOwnRun('none', [{ question: 'q' }]);
  rmSync(join(none, 'manifest.jsonl'));
  await expect(writeDataset({ run: none, out: folder.join('none-out') })).rejects.toMatchObject({
    code: 'DATASET_EMPTY',
  });
  await expect(writeDataset({ run, out: run })).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY', kind: 'request' });
  await expect(writeDataset({ run, out: folder.join('x'), fileBytes: 0 })).rejects.toThrow("'fileBytes' is 0");
  const names = readdirSync(folder.path);
  expect(names.filter((name) => name.startsWith('none-out') || name.startsWith('x'))).toEqual([]);
});

test('a second call finds its own dataset, and one that would say something else is refused', async () => {
  const out = folder.join('own');
  await writeDataset({ run, out, withJsonLines: true });
  writeFileSync(join(out, 'notes.txt'), 'mine');
  const before = hashFolder(out);
  await writeDataset({ run, out, withJsonLines: true });
  expect(hashFolder(out)).toEqual(before);
  const other = writeDataset({ run, out, withJsonLines: true, card: { title: 'Other' } });
  await expect(other).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
  await expect(writeDataset({ run, out })).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
  expect(hashFolder(out)).toEqual(before);
});

test('a run that is not at its end gives what is sure, and says how much of what that is', async () => {
  const own = await makeOwnRun(
    'part-run',
    Array.from({ length: 200 }, (_, i) => ({ question: `q${i}` })),
  );
  const manifest = join(own, 'manifest.jsonl');
  const whole = await writeDataset({ run: own, out: folder.join('whole') });
  expect(whole.unfinished).toEqual([]);
  const lines = readFileSync(manifest, 'utf8')
    .split('\n')
    .filter((line) => /"number":[01],/.test(line));
  writeFileSync(manifest, `${lines.join('\n')}\n`);
  const { unfinished, configs } = await writeDataset({ run: own, out: folder.join('part') });
  expect([unfinished, configs[0]?.rows]).toEqual([[{ generator: 'one', accepted: 128, wanted: 'all' }], 128]);
  const card = readFileSync(folder.join('part', 'README.md'), 'utf8');
  expect(card).toContain('**Not finished.** When this was written, generator one gave 128 rows and was not at its end');
  const rowsOut = await exportRows({ run: own, out: folder.join('part.jsonl'), form: 'qft' });
  expect(rowsOut).toEqual({ rows: 128, skipped: {}, unfinished });
});

test('what a killed call left is cleared away by the next one, and what another process is at work on is not', async () => {
  const out = folder.join('cleared');
  const name = (pid: number): string => nameHalfWritten(out).replace(`.${process.pid}.tmp`, `.${pid}.tmp`);
  const [dead, alive, other] = [name(2 ** 30), name(process.ppid), `${out}-2.${2 ** 30}.tmp`];
  for (const path of [dead, alive, other]) mkdirSync(join(path, 'data'), { recursive: true });
  await writeDataset({ run, out });
  expect([dead, alive, other].map((path) => existsSync(path))).toEqual([false, true, true]);
});

test('an earlier dataset is replaced on wish, and what is not of it stays', async () => {
  const out = folder.join('again');
  await writeDataset({ run, out, withRejected: true, fileBytes: 10_000 });
  writeFileSync(join(out, 'notes.txt'), 'mine');
  await writeDataset({ run, out, overwrite: true });
  expect(readdirSync(out).sort()).toEqual(['README.md', 'data', 'notes.txt']);
  expect(readdirSync(join(out, 'data'))).toEqual(['train-00000-of-00001.parquet']);
});

test('a shard that is not what the manifest says is named, and no dataset is left behind', async () => {
  const own = await makeOwnRun('damaged', [{ question: 'true' }, { question: 'words' }]);
  const file = join(own, 'shards', 'own', 'one-000000.kept.jsonl.gz');
  writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString().replace('true', 'lies')));
  const write = writeDataset({ run: own, out: folder.join('damaged-out') });
  await expect(write).rejects.toMatchObject({ code: 'SHARD_DAMAGED' });
  await expect(write).rejects.toThrow('one-000000.kept.jsonl.gz');
  expect(readdirSync(folder.path).filter((name) => name.startsWith('damaged-out'))).toEqual([]);
});

test('an aborted call ends with its reason and leaves nothing', async () => {
  const stop = new AbortController();
  const write = writeDataset({
    ...{ run, out: folder.join('stopped'), signal: stop.signal },
    onProgress: () => stop.abort(new Error('enough')),
  });
  await expect(write).rejects.toThrow('enough');
  expect(readdirSync(folder.path).filter((name) => name.startsWith('stopped'))).toEqual([]);
});
