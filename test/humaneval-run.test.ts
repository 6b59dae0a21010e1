import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { getScoresPath, type SampleExplanation, type Summary } from '@scalequest/eval';
import { type ModelServerReply, makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { findSandbox } from './support/find-sandbox.ts';
import { readScores } from './support/read-all.ts';
import { runCli, startCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const { sandbox, reason } = await findSandbox();
const tiny = join(import.meta.dirname, 'support', 'tiny-code', 'humaneval.mjs');

interface TinyRecord {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly canonical_solution: string;
}

const records = readFileSync(join(import.meta.dirname, 'support', 'tiny-code', 'humaneval.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TinyRecord);

/** A whole program, as a chat model wraps it. */
function wrap({ prompt, body }: { readonly prompt: string; readonly body: string }): string {
  return `Here is the function:\n\n\`\`\`python\n${prompt}${body}\`\`\`\n\nIt goes through the items once.`;
}

/** One reply of each kind: right, right, raises, cut, and one that calls what it does not have. */
function replyTo(text: string): ModelServerReply {
  const index = records.findIndex(({ prompt }) => text.includes(prompt.trim()));
  const { prompt, canonical_solution: body } = records[index] as TinyRecord;
  if (index === 2) return { text: wrap({ prompt, body: '    raise LookupError("no rounding here")\n' }) };
  if (index === 3) return { text: wrap({ prompt, body }), finishReason: 'length' };
  if (index === 4) return { text: wrap({ prompt, body: '    return [start]\n' }) };
  return { text: wrap({ prompt, body }) };
}

interface Result {
  readonly status: string;
  readonly resumed: number;
  readonly folder: string;
  readonly summary: Summary;
}

test('SCALEQUEST_PYTHON names the interpreter of an evaluation too', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ reply: () => '' });
  const args = ['eval', tiny, '--model', 'm', '--base-url', server.baseUrl, '--out', folder.join('run')];
  const { code, stderr } = await runCli(args, { env: { SCALEQUEST_PYTHON: '/nowhere/python3' } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/cannot be checked with '\/nowhere\/python3'/);
  expect(server.getStatistics().requests).toBe(0);
});

describe.skipIf(sandbox === undefined)(`five problems of our own, in a sandbox${reason}`, () => {
  test('an evaluation gives each kind of reply its outcome, and its log shows the error', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: ({ text }) => replyTo(text) });
    const args = ['eval', tiny, '--model', 'm', '--base-url', server.baseUrl, '--out', folder.path, '--json'];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout) as Result;
    expect(summary).toMatchObject({
      ...{ benchmark: 'tiny-humaneval', grader: 'tests@1', samples: 5, truncatedButEqual: 1, majAtK: {} },
      outcomes: { correct: 2, wrong: 2, truncated: 1, error: 0 },
    });
    const scores = await readScores(folder.path);
    expect(scores.map(({ outcome, check }) => [outcome, check?.outcome])).toEqual([
      ['correct', 'passed'],
      ['correct', 'passed'],
      ['wrong', 'error'],
      ['truncated', 'passed'],
      ['wrong', 'failed'],
    ]);
    expect(scores[2]?.check?.detail).toContain('no rounding here');
    expect(scores[2]?.check?.trace).toContain('LookupError');
    expect(scores[4]?.check?.detail).not.toBe('');
    for (const { ms, extraction } of scores) {
      expect(ms).toBeGreaterThan(0);
      expect(extraction?.rule).toMatch(/./);
    }
    expect(JSON.parse(readFileSync(folder.join('run.json'), 'utf8'))).toMatchObject({
      details: {
        sandbox: {
          backend: sandbox,
          python: expect.stringMatching(/^3\.\d+/),
          limits: { timeoutMs: expect.any(Number), memoryMb: expect.any(Number) },
        },
      },
    });
  });

  test('explain shows the program, the rule that found it, the test that failed and what was raised', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: ({ text }) => replyTo(text) });
    await runCli(['eval', tiny, '--model', 'm', '--base-url', server.baseUrl, '--out', folder.path]);
    const explain = async (id: string, ...flags: readonly string[]): Promise<string> => {
      const { code, stdout } = await runCli(['explain', folder.path, id, '--benchmark', tiny, ...flags]);
      expect(code).toBe(0);
      return stdout;
    };
    const raised = await explain('Tiny/2');
    expect(raised).toContain('raise LookupError("no rounding here")');
    expect(raised).toMatch(/program, found by: \S+/);
    expect(raised).toContain('base tests: error');
    expect(raised).toContain('LookupError');
    const failed = await explain('Tiny/4');
    expect(failed).toContain('base tests: failed');
    expect(failed).toContain('assert list(candidate(3)) == [3, 2, 1, 0]');
    const data = JSON.parse(await explain('Tiny/4', '--json')) as SampleExplanation;
    expect(data.views[0]).toMatchObject({ grader: 'tests@1', program: expect.stringContaining('return [start]') });
  });

  test('a run that is killed while it judges goes on where it was, to the same result', {
    timeout: 120_000,
  }, async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ reply: ({ text }) => replyTo(text) });
    // Requests are counted: the doctor asks none.
    const args = [
      'eval',
      tiny,
      '--model',
      'm',
      '--base-url',
      server.baseUrl,
      '--epochs',
      '40',
      '--no-doctor',
      '--json',
    ];
    const out = folder.join('killed');
    const { child, result } = startCli([...args, '--out', out]);
    // The replies are there at once, and their tests take longer.
    await expect
      .poll(() => countLines(getScoresPath(out, 'tests@1')), { timeout: 60_000, interval: 5 })
      .toBeGreaterThan(10);
    child.kill('SIGKILL');
    expect(await result).toMatchObject({ signal: 'SIGKILL' });
    expect(countLines(getScoresPath(out, 'tests@1'))).toBeLessThan(200);
    const asked = server.getStatistics().requests;
    const resumed = JSON.parse((await runCli([...args, '--out', out])).stdout) as Result;
    expect(resumed.status).toBe('finished');
    expect(resumed.resumed).toBeGreaterThan(0);
    expect(server.getStatistics().requests - asked).toBe(200 - resumed.resumed);
    const undisturbed = JSON.parse((await runCli([...args, '--out', folder.join('whole')])).stdout) as Result;
    expect({ ...resumed.summary, wallMs: 0, tokens: null, calls: null }).toEqual({
      ...undisturbed.summary,
      wallMs: 0,
      calls: null,
      tokens: null,
    });
    expect(Object.keys(resumed.summary.passAtK)).toEqual(['1', '10', '40']);
  });

  test('a program that never ends is wrong by its time, and the others are judged meanwhile', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({
      reply: ({ text }) => {
        const index = records.findIndex(({ prompt }) => text.includes(prompt.trim()));
        const { prompt, canonical_solution: body } = records[index] as TinyRecord;
        return wrap({ prompt, body: index === 1 ? '    while True:\n        pass\n' : body });
      },
    });
    const args = ['eval', tiny, '--model', 'm', '--base-url', server.baseUrl, '--out', folder.path, '--json'];
    const { stdout } = await runCli(args);
    expect((JSON.parse(stdout) as Result).summary.outcomes).toMatchObject({ correct: 4, wrong: 1 });
    expect((await readScores(folder.path))[1]?.check?.outcome).toBe('timeout');
  });
});

function countLines(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}

test('where nothing can hold a program, the run stops before it asks, and says what to do', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ reply: ({ text }) => replyTo(text) });
  const flags = ['--model', 'm', '--base-url', server.baseUrl, '--out', folder.join('run'), '--sandbox', 'bubblewrap'];
  // No interpreter, no bubblewrap.
  const { code, stderr } = await runCli(['eval', tiny, ...flags], { env: { PATH: folder.path } });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/python|bubblewrap/i);
  expect(server.getStatistics().requests).toBe(0);
});

test('a grader of answers is refused before anybody is asked', async () => {
  await using server = await startModelServer({ reply: ({ text }) => replyTo(text) });
  const { code, stderr } = await runCli([
    ...['eval', tiny, '--model', 'm', '--base-url', server.baseUrl],
    ...['--graders', 'dart'],
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain("Grader 'dart' cannot judge this benchmark.");
  expect(server.getStatistics().requests).toBe(0);
});

test('without a model and without data the command says what is missing', async () => {
  using folder = makeTemporaryFolder();
  const { code, stderr } = await runCli(['eval', 'humaneval'], { cwd: folder.path });
  expect(code).toBe(2);
  expect(stderr).toContain('--model NAME');
});

test.skipIf(dataDir === undefined || sandbox === undefined)(
  `every reference of HumanEval, wrapped as a chat model does, is correct (needs SCALEQUEST_DATA_DIR and a sandbox${reason})`,
  { timeout: 120_000 },
  async () => {
    using folder = makeTemporaryFolder();
    const root = dataDir as string;
    const { problems } = await loadBenchmark('humaneval', { dataDir: root, cacheDir: '/nonexistent' });
    await using server = await startModelServer({
      reply: ({ text }) => {
        const found = problems.filter(({ problem }) => text.includes(problem.trim()));
        const problem = found[0] ?? { problem: '', reference: '' };
        return wrap({ prompt: problem.problem, body: problem.reference });
      },
    });
    const model = ['--model', 'm', '--base-url', server.baseUrl];
    const args = ['eval', 'humaneval', ...model, '--data-dir', root, '--out', folder.path, '--json'];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    const scores = await readScores(folder.path);
    expect(scores.filter(({ outcome }) => outcome !== 'correct')).toEqual([]);
    expect((JSON.parse(stdout) as Result).summary).toMatchObject({ benchmark: 'humaneval', samples: 164, accuracy: 1 });
  },
);
