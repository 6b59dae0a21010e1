import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadBenchmark } from '@scalequest/datasets';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { findLogBenchmark } from './find-log-benchmark.ts';
import type { ForeignLog } from './foreign-log.ts';
import { type MappedLog, mapLog } from './map-log.ts';
import { openForeignLog } from './open-foreign-log.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';

type Doc = Readonly<Record<string, unknown>>;

interface Shape {
  readonly benchmark: string;
  /** What lm-eval keeps of a row in `doc`, and what it writes as the target. */
  readonly doc: (row: Doc) => Doc;
  readonly target: (row: Doc) => unknown;
  /** In the data folder: the rows as their source has them. */
  readonly file: string;
}

const keepAll = (row: Doc): Doc => row;

/** Fields as lm-eval 0.4.13 logs them, task by task. */
const shapes: Readonly<Record<string, Shape>> = {
  gsm8k: { benchmark: 'gsm8k', file: 'gsm8k/test', doc: keepAll, target: ({ answer }) => answer },
  minerva_math500: {
    benchmark: 'math-500',
    file: 'math-500/test',
    doc: ({ problem, solution, answer }) => ({ problem, solution, answer }),
    target: ({ answer }) => answer,
  },
  humaneval: {
    benchmark: 'humaneval',
    file: 'humaneval/test',
    doc: keepAll,
    target: ({ test: tests, entry_point }) => `${tests}\ncheck(${entry_point})`,
  },
  mbpp: {
    benchmark: 'mbpp',
    file: 'mbpp/test',
    doc: keepAll,
    target: ({ test_list }) => (test_list as readonly string[]).join('\n'),
  },
  aime24: {
    benchmark: 'aime24',
    file: 'aime24/test',
    doc: ({ problem, solution, answer }) => ({ ID: '2024-II-4', Problem: problem, Solution: solution, Answer: answer }),
    target: ({ answer }) => answer,
  },
};

function readRows(file: string): readonly Doc[] {
  const text = gunzipSync(readFileSync(join(dataDir, 'benchmark', `${file}.jsonl.gz`))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Doc);
}

async function openAsLog(path: string, { docs, target }: { docs: readonly Doc[]; target: Shape['target'] }) {
  const rows = docs.map((doc, i) => ({
    doc_id: i,
    doc,
    target: String(target(doc)),
    arguments: {},
    resps: [['1']],
    filtered_resps: ['1'],
    filter: 'none',
    metrics: ['exact_match'],
    exact_match: 0,
  }));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return (await openForeignLog(path)) as ForeignLog;
}

async function loadProblems(name: string) {
  const { problems } = await loadBenchmark(name, { dataDir, cacheDir: dataDir });
  return problems;
}

test.skipIf(dataDir === '').each(Object.entries(shapes))(
  'each document of a log of %s is the problem of its row (needs SCALEQUEST_DATA_DIR)',
  async (task, { benchmark, file, doc, target }) => {
    using folder = makeTemporaryFolder();
    const problems = await loadProblems(benchmark);
    // From the last to the first: the line says nothing here.
    const rows = [...readRows(file)].reverse();
    const log = await openAsLog(folder.join(`samples_${task}.jsonl`), { docs: rows.map(doc), target });
    const mapped: MappedLog = await mapLog(log, problems);
    expect(mapped.unmapped).toEqual({ count: 0, first: [] });
    expect(mapped.samples.map(({ id }) => id)).toEqual(problems.map(({ id }) => id).reverse());
  },
);

test.skipIf(dataDir === '')('a log is found to be of the benchmark that it was made on', async () => {
  using folder = makeTemporaryFolder();
  const candidates = await Promise.all(
    ['math', 'math-500', 'gsm8k', 'gsm-hard', 'humaneval'].map(async (name) => ({
      name,
      rowsSha256: '',
      appliedFixes: [],
      task: {},
      problems: await loadProblems(name),
      openGrader: () => Promise.reject(new Error('Nobody judges here.')),
    })),
  );
  for (const { benchmark, file, doc, target } of [shapes.gsm8k, shapes.minerva_math500, shapes.humaneval] as Shape[]) {
    const log = await openAsLog(folder.join(`${benchmark}.jsonl`), { docs: readRows(file).map(doc), target });
    expect((await findLogBenchmark(log, candidates))?.name).toBe(benchmark);
  }
  const subject = (candidates[0]?.problems ?? []).filter(({ id }) => id.startsWith('test/geometry/'));
  const docs = subject.map(({ problem, meta }) => ({ problem, solution: meta.solution }));
  const log = await openAsLog(folder.join('geometry.jsonl'), { docs, target: () => '' });
  expect((await findLogBenchmark(log, candidates))?.name).toBe('math');
  const other = await openAsLog(folder.join('other.jsonl'), { docs: [{ question: 'What else?' }], target: () => '' });
  expect(await findLogBenchmark(other, candidates)).toBeUndefined();
});
