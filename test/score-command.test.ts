import { readFileSync, writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import type { Summary } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

interface Result {
  readonly folder: string;
  readonly summary: Summary;
  readonly leftOut?: readonly string[];
}

async function runJson(args: readonly string[]): Promise<Result & { readonly stderr: string }> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], { cwd: folder.path });
  if (code !== 0) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Result), stderr };
}

test('a file that is read in two formats gets a folder for each', async () => {
  const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const lines = problems.slice(0, 3).map(({ id, reference }, line) => {
    const record = { id, reply: `\\boxed{${reference}}`, line, answer: reference, prediction: 'I do not know.' };
    return `${JSON.stringify(record)}\n`;
  });
  writeFileSync(folder.join('replies.jsonl'), lines.join(''));
  const args = ['score', 'math-embedded', '--replies', 'replies.jsonl', '--format'];
  const one = await runJson([...args, 'scalequest']);
  const other = await runJson([...args, 'answers']);
  expect([one.summary.outcomes.correct, other.summary.outcomes.correct]).toEqual([3, 0]);
  expect(other.folder).not.toBe(one.folder);
});

test('a run whose errors were asked again: its journal is a reply file, and late graders are named', async () => {
  let isMended = false;
  await using server = await startModelServer({
    reply: () => '\\boxed{1}',
    misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => !isMended && text.length % 3 === 0 }],
  });
  const model = ['--model', 'm', '--base-url', server.baseUrl];
  // The doctor would stop the run: the server refuses some of its probes too.
  const args = ['eval', 'math-embedded', '--limit', '30', ...model, '--out', 'run', '--no-doctor'];
  const first = await runJson([...args, '--graders', 'ours,dart']);
  expect(first.summary.outcomes.error).toBeGreaterThan(0);
  isMended = true;
  const { summary } = await runJson([...args, '--graders', 'ours', '--retry-errors']);
  expect(summary.outcomes.error).toBe(0);

  const copied = await runJson(['score', 'math-embedded', '--replies', 'run/journal.jsonl', '--grader', 'ours']);
  expect(copied.summary).toMatchObject({ samples: 30, epochs: 1, outcomes: summary.outcomes });

  const late = await runJson(['score', 'run', '--graders', 'ours']);
  expect(late.leftOut).toEqual(['dart@1']);
  expect(late.stderr).toContain('Left out, for want of scores of all these replies: dart@1.');
  expect(Object.keys(late.summary.graders)).toEqual(['ours@3']);
  const all = await runJson(['score', 'run']);
  expect(all.leftOut).toEqual([]);
  expect(Object.keys(all.summary.graders).sort()).toEqual(['dart@1', 'ours@3']);
});

test('other answers that change in a benchmark of your own make another run, and explain the first one no more', async () => {
  const write = (others: string): void =>
    writeFileSync(
      folder.join('mine.mjs'),
      `export default { name: 'mine', data: './mine.jsonl', row: { safeParse: (data) => ({ success: true, data }) },
        parse: ({ q, a }) => ({ problem: q, reference: a, otherReferences: ${others} }) };`,
    );
  writeFileSync(folder.join('mine.jsonl'), '{"q":"1+1?","a":"2"}\n');
  await using server = await startModelServer({ reply: () => '\\boxed{3}' });
  const args = ['eval', './mine.mjs', '--model', 'm', '--base-url', server.baseUrl, '--out', 'run'];
  write("['4']");
  expect((await runJson(args)).summary.outcomes.correct).toBe(0);
  const { identity } = JSON.parse(readFileSync(folder.join('run', 'run.json'), 'utf8'));
  expect(identity).not.toHaveProperty('orderSha256');
  write("['3']");
  await expect(runJson(args)).rejects.toThrow('holds a run with other settings');
  const explain = ['explain', 'run', '0', '--benchmark', './mine.mjs'];
  await expect(runJson(explain)).rejects.toThrow("The run in 'run' is of other problems than 'mine' has here.");
});
