import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { tasks } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;

interface Row {
  readonly benchmark: string;
  readonly status: string;
  readonly folder?: string;
  readonly samples?: number;
  readonly accuracy?: number;
  readonly why?: string;
  readonly tokens?: { readonly prompt: number; readonly completion: number };
}

interface WholeResult {
  readonly status: string;
  readonly folder: string;
  readonly rows: readonly Row[];
}

const own = ['--only', 'math-embedded,word-problems'];

describe('eval all', () => {
  test('runs one benchmark after the other, and run again it asks nothing that is finished', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const command = ['eval', 'all', ...own, '--limit', '5', '--model', 'm', '--base-url', server.baseUrl, '--json'];
    const first = await runCli([...command, '--skip', 'word-problems'], { cwd: folder.path });
    expect(first.code).toBe(0);
    expect(server.getStatistics().requests).toBe(5);
    const second = await runCli(command, { cwd: folder.path });
    expect(second.code).toBe(0);
    const { status, rows, folder: whole } = JSON.parse(second.stdout) as WholeResult;
    expect(status).toBe('finished');
    expect(rows.map(({ benchmark, samples }) => [benchmark, samples])).toEqual([
      ['math-embedded', 5],
      ['word-problems', 5],
    ]);
    expect(server.getStatistics().requests).toBe(10);
    for (const row of rows) expect(existsSync(folder.join(row.folder ?? '', 'summary.json'))).toBe(true);
    const table = readFileSync(folder.join(whole, 'whole.md'), 'utf8');
    expect(table).toContain('| math-embedded | finished | m | 5 |');
    expect(JSON.parse(readFileSync(folder.join(whole, 'whole.json'), 'utf8'))).toEqual({ format: 1, rows });
  });

  test('goes on where it was interrupted', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const common = ['eval', 'all', ...own, '--limit', '20', '--model', 'm', '--base-url', server.baseUrl];
    const command = [...common, '--out', folder.join('whole'), '--concurrency', '1', '--json'];
    const stopped = await runCli([...command, '--max-total-tokens', '1']);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain('Stopped at the budget');
    const before = JSON.parse(stopped.stdout) as WholeResult;
    expect(before.rows.map(({ status }) => status)).toEqual(['interrupted', 'pending']);
    const asked = server.getStatistics().requests;
    expect(asked).toBeLessThan(20);
    const end = await runCli(command);
    expect(end.code).toBe(0);
    expect(server.getStatistics().requests).toBe(40);
  });

  test('has one budget for the whole', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const common = ['eval', 'all', ...own, '--limit', '10', '--model', 'm', '--base-url', server.baseUrl];
    const command = [...common, '--out', folder.join('whole'), '--concurrency', '1', '--json'];
    const alone = await runCli([...command, '--skip', 'word-problems']);
    const [row] = (JSON.parse(alone.stdout) as WholeResult).rows;
    const used = (row?.tokens?.prompt ?? 0) + (row?.tokens?.completion ?? 0);
    expect(used).toBeGreaterThan(0);
    const whole = await runCli([...command, '--max-total-tokens', String(used)]);
    expect(whole.code).toBe(1);
    expect(whole.stderr).toContain('The budget is used up.');
    expect(server.getStatistics().requests).toBe(10);
  });

  test('asks the samples that ended in an error again on request, in every benchmark', async () => {
    using folder = makeTemporaryFolder();
    let isBroken = true;
    await using server = await startModelServer({
      reply: () => '\\boxed{1}',
      misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => isBroken && text.length % 3 === 0 }],
    });
    const common = ['eval', 'all', ...own, '--limit', '20', '--model', 'm', '--base-url', server.baseUrl];
    const command = [...common, '--out', folder.join('whole'), '--json'];
    const readErrors = async (extra: readonly string[]): Promise<number> => {
      const { stdout } = await runCli([...command, ...extra]);
      const { rows } = JSON.parse(stdout) as {
        readonly rows: readonly { readonly outcomes: { readonly error: number } }[];
      };
      return rows.reduce((sum, { outcomes }) => sum + outcomes.error, 0);
    };
    const errors = await readErrors([]);
    expect(errors).toBeGreaterThan(1);
    isBroken = false;
    const requests = server.getStatistics().requests;
    expect(await readErrors([])).toBe(errors);
    expect(server.getStatistics().requests).toBe(requests);
    expect(await readErrors(['--retry-errors'])).toBe(0);
    expect(server.getStatistics().requests).toBe(requests + errors);
  });

  test('names a benchmark whose data is missing with the ways to get it, and the others go on', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const common = ['eval', 'all', '--only', 'math-500,math-embedded', '--limit', '5', '--model', 'm'];
    const command = [...common, '--base-url', server.baseUrl, '--data-dir', folder.path, '--json'];
    const { code, stdout, stderr } = await runCli(command, { cwd: folder.path });
    expect(code).toBe(1);
    const { status, rows } = JSON.parse(stdout) as WholeResult;
    expect(status).toBe('unfinished');
    expect(rows.map((row) => [row.benchmark, row.status])).toEqual([
      ['math-500', 'missing'],
      ['math-embedded', 'finished'],
    ]);
    for (const way of ['(1) give a folder', '(2) fill the cache', '(3) leave out the data folder']) {
      expect(rows[0]?.why).toContain(way);
      expect(stderr).toContain(way);
    }
  });

  test('without a model says so before anything else', async () => {
    using folder = makeTemporaryFolder();
    const { code, stderr } = await runCli(['eval', 'all'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('No model is named to ask the problems of every benchmark.');
  });

  test.each([
    [['eval', 'all', '--only', 'maths'], "Benchmark 'maths' is not known."],
    [['eval', 'all', '--only', 'math', '--skip', 'math'], '--only and --skip leave no benchmark.'],
    [['eval', 'math', '--only', 'math'], '--only goes with `scalequest eval all` only.'],
    [['eval', 'all', '--reviews', 'x', '--model', 'm'], '--reviews is given without --replies.'],
    [['eval', 'all', '--replies', '/nonexistent', '--top-p', '0.9'], '--top-p is given without --protocol.'],
    [['eval', 'all', '--replies', '/nonexistent'], "Folder '/nonexistent' holds no recorded replies."],
  ])('refuses %j', async (args, message) => {
    using folder = makeTemporaryFolder();
    const { code, stderr } = await runCli(args, { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('eval all --replies', () => {
  test("sets our score beside the source's labels, with every disagreement and why it is one", async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
    const records = problems.slice(0, 4).map(({ problem, reference }, idx) => ({
      idx,
      question: problem,
      code: [idx === 3 ? 'I think \\boxed{-987}' : `It is \\boxed{${reference}}`],
      pred: [reference],
      // The labels of 1 and 2 are wrong; 2 has a review.
      score: [idx === 0],
    }));
    mkdirSync(folder.join('replies', 'math-embedded'), { recursive: true });
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    writeFileSync(folder.join('replies', 'math-embedded', 'one.jsonl'), lines);
    const pair = { id: 9e9, benchmark: 'math-embedded', qid: problems[2]?.id, source: 'one', sample: 0 };
    const review = { verdict: 'true', why: 'it is the same number' };
    writeFileSync(folder.join('reviews.jsonl'), `${JSON.stringify({ ...pair, review })}\n`);
    const args = ['eval', 'all', '--only', 'math-embedded', '--replies', folder.join('replies')];
    const command = [...args, '--reviews', folder.join('reviews.jsonl'), '--out', folder.join('out')];
    const { code, stdout } = await runCli(command, { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(/math-embedded +one +4 of 500 +4 +75\.0 % +25\.0 % +\+50\.00/);
    expect(stdout).toContain(`${problems[1]?.id}: label wrong, ours correct`);
    expect(stdout).toContain('(label-wrong: it is the same number)');
    const { rows } = JSON.parse(readFileSync(folder.join('out', 'replies.json'), 'utf8')) as {
      readonly rows: readonly {
        readonly folder: string;
        readonly disagreements: readonly { readonly kind: string }[];
      }[];
    };
    expect(rows[0]?.disagreements.map(({ kind }) => kind)).toEqual(['unexplained', 'label-wrong']);
    const readSummary = (): object =>
      JSON.parse(readFileSync(join(rows[0]?.folder ?? '', 'summary.json'), 'utf8')) as object;
    expect(readSummary()).toMatchObject({ protocol: null });
    expect(await runCli([...command, '--protocol', 'dart@1'], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(readSummary()).toMatchObject({ protocol: 'dart@1', replies: 'recorded' });
    expect(readFileSync(folder.join('out', 'replies.md'), 'utf8')).toContain('# Recorded replies');
  });

  test('names a file that cannot be judged, and the others go on', async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
    mkdirSync(folder.join('math-embedded'));
    writeFileSync(folder.join('math-embedded', 'bad.jsonl'), '{"id": "nobody", "reply": "1"}\n');
    writeFileSync(
      folder.join('math-embedded', 'good.jsonl'),
      `{"id": "${problems[0]?.id}", "reply": "\\\\boxed{1}"}\n`,
    );
    const args = ['eval', 'all', '--only', 'math-embedded', '--replies', folder.path, '--json'];
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect(code).toBe(1);
    const { rows } = JSON.parse(stdout) as {
      readonly rows: readonly { readonly model: string; readonly why?: string }[];
    };
    expect(rows.map(({ model, why }) => [model, why === undefined])).toEqual([
      ['bad', false],
      ['good', true],
    ]);
    expect(stderr).toContain('nobody');
  });

  test.skipIf(dataDir === undefined || !tasks.has('gsm8k'))(
    'every recorded file of MATH, MATH-500 and GSM8K is judged, and every clear disagreement has its reason (needs SCALEQUEST_DATA_DIR)',
    { timeout: 600_000 },
    async () => {
      using folder = makeTemporaryFolder();
      const args = ['eval', 'all', '--replies', `${dataDir}/generations`, '--data-dir', dataDir as string];
      const { code, stdout } = await runCli([...args, '--graders', 'ours', '--out', folder.path, '--json']);
      const { rows } = JSON.parse(stdout) as {
        readonly rows: readonly {
          readonly benchmark: string;
          readonly model: string;
          readonly disagreements?: readonly { readonly id: string; readonly kind: string }[];
        }[];
      };
      expect(code).toBe(0);
      expect(rows).toHaveLength(25);
      const open = rows.flatMap(({ benchmark, model, disagreements = [] }) =>
        disagreements.filter(({ kind }) => kind === 'unexplained').map(({ id }) => `${benchmark}/${model} ${id}`),
      );
      expect(open).toEqual([]);
    },
  );
});
