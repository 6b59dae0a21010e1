import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type BackendName, getSandboxStatus } from '@scalequest/sandbox';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runCli, startCli } from './support/run-cli.ts';

const { backends, chosen } = await getSandboxStatus();
const working = backends.filter(({ works }) => works).map(({ name }) => name);
for (const { name, works, reason } of backends) {
  if (!works) console.log(`Skipped: tests of the command with ${name}. ${reason}`);
}

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const toLines = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
const readLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const check = 'def check(candidate):\n    assert candidate(2) == 4\n';
const programs = [
  { id: 'a', program: 'def twice(n):\n    return 2 * n\n', tests: check, entryPoint: 'twice' },
  { id: 7, program: 'def twice(n):\n    return n\n', tests: check, entryPoint: 'twice' },
  { id: 'c', program: 'print("so")\nraise KeyError("gone")', tests: 'assert twice(2) == 4', entryPoint: null },
  { id: 'd', program: 'while True: pass', tests: 'assert twice(2) == 4', timeoutMs: 400 },
  {
    id: 'e',
    program: 'def twice(n):\n    return 2 * n\n',
    tests: 'def check(candidate):\n    assert candidate(2) == double(2)\n',
    entryPoint: 'twice',
    context: 'def double(n): return n + n',
  },
];

/** A program that stands for an interpreter: it says where it is, and then that it cannot. */
function makeFakePython(said: string): string {
  const path = folder.join('python');
  const facts = { version: [3, 12, 1], executable: path, folders: ['/usr'], path: [], libraryFolder: null };
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in *" -c "*) echo '${JSON.stringify(facts)}';; *) echo '${said}' >&2; exit 1;; esac\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

describe.each(working)('scalequest sandbox check --sandbox %s', (backend) => {
  test('writes an outcome for each line, in order, with what was raised and printed', async () => {
    writeFileSync(folder.join('in.jsonl'), toLines(programs));
    const { code, stdout } = await runSandbox(backend, ['in.jsonl', '--out', 'out.jsonl', '--json']);
    expect(code).toBe(0);
    const lines = readLines(readFileSync(folder.join('out.jsonl'), 'utf8'));
    expect(lines.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a', 'passed'],
      [7, 'failed'],
      ['c', 'error'],
      ['d', 'timeout'],
      ['e', 'passed'],
    ]);
    expect(Object.keys(lines[0] ?? {})).toEqual(['id', 'outcome', 'detail', 'ms']);
    expect(lines[1]).toMatchObject({ detail: expect.stringContaining('line 2') });
    expect(lines[2]).toMatchObject({ trace: expect.stringContaining('KeyError'), output: 'so\n' });
    expect(JSON.parse(stdout)).toMatchObject({ failed: 1, timeout: 1, bad: 0, backend });
  });
});

function runSandbox(backend: BackendName | 'auto', args: readonly string[]): Promise<CliResult> {
  return runCli(['sandbox', 'check', ...args, '--sandbox', backend, '--workers', '1'], { cwd: folder.path });
}

describe.skipIf(working.length === 0)('scalequest sandbox check', () => {
  const backend = working[0] ?? 'auto';

  test('reads gzip and standard input, and writes gzip and standard output', async () => {
    writeFileSync(folder.join('in.jsonl.gz'), gzipSync(toLines(programs.slice(0, 2))));
    expect((await runSandbox(backend, ['in.jsonl.gz', '--out', 'out.jsonl.gz'])).code).toBe(0);
    const packed = readLines(gunzipSync(readFileSync(folder.join('out.jsonl.gz'))).toString());
    const running = startCli(['sandbox', 'check', '-', '--out', '-', '--sandbox', backend], { stdin: 'pipe' });
    running.child.stdin?.end(toLines(programs.slice(0, 2)));
    const { stdout, stderr } = await running.result;
    expect(readLines(stdout).map(({ id, outcome }) => [id, outcome])).toEqual(
      packed.map(({ id, outcome }) => [id, outcome]),
    );
    // On a busy machine its progress stands before it.
    expect(stderr.split('\n').at(-2)).toBe(`1 passed, 1 failed (held by ${backend})`);
  });

  test('names the lines that cannot be read, keeps their places, and ends with 1; --bad keeps them apart', async () => {
    const bad = [
      '{',
      { id: 1, program: 5, tests: '' },
      { id: 2, tests: '' },
      { id: 3, program: '', tests: '', timeoutMs: 0 },
    ];
    writeFileSync(folder.join('in.jsonl'), toLines([...bad, programs[0]]));
    const { code, stderr } = await runSandbox(backend, ['in.jsonl', '--out', 'out.jsonl']);
    expect(code).toBe(1);
    expect(stderr).toContain("Line 2 of 'in.jsonl': program: is a number");
    expect(readLines(readFileSync(folder.join('out.jsonl'), 'utf8')).map(({ id, error }) => [id, error])).toEqual([
      [null, 'is not JSON: {'],
      [1, expect.stringContaining('program')],
      [2, 'program: is missing'],
      [3, 'timeoutMs: is under 1'],
      ['a', undefined],
    ]);
    expect((await runSandbox(backend, ['in.jsonl', '--out', 'out.jsonl', '--bad', 'bad.jsonl'])).code).toBe(1);
    expect(readLines(readFileSync(folder.join('out.jsonl'), 'utf8'))).toHaveLength(1);
    expect(readLines(readFileSync(folder.join('bad.jsonl'), 'utf8'))).toHaveLength(4);
  });

  test('a SIGINT ends it within moments, and leaves the output as it was', async () => {
    writeFileSync(
      folder.join('in.jsonl'),
      toLines([programs[0], { id: 'x', program: 'import time\ntime.sleep(600)', tests: 'f()', timeoutMs: 600_000 }]),
    );
    writeFileSync(folder.join('out.jsonl'), 'old\n');
    const { child, result } = startCli(['sandbox', 'check', 'in.jsonl', '--out', 'out.jsonl', '--sandbox', backend], {
      cwd: folder.path,
    });
    // The file beside the output says that the work has begun. By then the programs run, or will run in a moment.
    const begun = (): boolean => readdirSync(folder.path).some((name) => name.endsWith('.tmp'));
    await expect.poll(begun, { interval: 20 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect([code, readFileSync(folder.join('out.jsonl'), 'utf8')]).toEqual([1, 'old\n']);
    expect(stderr).toContain('Stopped before the end.');
  });
});

test.each([
  [['--sandbox', 'docker'], /sandbox/],
  [['--workers', '0'], /--workers/],
  [['--timeout-ms', '1.5'], /--timeout-ms/],
  [['--memory-mb', 'much'], /--memory-mb/],
  [['--python', '/nowhere/python3'], /There is no such program.*SCALEQUEST_PYTHON/s],
])('%j is a wrong request, and nothing is written', async (args, words) => {
  writeFileSync(folder.join('in.jsonl'), toLines(programs));
  const { code, stderr } = await runCli(['sandbox', 'check', 'in.jsonl', '--out', 'out.jsonl', ...args], {
    cwd: folder.path,
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
  expect(existsSync(folder.join('out.jsonl'))).toBe(false);
});

test('where the kernel refuses everything, nothing runs, and the message says how to install bubblewrap', async () => {
  const python = makeFakePython('landlock.CannotConfine: the kernel has no Landlock');
  writeFileSync(folder.join('in.jsonl'), toLines(programs));
  const { code, stderr } = await runCli(['sandbox', 'check', 'in.jsonl', '--out', 'out.jsonl'], {
    cwd: folder.path,
    env: { SCALEQUEST_PYTHON: python },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /no sandbox was found.*landlock: It does not start: the kernel has no Landlock.*apt install bubblewrap.*--sandbox none/s,
  );
  expect(existsSync(folder.join('out.jsonl'))).toBe(false);
});

test('scalequest sandbox status says what works and why the rest does not, in words and as JSON', async () => {
  const { code, stdout } = await runCli(['sandbox', 'status']);
  expect(code).toBe(chosen === undefined ? 1 : 0);
  for (const { name, works } of backends)
    expect(stdout).toMatch(new RegExp(`^${name}: ${works ? 'works' : 'no\\. '}`, 'm'));
  const json = await runCli(['sandbox', 'status', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ backends: backends.map(({ name, works }) => ({ name, works })) });
  const refused = await runCli(['sandbox', 'status', '--python', makeFakePython('Operation not permitted'), '--json']);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    backends: expect.arrayContaining([
      { name: 'landlock', works: false, reason: 'It does not start: Operation not permitted' },
    ]),
  });
});
