import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** An address at which nothing listens: no server of another test is given a port as low as this. */
const deadAddress = 'http://127.0.0.1:2/v1';

function evaluate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  return runCli(['eval', ...args], { cwd: folder.path, env });
}

describe('wrong requests end with 2 before anything is asked or written', () => {
  test('an unknown benchmark, with the close names', async () => {
    const { code, stderr } = await evaluate(['maths']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/'maths' is not known\. Close names: math.*\n.*eval --list/s);
  });

  test('a model is named and MATH is nowhere: the three ways to get it', async () => {
    await using server = await startModelServer();
    const { code, stderr } = await evaluate(['math', '--model', 'm', '--base-url', server.baseUrl], {
      SCALEQUEST_CACHE_DIR: folder.join('cache'),
      HF_ENDPOINT: deadAddress,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('--data-dir');
    expect(stderr).toContain('SCALEQUEST_DATA_DIR');
    expect(stderr).toContain('data fetch math');
    expect(server.getStatistics().requests).toBe(0);
  });

  test('a data folder that does not have the benchmark', async () => {
    const args = ['math', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1', '--data-dir', folder.path];
    const { code, stderr } = await evaluate(args);
    expect(code).toBe(2);
    expect(stderr).toContain(folder.path);
  });

  test('a benchmark without a model', async () => {
    const { code, stderr } = await evaluate(['math-500']);
    expect(code).toBe(2);
    expect(stderr).toContain('--model');
  });

  test('a base URL without a model', async () => {
    const { code, stderr } = await evaluate(['math', '--base-url', 'http://localhost:8000/v1']);
    expect(code).toBe(2);
    expect(stderr).toContain('no model');
  });

  test.each([
    ['--limit', '0', "Option '--limit' is 0; give a whole number of at least 1."],
    ['--epochs', '1.5', "Option '--epochs' is 1.5; give a whole number from 1 to 10000."],
    ['--epochs', '10001', "Option '--epochs' is 10001; give a whole number from 1 to 10000."],
    ['--concurrency', '1e9', "Option '--concurrency' is 1e9; give a whole number from 1 to 10000."],
    ['--top-p', '1.01', "Option '--top-p' is 1.01; give a number above 0, at most 1."],
    ['--timeout', '86401', "Option '--timeout' is 86401; give a number above 0, at most 86400."],
    ['--temperature', 'hot', "Option '--temperature' is hot; give a number of at least 0."],
    ['--base-url', 'localhost', "Base URL 'localhost' is not an http or https address."],
    ['--base-url', 'http://me:pa55word@host/v1', 'The base URL on host holds a user name, a password or a query.'],
  ])('%s %s', async (option, value, message) => {
    const { code, stderr } = await evaluate(['math', '--model', 'm', option, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('pa55word');
  });

  test.each([
    [[], 'BENCHMARK'],
    [['--model', 'm', '--base-url', 'http://127.0.0.1:9/v1', 'math-500'], 'math-500'],
  ])('no benchmark, as with %j: where to put it', async (args, name) => {
    const { code, stdout, stderr } = await evaluate(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Benchmark missing.');
    expect(stderr).toContain(`scalequest eval ${name} ...`);
  });

  test.each([
    [['--timeout', '5'], '--timeout cannot act on a model in this process'],
    [['--model', 'gguf:m.gguf', '--timeout', '5'], '--timeout cannot act on a model in this process'],
    [['--model', 'gguf:m.gguf', '--base-url', 'http://127.0.0.1:9/v1'], '--base-url cannot act'],
    [['--model', 'm', '--threads', '2'], '--threads cannot act on a model on a server'],
  ])('%j, where it would do nothing', async (options, message) => {
    const { code, stderr } = await evaluate(['math', ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a model file that is not there, and one that is none', async () => {
    const missing = await evaluate(['math-embedded', '--model', 'gguf:none.gguf']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('none.gguf cannot be read') });
    writeFileSync(folder.join('letter.gguf'), 'Dear reader,');
    const broken = await evaluate(['math-embedded', '--model', 'gguf:letter.gguf']);
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining("does not begin with 'GGUF'") });
    expect(readdirSync(folder.path)).toEqual(['letter.gguf']);
  });

  test('an unknown option, with a close one', async () => {
    const { code, stderr } = await evaluate(['math', '--limits', '3']);
    expect(code).toBe(2);
    expect(stderr).toContain('--limit');
  });

  test('a configuration file with a mistyped name', async () => {
    writeFileSync(folder.join('scalequest.config.json'), '{"modle":"m"}');
    const { code, stderr } = await evaluate(['math']);
    expect(code).toBe(2);
    expect(stderr).toContain('modle');
  });
});

describe('an endpoint that cannot be used is named, and leaves a run that can be resumed (--no-doctor)', () => {
  const evaluateUnseen: typeof evaluate = (args, env) => evaluate([...args, '--no-doctor'], env);

  test('nothing listens there', async () => {
    const args = ['math-embedded', '--model', 'm', '--base-url', deadAddress, '--out', 'run'];
    const { code, stderr } = await evaluateUnseen(args);
    expect(code).toBe(1);
    expect(stderr).toContain(deadAddress);
    expect(stderr).toContain('What is finished is kept in run; the same command goes on from there.');
    expect(JSON.parse(readFileSync(folder.join('run', 'run.json'), 'utf8'))).toMatchObject({ status: 'failed' });
    expect(readFileSync(folder.join('run', 'journal.jsonl'), 'utf8')).toBe('');
    expect(readdirSync(folder.join('run')).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  test('a wrong key, which is not shown anywhere', async () => {
    await using server = await startModelServer({ apiKey: 'right-key-1234' });
    const args = ['math-embedded', '--model', 'm', '--base-url', server.baseUrl, '--out', 'run'];
    const stopped = await evaluate(args, { OPENAI_API_KEY: 'wrong-key-5678' });
    expect(stopped).toMatchObject({ code: 2, stderr: expect.stringContaining('The doctor stops this run') });
    expect(stopped.stdout + stopped.stderr).not.toContain('wrong-key-5678');
    const wrong = await evaluateUnseen(args, { OPENAI_API_KEY: 'wrong-key-5678' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('API_KEY');
    for (const text of [wrong.stdout, wrong.stderr, readFileSync(folder.join('run', 'run.json'), 'utf8')]) {
      expect(text).not.toContain('wrong-key-5678');
    }
    const right = await evaluate([...args, '--json'], { OPENAI_API_KEY: 'right-key-1234' });
    expect(right.code).toBe(0);
    const files = ['run.json', 'journal.jsonl', 'summary.json'].map((name) =>
      readFileSync(folder.join('run', name), 'utf8'),
    );
    for (const text of [right.stdout, right.stderr, ...files]) expect(text).not.toContain('right-key-1234');
  });

  test('a model that the server does not have', async () => {
    await using server = await startModelServer({ models: ['tiny-math'] });
    const args = ['math-embedded', '--model', 'tiny-maths', '--base-url', server.baseUrl];
    const { code, stderr } = await evaluateUnseen(args);
    expect(code).toBe(2);
    expect(stderr).toContain('tiny-math');
  });

  test('only errors from the first sample on', async () => {
    const body = { error: { message: 'no such template' } };
    await using server = await startModelServer({ misbehaviours: [{ kind: 'status', status: 400, body }] });
    const args = ['math-embedded', '--model', 'm', '--base-url', server.baseUrl, '--concurrency', '4'];
    const { code, stderr } = await evaluateUnseen(args);
    expect(code).toBe(1);
    expect(stderr).toContain('no such template');
    expect(stderr).toContain('run the same command again');
    expect(server.getStatistics().requests).toBeLessThan(64);
  });
});

describe('a run folder in trouble is refused and nothing in it is lost', () => {
  const run = ['math-embedded', '--model', 'm', '--out', 'run', '--limit', '20'];

  async function makeRun(baseUrl: string): Promise<string> {
    expect(await evaluate([...run, '--base-url', baseUrl])).toMatchObject({ code: 0 });
    return readFileSync(folder.join('run', 'journal.jsonl'), 'utf8');
  }

  test('a journal that is corrupted in the middle is named by its line', async () => {
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const journal = await makeRun(server.baseUrl);
    const lines = journal.split('\n');
    const corrupt = [...lines.slice(0, 9), (lines[9] as string).slice(0, 30), ...lines.slice(10)].join('\n');
    writeFileSync(folder.join('run', 'journal.jsonl'), corrupt);
    const { code, stderr } = await evaluate([...run, '--base-url', server.baseUrl]);
    expect(code).toBe(1);
    expect(stderr).toContain('Line 10 of');
    expect(stderr).not.toContain('goes on from there');
    expect(readFileSync(folder.join('run', 'journal.jsonl'), 'utf8')).toBe(corrupt);
  });

  test('a journal of another protocol is refused, with the difference', async () => {
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const journal = await makeRun(server.baseUrl);
    const { code, stderr } = await evaluate([...run, '--base-url', server.baseUrl, '--temperature', '0.7']);
    expect(code).toBe(2);
    expect(stderr).toContain('protocol.sampling.temperature: 0 there, 0.7 asked');
    expect(stderr).not.toContain('goes on from there');
    expect(readFileSync(folder.join('run', 'journal.jsonl'), 'utf8')).toBe(journal);
  });

  const canMount = process.platform === 'linux' && tryMount();

  test.skipIf(!canMount)(
    'a disk that fills up stops the run; with space again it goes on (needs the right to mount a tmpfs)',
    async () => {
      let asked: (number | undefined)[] = [];
      await using server = await startModelServer({
        reply: ({ seed }) => {
          asked.push(seed);
          return `${'long '.repeat(2000)}\\boxed{1}`;
        },
      });
      const disk = folder.join('disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
      try {
        const args = [
          'math-embedded',
          '--model',
          'm',
          '--base-url',
          server.baseUrl,
          '--out',
          'disk/run',
          '--limit',
          '200',
        ];
        const full = await evaluate(args);
        expect(full.code).toBe(1);
        expect(full.stderr).toContain('The disk is full.');
        execFileSync('mount', ['-o', 'remount,size=16m', disk]);
        asked = [];
        const resumed = await evaluate([...args, '--json']);
        expect(resumed).toMatchObject({ code: 0 });
        const output = JSON.parse(resumed.stdout) as {
          resumed: number;
          summary: { samples: number; isComplete: boolean };
        };
        expect(output.summary).toMatchObject({ samples: 200, isComplete: true });
        expect(output.resumed).toBeGreaterThan(0);
        // The journal is in the order of the replies: what the first session finished stands first in it.
        const journal = readFileSync(folder.join('disk', 'run', 'journal.jsonl'), 'utf8')
          .trimEnd()
          .split('\n');
        const seeds = journal.map((line) => (JSON.parse(line) as { readonly seed: number }).seed);
        expect(seeds).toHaveLength(200);
        expect(seeds.slice(0, output.resumed).filter((seed) => asked.includes(seed))).toEqual([]);
        expect(seeds.slice(output.resumed).every((seed) => asked.includes(seed))).toBe(true);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

/** Whether this machine lets the tests mount a small disk of their own. */
function tryMount(): boolean {
  using probe = makeTemporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe.path], { stdio: 'ignore' });
    execFileSync('umount', [probe.path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('recorded replies', () => {
  function writeReplies(lines: readonly object[]): void {
    writeFileSync(folder.join('replies.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  test('replies to problems that the benchmark does not have are named, and no run is begun', async () => {
    writeReplies([
      { id: 'nowhere/1', reply: '1' },
      { id: 'nowhere/2', reply: '2' },
    ]);
    const { code, stderr } = await runCli(['score', 'math-embedded', '--replies', 'replies.jsonl', '--out', 'run'], {
      cwd: folder.path,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere/1');
    expect(existsSync(folder.join('run'))).toBe(false);
  });

  test('a reply file that is not there, and one of no known shape', async () => {
    const missing = await runCli(['score', 'math-embedded', '--replies', 'none.jsonl'], { cwd: folder.path });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('none.jsonl') });
    writeReplies([{ some: 'thing' }]);
    const shapeless = await runCli(['score', 'math-embedded', '--replies', 'replies.jsonl'], { cwd: folder.path });
    expect(shapeless).toMatchObject({ code: 2, stderr: expect.stringContaining('some') });
  });
});

test('verify keeps a bad line in its place, names it, and goes on', async () => {
  const lines = [
    '{"id":"a","reference":"\\\\frac12","candidate":"0.5"}',
    'not json',
    '{"id":"b","reference":"3"}',
    '{"id":"c","reference":"7","reply":"It is \\\\boxed{8}."}',
  ];
  writeFileSync(folder.join('in.jsonl'), `${lines.join('\n')}\n`);
  const { code, stderr } = await runCli(['verify', 'in.jsonl', '--out', 'out.jsonl'], { cwd: folder.path });
  expect(code).toBe(1);
  expect(stderr).toContain('Line 2 of');
  expect(stderr).toContain('Line 3 of');
  const out = readFileSync(folder.join('out.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(out).toMatchObject([
    { id: 'a', verdict: 'equal' },
    { id: null, line: 2 },
    { id: 'b', line: 3 },
    { id: 'c', verdict: 'different', answer: '8' },
  ]);
});
