import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBenchmarks, loadBenchmark } from '@scalequest/datasets';
import { findTask, tasks } from '@scalequest/eval';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'packages', 'eval', 'package.json'), 'utf8')) as {
  readonly nx: { readonly targets: Readonly<Record<string, { readonly command: string }>> };
};

/** Runs every benchmark; no task of its own. */
const all = 'all';

const { leaderboard, ...targets } = manifest.nx.targets;

test('every benchmark has its Nx target, a thin door to the command', () => {
  expect(Object.keys(targets).sort()).toEqual([...tasks.keys(), all].sort());
  for (const [name, { command }] of Object.entries(targets)) {
    expect(command).toBe(`node packages/cli/bin/scalequest.js eval ${name}`);
  }
});

test('the leaderboard has its Nx target, a thin door to the command', () => {
  expect(leaderboard?.command).toBe('node packages/cli/bin/scalequest.js leaderboard build');
});

test('every target that the project promises is there', () => {
  const promised = [
    'math',
    'math-500',
    'gsm8k',
    'gsm8k-5shot',
    'gsm-hard',
    'college-math',
    'olympiadbench',
    'aime24',
    'amc23',
    'humaneval',
    'mbpp',
  ];
  expect(Object.keys(targets)).toEqual(expect.arrayContaining([...promised, all]));
});

/** The rows of the table in docs/benchmarks.md, cell by cell, without backquotes. */
/** The first table of the page. */
function readTable(): readonly (readonly string[])[] {
  const lines = readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('| `'));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines
    .slice(first, first + length)
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

test('the table of the documentation names every target, with the count and protocol that it runs', () => {
  const rows = readTable();
  expect(rows.map(([, name]) => name).sort()).toEqual([...tasks.keys()].sort());
  const counts = new Map(listBenchmarks().map(({ name, count }) => [name, String(count)]));
  for (const [, name = '', problems, , , , protocol] of rows) {
    const task = findTask(name);
    expect([name, problems, protocol]).toEqual([name, counts.get(String(task.benchmark)), task.protocol]);
  }
});

test('every benchmark of the registry is in the table, is a set of one, or is a train split that nothing is evaluated on', () => {
  const evaluated = new Set(
    [...tasks.values()].flatMap(({ benchmark, sets = [] }) => [benchmark, ...sets.map((set) => set.benchmark)]),
  );
  const others = listBenchmarks().filter(({ name }) => !evaluated.has(name));
  expect(others.map(({ name, split }) => [name, split])).toEqual([
    ['math-train', 'train'],
    ['gsm8k-train', 'train'],
  ]);
});

test.skipIf(dataDir === undefined)(
  'the ids have the form that the table names: a file, a line, or a number (needs SCALEQUEST_DATA_DIR)',
  async () => {
    for (const [, name = '', , , , form = ''] of readTable()) {
      const { problems } = await loadBenchmark(findTask(name).benchmark, { dataDir, cacheDir: '/nonexistent' });
      const ids = problems.map(({ id }) => id);
      if (form.startsWith('0-based line')) expect(ids).toEqual(ids.map((_, line) => `${line}`));
      if (form.startsWith('own number')) expect(ids.filter((id) => !/^\d+$/.test(id))).toEqual([]);
      if (form.startsWith('file')) expect(ids.filter((id) => !/^test\/[a-z_]+\/\d+\.json$/.test(id))).toEqual([]);
      const example = form.split(', ')[1];
      if (example !== undefined) expect(ids).toContain(example);
    }
  },
);

/** Ends the command with 97 where it reaches for a network. */
const withoutNetwork = { NODE_OPTIONS: `--import=${new URL('./support/no-network.mjs', import.meta.url).href}` };

test('a command that does need the network is caught when it has none', async () => {
  using folder = makeTemporaryFolder();
  const env = { ...withoutNetwork, SCALEQUEST_CACHE_DIR: folder.path };
  expect(await runCli(['data', 'fetch', 'math-500'], { cwd: folder.path, env })).toMatchObject({ code: 97 });
  const asked = ['eval', 'math-embedded', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];
  expect(await runCli(asked, { cwd: folder.path, env })).toMatchObject({ code: 97 });
});
