import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { expect, test } from 'vitest';
import { loadBenchmark } from '../load-benchmark.ts';
import type { Problem } from '../problem.ts';
import { readReplies } from './read-replies.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';
const testWithData = test.skipIf(dataDir === '');

/** What the data folder's manifest says of a file. */
interface Recorded {
  readonly file: string;
  readonly records: number;
  readonly label_acc?: number;
}

type Row = Readonly<Record<string, unknown>>;

// The files of one task and its samples have a shape of their own, which is no run of a benchmark.
const manifest: readonly Recorded[] =
  dataDir === ''
    ? []
    : (JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8')) as Recorded[]).filter(
        ({ file }) => file.startsWith('generations/') && !file.includes('/openai-example-'),
      );

const repliesInRecord: Readonly<Record<string, number>> = { 'qwen-math-cot-100x8': 8, 'codet-codegen-16b-n100': 100 };

testWithData(
  'every recorded file resolves fully, with the label accuracy that its README states (needs SCALEQUEST_DATA_DIR)',
  async () => {
    expect(manifest).toHaveLength(33);
    for (const { file, records, label_acc: labelAccuracy } of manifest) {
      const counts = await countReplies(file);
      const name = file.replace(/^.*\/|\.jsonl\.gz$/g, '');
      const expected = records * (repliesInRecord[name] ?? 1);
      expect(counts, file).toMatchObject({ replies: expected, samples: expected, lines: records });
      if (labelAccuracy === undefined) expect(counts.labels, file).toBe(0);
      else {
        expect(counts.labels, file).toBe(expected);
        expect((counts.right / counts.labels).toFixed(4), file).toBe(labelAccuracy.toFixed(4));
      }
    }
  },
  120_000,
);

testWithData('CodeT prompts find the tasks that running their programs found (needs SCALEQUEST_DATA_DIR)', async () => {
  const rows = await readRows('generations-derived/code-execution-labels.jsonl.gz');
  const expected = rows
    .filter(({ file }) => String(file).includes('codet'))
    .sort((a, b) => Number(a.line) - Number(b.line));
  const found: string[] = [];
  const problems = await readProblems('humaneval');
  const path = join(dataDir, 'generations/humaneval/codet-codegen-16b-n100.jsonl.gz');
  for await (const { id, epoch } of readReplies(path, { problems })) if (epoch === 0) found.push(id);
  expect(found).toEqual(expected.map(({ task_id: id }) => id));
});

testWithData('MBPP replies beside the test split are left out on request (needs SCALEQUEST_DATA_DIR)', async () => {
  const problems = await loadFromDataDir('mbpp');
  const path = join(dataDir, 'generations/mbpp/reflexion-gpt-4.jsonl.gz');
  await expect(readReplies(path, { problems }).next()).rejects.toMatchObject({ fields: { unknownCount: 162 } });
  let count = 0;
  for await (const _ of readReplies(path, { problems, onUnknown: 'skip' })) count++;
  expect(count).toBe(235);
});

testWithData(
  'the labels of the execution labels are those that the replies carry (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const rows = await readRows('generations-derived/code-execution-labels.jsonl.gz');
    for (const benchmark of ['humaneval', 'mbpp']) {
      const expected = rows.filter((row) => row.benchmark === benchmark && row.label_source !== null);
      const problems = await readProblems(benchmark);
      const labels: unknown[] = [];
      for (const file of new Set(expected.map((row) => String(row.file)))) {
        const path = join(dataDir, `generations/${benchmark}/${file}.jsonl.gz`);
        for await (const { id, label } of readReplies(path, { problems })) labels.push([file, id, label]);
      }
      const makeId = (task: unknown) => String(task).replace(/^mbpp_(\d+)_.*/, 'Mbpp/$1');
      expect(labels).toEqual(expected.map((row) => [row.file, makeId(row.task_id), row.label_source]));
    }
  },
);

interface Counts {
  readonly replies: number;
  /** Different (id, epoch) pairs. */
  readonly samples: number;
  readonly lines: number;
  readonly labels: number;
  readonly right: number;
}

async function countReplies(file: string): Promise<Counts> {
  const benchmark = file.includes('nemo-skills') ? 'math-train' : (file.split('/')[1] ?? '');
  const problems = await readProblems(benchmark);
  const samples = new Set<string>();
  const lines = new Set<number>();
  const counts = { replies: 0, labels: 0, right: 0 };
  for await (const { id, epoch, line, label } of readReplies(join(dataDir, file), { problems })) {
    samples.add(`${id} ${epoch}`);
    if (line !== undefined) lines.add(line);
    counts.replies++;
    if (label !== undefined) counts.labels++;
    if (label === true) counts.right++;
  }
  return { ...counts, samples: samples.size, lines: lines.size };
}

const loaded = new Map<string, readonly Problem[]>();

async function readProblems(benchmark: string): Promise<readonly Problem[]> {
  const problems = loaded.get(benchmark) ?? (await loadProblems(benchmark));
  loaded.set(benchmark, problems);
  return problems;
}

async function loadProblems(benchmark: string): Promise<readonly Problem[]> {
  const make = (id: unknown, problem: unknown, reference: unknown = ''): Problem => ({
    id: String(id),
    problem: String(problem),
    reference: String(reference),
    meta: {},
  });
  switch (benchmark) {
    case 'gsm8k':
      return (await readRows('benchmark/gsm8k/test.jsonl.gz')).map((row, line) => make(line, row.question));
    case 'math-500':
      return (await readRows('benchmark/math-500/test.jsonl.gz')).map((row) =>
        make(row.unique_id, row.problem, row.answer),
      );
    case 'math': {
      const ids = new Map(
        (await readRows('benchmark/math/test-unique-id.jsonl.gz')).map((row) => [row.idx, row.unique_id]),
      );
      return (await readRows('benchmark/math/test.jsonl.gz')).map((row) => make(ids.get(row.idx), row.problem));
    }
    case 'math-train':
      return (await readRows('benchmark/math/train.jsonl.gz')).map((row, line) => make(`train/${line}`, row.problem));
    case 'humaneval':
      return await loadFromDataDir('humaneval');
    case 'mbpp':
      // Reflexion's 397 tasks are of all four splits.
      return await loadFromDataDir('mbpp-all');
    default:
      throw new Error(`No loader for '${benchmark}' in this test.`);
  }
}

async function loadFromDataDir(name: string): Promise<readonly Problem[]> {
  return (await loadBenchmark(name, { dataDir, cacheDir: '/nonexistent' })).problems;
}

async function readRows(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { value } of readJsonLines<Row>(join(dataDir, file))) rows.push(value);
  return rows;
}
