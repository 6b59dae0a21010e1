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
    const command = [...common, '--out', folder.join('whole'), '--concurrency', '1', '--no-doctor', '--json'];
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
    const command = [...common, '--out', folder.join('whole'), '--concurrency', '1', '--no-doctor', '--json'];
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
    const command = [...common, '--out', folder.join('whole'), '--no-doctor', '--json'];
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

  test('a refused command leaves the results and the budget of earlier ones as they are', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const common = ['eval', 'all', '--only', 'math-embedded', '--limit', '5', '--model', 'm'];
    const command = [...common, '--base-url', server.baseUrl, '--out', folder.join('whole')];
    expect(await runCli(command)).toMatchObject({ code: 0 });
    const readWhole = (): unknown => JSON.parse(readFileSync(folder.join('whole', 'whole.json'), 'utf8'));
    const before = readWhole();
    for (const flags of [
      ['--graders', 'nobody'],
      ['--temperature', '1'],
      ['--seed', '7'],
      ['--max-cost', '1'],
    ]) {
      expect({ flags, ...(await runCli([...command, ...flags])) }).toMatchObject({ flags, code: 2 });
      expect(readWhole()).toEqual(before);
    }
    expect(server.getStatistics().requests).toBe(5);
  });

  test('a benchmark that fails keeps what it has used of the budget, and says why', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const common = ['eval', 'all', '--only', 'math-embedded', '--limit', '5', '--model', 'm'];
    const command = [...common, '--base-url', server.baseUrl, '--out', folder.join('whole'), '--json'];
    const { rows } = JSON.parse((await runCli(command)).stdout) as WholeResult;
    const journal = folder.join('whole', 'math-embedded', 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('\n', '\nnothing\n'));
    const failed = await runCli(command);
    expect(failed.code).toBe(1);
    const whole = JSON.parse(readFileSync(folder.join('whole', 'whole.json'), 'utf8')) as WholeResult;
    expect(rows[0]?.tokens?.prompt).toBeGreaterThan(0);
    expect(whole.rows[0]).toMatchObject({ status: 'failed', tokens: rows[0]?.tokens, samples: 5 });
    expect(whole.rows[0]?.why).toContain('journal.jsonl');
  });

  test('a protocol that says nothing about one of the benchmarks is refused before anybody is asked', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const args = ['eval', 'all', '--only', 'math,gsm8k,gsm-hard,amc23', '--protocol', 'lm-eval@1', '--model', 'm'];
    const command = [...args, '--base-url', server.baseUrl, '--data-dir', folder.path, '--out', folder.join('whole')];
    const { code, stderr } = await runCli(command);
    expect(code).toBe(2);
    expect(stderr).toContain("'lm-eval@1' says nothing about gsm-hard, amc23");
    expect(stderr).toContain('--skip gsm-hard,amc23');
    expect(existsSync(folder.join('whole'))).toBe(false);
    expect(server.getStatistics().requests).toBe(0);
  });

  test('where a later benchmark is refused, the table of the earlier ones is printed all the same', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const flags = ['--limit', '5', '--model', 'm', '--base-url', server.baseUrl];
    const other = [...flags, '--temperature', '1', '--out', folder.join('whole', 'word-problems')];
    expect(await runCli(['eval', 'word-problems', ...other])).toMatchObject({ code: 0 });
    const command = ['eval', 'all', ...own, ...flags, '--out', folder.join('whole'), '--json'];
    const { code, stdout, stderr } = await runCli(command);
    expect(code).toBe(2);
    expect(stderr).toContain('temperature');
    const { rows } = JSON.parse(stdout) as WholeResult;
    expect(rows.map(({ status }) => status)).toEqual(['finished', 'failed']);
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

  test('says whose verdicts the table and the disagreements are', async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
    const [{ problem, reference } = { problem: '', reference: '' }] = problems;
    mkdirSync(folder.join('math-embedded'));
    const record = { idx: 0, question: problem, code: [`\\boxed{${reference}}`], pred: [reference], score: [false] };
    writeFileSync(folder.join('math-embedded', 'one.jsonl'), `${JSON.stringify(record)}\n`);
    const args = ['eval', 'all', '--only', 'math-embedded', '--replies', folder.path, '--out', folder.join('out')];
    const { stdout } = await runCli([...args, '--grader', 'dart'], { cwd: folder.path });
    expect(stdout).toMatch(/samples +dart +label/);
    expect(stdout).toContain('label wrong, dart correct');
    expect(stdout).not.toContain('ours');
    const markdown = readFileSync(folder.join('out', 'replies.md'), 'utf8');
    expect(markdown).toContain('| samples | dart | label |');
  });

  test.each([
    [['--dry-run'], '--dry-run'],
    [['--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'], '--model, --base-url'],
    [['--limit', '1', '--epochs', '2', '--seed', '3'], '--limit, --epochs, --seed'],
    [['--concurrency', '2', '--timeout', '3', '--threads', '2'], '--concurrency, --timeout, --threads'],
    [['--retry-errors', '--sample', '1'], '--retry-errors, --sample'],
    [['--max-total-tokens', '9', '--max-cost', '1', '--price-in', '1'], '--max-total-tokens, --max-cost, --price-in'],
  ])('refuses %j, which acts where a model is asked', async (flags, message) => {
    using folder = makeTemporaryFolder();
    mkdirSync(folder.join('math-embedded'));
    writeFileSync(folder.join('math-embedded', 'one.jsonl'), '{"id": "1", "reply": "1"}\n');
    const args = ['eval', 'all', '--only', 'math-embedded', '--replies', folder.path, ...flags];
    const { code, stderr } = await runCli(args, { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot act on recorded replies') });
    for (const flag of message.split(', ')) expect(stderr).toContain(flag);
    expect(existsSync(folder.join('runs'))).toBe(false);
  });

  test.each([
    [['--config', 'nowhere.json'], "'nowhere.json'"],
    [['--graders', 'nobody'], "Grader 'nobody' is not known."],
    [['--protocol', 'dart@0'], "Protocol 'dart@0' is not known."],
    [['--reviews', 'reviews.jsonl'], "Line 2 of 'reviews.jsonl'"],
  ])('a wrong request is refused before a file is judged: %j', async (flags, message) => {
    using folder = makeTemporaryFolder();
    mkdirSync(folder.join('math-embedded'));
    writeFileSync(folder.join('math-embedded', 'one.jsonl'), '{"id": "1", "reply": "1"}\n');
    const pair = { id: 1, benchmark: 'math', qid: 'a', source: 'b', sample: 0, review: null };
    writeFileSync(folder.join('reviews.jsonl'), `${JSON.stringify(pair)}\n{"id": "1", "reply": "1"}\n`);
    const args = ['eval', 'all', '--only', 'math-embedded', '--replies', folder.path, ...flags];
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('names a file that cannot be judged, and the others go on', async () => {
    using folder = makeTemporaryFolder();
    const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
    mkdirSync(folder.join('math-embedded'));
    writeFileSync(folder.join('math-embedded', 'bad.jsonl'), '{"id": "nobody", "reply": "1"}\n');
    writeFileSync(folder.join('math-embedded', 'broken.jsonl'), '{"id": "1", "reply": "1"}\nnot JSON\n');
    mkdirSync(folder.join('math-embedded', 'dir.jsonl'));
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
      ['broken', false],
      ['dir', false],
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
      const only = ['--skip', 'humaneval,mbpp', '--graders', 'ours'];
      const { code, stdout } = await runCli([...args, ...only, '--out', folder.path, '--json']);
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
