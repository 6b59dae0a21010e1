import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** Made by hand, in the forms that lm-eval and inspect write: the real ones are made in foreign-logs.test.ts. */
let folder: TemporaryFolder;

const sets = { sums: 4, parts: 3 } as const;
type Set = keyof typeof sets;

function ask(set: Set, i: number): string {
  return `What is number ${i} of the ${set} that are drawn in the figure?`;
}

interface LogOptions {
  readonly wrong?: readonly number[];
  /** Problems that the benchmark does not have. */
  readonly others?: number;
}

function writeLmEval(name: string, set: Set, { wrong = [], others = 0 }: LogOptions): void {
  const rows = Array.from({ length: sets[set] + others }, (_, i) => ({
    doc_id: i,
    doc: { question: i < sets[set] ? ask(set, i) : `Who is person ${i} of the crowd in the photograph?` },
    target: String(i),
    resps: [[`The answer is \\boxed{${wrong.includes(i) ? 99 : i}}.`]],
    filtered_resps: [''],
    filter: 'none',
    metrics: ['exact_match'],
    // Its own grader takes none of them.
    exact_match: 0,
  }));
  writeFileSync(folder.join(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function writeInspect(name: string, set: Set, { wrong = [], epochs = 1 }: LogOptions & { epochs?: number }): void {
  const samples = Array.from({ length: sets[set] * epochs }, (_, at) => {
    const [i, epoch] = [at % sets[set], Math.floor(at / sets[set])];
    return {
      id: i + 1,
      epoch: epoch + 1,
      input: ask(set, i),
      target: String(i),
      output: { completion: `\\boxed{${wrong.includes(i) ? 99 : i}}`, choices: [] },
      scores: { match: { value: wrong.includes(i) ? 'I' : 'C' } },
    };
  });
  const log = { version: 2, status: 'success', eval: { task: set, model: name }, samples };
  writeFileSync(folder.join(name), JSON.stringify(log));
}

async function run(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(() => {
  folder = makeTemporaryFolder();
  for (const set of ['sums', 'parts'] as const) {
    const rows = Array.from({ length: sets[set] }, (_, i) => ({
      id: `${set}-${i}`,
      problem: ask(set, i),
      reference: String(i),
    }));
    writeFileSync(folder.join(`${set}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    writeFileSync(
      folder.join(`${set}.mjs`),
      `export default { name: '${set}', data: './${set}.jsonl', parse: (record) => record,
        row: { safeParse: (data) => ({ success: true, data }) } };`,
    );
  }
  writeLmEval('lm-sums.jsonl', 'sums', { wrong: [0] });
  writeLmEval('lm-more.jsonl', 'sums', { wrong: [0], others: 2 });
  writeLmEval('lm-parts.jsonl', 'parts', {});
  writeInspect('sums.json', 'sums', { wrong: [0, 1, 2] });
  writeInspect('parts.json', 'parts', { wrong: [2], epochs: 2 });
});
afterAll(() => folder[Symbol.dispose]());

test('what a benchmark does not have stops the scoring of a log, and is left out on request', async () => {
  const args = ['score', './sums.mjs', '--replies', 'lm-more.jsonl', '--out', 'more', '--json'];
  const refused = await runCli(args, { cwd: folder.path });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('2 of 6 samples answer no problem that can be told: line 5 of lm-more.jsonl');
  const { summary } = JSON.parse(await run([...args, '--skip-unknown']));
  expect(summary).toMatchObject({
    problems: 4,
    samples: 4,
    outcomes: { correct: 3 },
    labels: { labelled: 4, labelCorrect: 0 },
  });
});

test('a run and a log are compared by the headline grader of the run, which judges the log now', async () => {
  await run(['score', './sums.mjs', '--replies', 'lm-sums.jsonl', '--out', 'run']);
  const comparison = JSON.parse(await run(['compare', 'run', 'sums.json', '--benchmark', './sums.mjs', '--json']));
  expect(comparison).toMatchObject({ grader: 'ours@3', a: { correct: 3 }, b: { correct: 1 }, gained: 0, lost: 2 });
  expect(comparison.notes).toContain('B is a log of inspect (version not known), judged now by ours@3.');
});

test('two models are compared by their logs, each by the benchmark that it is found to be of', async () => {
  const sides = ['--a', 'lm-sums.jsonl', 'lm-parts.jsonl', '--b', 'parts.json', 'sums.json'];
  const { benchmarks } = JSON.parse(
    await run(['compare', ...sides, '--benchmark', './sums.mjs,./parts.mjs', '--json']),
  );
  expect(benchmarks).toMatchObject([
    { benchmark: 'parts', grader: 'ours@3', a: { correct: 3 }, b: { correct: 4, samples: 6 }, lost: 1 },
    { benchmark: 'sums', grader: 'ours@3', a: { correct: 3 }, b: { correct: 1 }, lost: 2 },
  ]);
  expect(benchmarks[0].notes).toContain('A has 1 and B 2 epochs: each problem counts by its mean.');
});
