import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCases } from './__fixtures__/read-cases.ts';
import { findWorkingBackends } from './__fixtures__/working-backends.ts';
import { createSandbox } from './create-sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const cases = readCases('honest/features.py', { CR: '\r' });

test('there are at least 40 honest programs', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
});

describe.each(await findWorkingBackends())('with %s', (backend) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ backend, workers: 1 });
  });
  afterAll(() => sandbox.close());

  test.each(cases)('passes where it $does', async ({ program }) => {
    expect(await sandbox.check(program)).toMatchObject({ outcome: 'passed', detail: '' });
  });

  test('gives the same answers in every process', async () => {
    const program = {
      program:
        'import random\ndef f(): return [list({"a", "b", "c", "d"}), hash("x"), random.random(), id is not None]',
      tests: 'assert False, f()',
    };
    const first = await sandbox.check(program);
    await using other = await createSandbox({ backend, workers: 1 });
    expect(await other.check(program)).toMatchObject({ outcome: 'failed', detail: first.detail });
  });
});

describe.each((await findWorkingBackends()).slice(0, 1))('with %s', (backend) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ backend, workers: 1 });
  });
  afterAll(() => sandbox.close());
  const program = 'def f(x): return x * x\ndef check(candidate): pass\n';

  test.each([
    ['are empty', '', undefined],
    ['hold only a comment and a docstring', '"""f"""\n# f(2) == 4\npass\n', undefined],
    ['are no Python', 'assert f(2) ==', undefined],
    ['hold a null', 'assert f(2) == 4\0', undefined],
    ['have a context that raises', 'assert f(2) == 4', '1 / 0'],
    ['have a context that is no Python', 'assert f(2) == 4', 'def'],
  ])('tests that %s are refused', async (_, tests, context) => {
    const result = await sandbox.check({ program, tests, ...(context === undefined ? {} : { context }) });
    expect(result).toMatchObject({ outcome: 'refused', detail: expect.stringMatching(/tests/) });
  });

  test.each([
    ['look at nothing', 'assert True'],
    ['name the function and do not call it', 'f'],
    ['define a check that calls nothing', 'def check(candidate):\n    pass'],
    ['leave it to the program to check', 'check(f)', 'f'],
  ])('tests that %s never pass', async (_, tests, entryPoint = 'f') => {
    const result = await sandbox.check({ program, tests, entryPoint });
    expect(result.outcome, JSON.stringify(result)).not.toBe('passed');
  });

  test('tests that print, read and leave do not disturb the answers', async () => {
    const tests = 'import os, sys\nprint("{}" * 9999)\nassert sys.stdin.read() == ""\nassert f(2) == 4\n';
    expect(await sandbox.check({ program, tests })).toMatchObject({ outcome: 'passed' });
    expect(await sandbox.check({ program, tests: `${tests}os._exit(0)` })).toMatchObject({ outcome: 'error' });
    expect(await sandbox.check({ program, tests })).toMatchObject({ outcome: 'passed' });
  });

  test('the report has the beginning of the output, the traceback and what was used', async () => {
    const result = await sandbox.check({
      program: 'print("a" * 9000)\ndef f(x):\n    return [1][x]\n',
      tests: 'assert f(2) == 4',
      limits: { outputBytes: 10 },
    });
    expect(result).toMatchObject({
      outcome: 'error',
      detail: 'IndexError: list index out of range',
      output: 'aaaaaaaaaa',
    });
    expect(result.trace).toMatch(/program\.py", line 3, in f\n {4}return \[1\]\[x\]/);
    expect(result.cpuMs).toBeGreaterThan(0);
    expect(result.memoryMb).toBeGreaterThan(5);
  });

  test('without a sandbox, processes that a program leaves behind are ended too', async () => {
    await using bare = await createSandbox({ backend: 'none', workers: 1 });
    const mark = `11${process.pid}`;
    const leaving = `
import os, time
def f(x):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv("/bin/sleep", ["sleep", "${mark}"])
            time.sleep(60)
    time.sleep(0.2)
    return x * x
`;
    const tests = 'assert f(2) == 4';
    expect(await bare.check({ program: leaving, tests })).toMatchObject({ outcome: 'passed' });
    const all = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && readCommand(name).includes(`sleep ${mark}`),
    );
    expect(all).toEqual([]);
  });

  test('a program that is too large is refused, and one of a million lines is not', async () => {
    const many = `${'x = 1\n'.repeat(1_000_000)}def f(x): return x * x\n`;
    expect(await sandbox.check({ program: 'x = 1\n'.repeat(3_000_000), tests: 'assert f(2) == 4' })).toMatchObject({
      outcome: 'refused',
    });
    expect((await sandbox.check({ program: many, tests: 'assert f(2) == 4' })).outcome).toMatch(
      /passed|out-of-memory|timeout/,
    );
  });
});

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
