import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listDescendants, listLiving, type SeenProcess } from './__fixtures__/list-processes.ts';
import { findWorkingBackends } from './__fixtures__/working-backends.ts';
import { createSandbox } from './create-sandbox.ts';
import type { Program } from './types.ts';

const right: Program = { program: 'def one():\n    return 1\n', tests: 'assert one() == 1' };
const wrong: Program = { ...right, program: 'def one():\n    return 2\n' };
const endless: Program = { ...right, program: 'def one():\n    while True:\n        pass\n' };
/** Stands still until somebody lets it go on, and is right. */
const pausing: Program = {
  ...right,
  program: 'import os, signal\ndef one():\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return 1\n',
  limits: { timeoutMs: 60_000 },
};

const working = await findWorkingBackends();

const listMounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
const listFolders = (pid = process.pid): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => new RegExp(`^scalequest-sandbox-\\d+-${pid}-`).test(name));

const commands = { checker: /checker_zygote\.py /, host: /host_zygote\.py \d/ } as const;

/** The processes that hold tests, or those in the sandbox: the first begins the others, one for each program. */
function listOwn(part: keyof typeof commands): readonly number[] {
  return listDescendants()
    .filter(({ command }) => commands[part].test(command) && !/^\S*bwrap /.test(command))
    .map(({ pid }) => pid);
}

function killFirst(part: keyof typeof commands, signal: NodeJS.Signals = 'SIGKILL'): void {
  const [pid] = listOwn(part);
  if (pid === undefined) throw new Error(`There is no ${part}.`);
  process.kill(pid, signal);
}

/** Waits until a program runs: checker and host each have a process for it. */
async function untilRunning(): Promise<void> {
  await vi.waitUntil(() => listOwn('checker').length === 2 && listOwn('host').length === 2, 30_000);
}

/** The process of the program that stands still, once there is one that is not `before`. */
async function untilPaused(before?: SeenProcess): Promise<SeenProcess> {
  return await vi.waitUntil(
    () =>
      listDescendants().find(
        ({ pid, isStopped, command }) => isStopped && commands.host.test(command) && pid !== before?.pid,
      ),
    30_000,
  );
}

describe.each(working)('with %s', (backend) => {
  test('every way to end has its name', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const check = async (program: string, rest: Partial<Program> = {}) => {
      const { outcome, detail } = await sandbox.check({ ...right, program, ...rest });
      return [outcome, detail];
    };
    expect(await check('def one(): return 1')).toEqual(['passed', '']);
    expect(await check('def one(): return 2')).toEqual(['failed', expect.stringContaining('line 1')]);
    expect(await check('def one(): return 1 / 0')).toEqual(['error', expect.stringContaining('ZeroDivisionError')]);
    expect(await check('def one(: pass')).toEqual(['error', expect.stringContaining('SyntaxError')]);
    expect(await check('def two(): pass')).toEqual(['error', expect.stringContaining('one')]);
    expect(await check(endless.program, { limits: { timeoutMs: 300 } })).toEqual([
      'timeout',
      expect.stringContaining('300 ms'),
    ]);
    expect(await check('def one(): return bytearray(2 ** 31)')).toEqual(['out-of-memory', expect.any(String)]);
    // Small objects, all of which stay: nothing is left to say so with.
    const hoarding = 'kept = []\ndef one():\n    while True: kept.append((1, str(len(kept))))';
    expect(await check(hoarding, { limits: { memoryMb: 128 } })).toEqual(['out-of-memory', expect.any(String)]);
    const impatient = `import signal\ndef stop(*_): raise TimeoutError("it takes longer than 0.2 s")
signal.signal(signal.SIGALRM, stop)\nsignal.setitimer(signal.ITIMER_REAL, 0.2)\none()`;
    expect(await check(endless.program, { tests: impatient })).toEqual([
      'timeout',
      'line 2 of the tests: it takes longer than 0.2 s',
    ]);
    expect(await check('def one(): raise TimeoutError')).toEqual(['error', expect.stringContaining('TimeoutError')]);
    expect(await check('import os\nos.kill(os.getpid(), 9)')).toEqual(['killed', expect.stringContaining('9')]);
    expect(await check('def one(): return 1', { tests: 'assert (' })).toEqual([
      'refused',
      expect.stringContaining('tests'),
    ]);
    const { checked, outcomes } = sandbox.getStatistics();
    expect([checked, outcomes]).toEqual([
      12,
      { passed: 1, failed: 1, error: 4, timeout: 2, 'out-of-memory': 2, killed: 1, refused: 1 },
    ]);
  });

  test('threads have stacks of 1 MiB and more, so that memory bounds their number', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const start = (size: number): Program => ({
      ...right,
      program: `import threading\nthreading.stack_size(${size})\ndef one():\n    threading.Thread(target=int).start()\n    return 1`,
    });
    expect(await sandbox.check(start(0))).toMatchObject({ outcome: 'passed' });
    expect(await sandbox.check(start(2 ** 20))).toMatchObject({ outcome: 'passed' });
    expect(await sandbox.check(start(2 ** 16))).toMatchObject(
      backend === 'none'
        ? { outcome: 'passed' }
        : { outcome: 'error', detail: expect.stringContaining("can't start new thread") },
    );
  });

  test('a judge that is killed is replaced, and its program tried once more', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const result = sandbox.check(pausing);
    const first = await untilPaused();
    killFirst('checker');
    process.kill((await untilPaused(first)).pid, 'SIGCONT');
    expect(await result).toMatchObject({ outcome: 'passed' });
    expect(sandbox.getStatistics().judgesLost).toBe(1);
  });

  test('a program whose judge is killed twice is killed, with the reason, and its neighbours are judged', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const result = sandbox.check(pausing);
    const first = await untilPaused();
    const neighbour = sandbox.check(right);
    killFirst('checker');
    await untilPaused(first);
    killFirst('checker');
    expect(await result).toMatchObject({ outcome: 'killed', detail: expect.stringContaining('twice') });
    expect(await neighbour).toMatchObject({ outcome: 'passed' });
  });

  test('a program host that is killed costs its own program and no other', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const result = sandbox.check(pausing);
    await untilPaused();
    killFirst('host');
    expect((await result).outcome).not.toBe('timeout');
    expect(await sandbox.check(wrong)).toMatchObject({ outcome: 'failed' });
    expect(await sandbox.check(right)).toMatchObject({ outcome: 'passed' });
  });

  test('a judge that stands still is replaced when its time is over', async () => {
    onTestFinished(() => void vi.useRealTimers());
    await using sandbox = await createSandbox({ backend, workers: 1 });
    await sandbox.start();
    // Node's clock alone: the processes keep that of the machine, and nothing here waits for the judge's time to pass.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const result = sandbox.check(pausing);
    const first = await untilPaused();
    killFirst('checker', 'SIGSTOP');
    // The time of the program, and what a judge may take to start and to clean up.
    vi.advanceTimersByTime(60_000 + 10_000);
    process.kill((await untilPaused(first)).pid, 'SIGCONT');
    expect(await result).toMatchObject({ outcome: 'passed' });
    expect(sandbox.getStatistics().judgesLost).toBe(1);
  });

  test('a check that is aborted ends at once, with all its processes, and the next is judged', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const controller = new AbortController();
    const running = sandbox.check(endless, { signal: controller.signal });
    const waiting = sandbox.check(right, { signal: controller.signal });
    const other = sandbox.check(right);
    await untilRunning();
    expect(sandbox.getStatistics().pending).toBe(3);
    const seen = listDescendants();
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect(await other).toMatchObject({ outcome: 'passed' });
    // Long before the time of the program would be over, which is 15 s.
    await expect.poll(() => listLiving(seen), { timeout: 5_000 }).toEqual([]);
    expect(sandbox.getStatistics()).toMatchObject({ aborted: 2, checked: 1, judgesLost: 0 });
    await expect(sandbox.check(right, { signal: controller.signal })).rejects.toThrow('enough');
  });

  test('a few hundred programs of all kinds leave the pool whole, and no process, mount or folder', {
    timeout: 240_000,
  }, async () => {
    const mounts = listMounts();
    const kinds: readonly (readonly [Program, string])[] = [
      [right, 'passed'],
      [wrong, 'failed'],
      [{ ...right, program: 'open("left", "w").write("x" * 1000)\ndef one(): return 1' }, 'passed'],
      [{ ...right, program: 'import os\nos._exit(0)' }, 'error'],
      [
        {
          ...right,
          program:
            'import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\ndef one(): return 1',
        },
        'passed',
      ],
      [{ ...right, program: 'import os\nos.mkdir("shut", 0)\ndef one(): return 1' }, 'passed'],
      [{ ...right, program: 'def one(): return [1] * 10 ** 10' }, 'out-of-memory'],
    ];
    const programs = Array.from({ length: 43 }, () => kinds).flat();
    const sandbox = await createSandbox({ backend, workers: 2, recycleAfter: 40 });
    await sandbox.start();
    const seen = [...listDescendants()];
    const outcomes: string[] = [];
    for await (const { outcome } of sandbox.checkMany(programs.map(([program]) => program))) outcomes.push(outcome);
    seen.push(...listDescendants());
    expect(outcomes).toEqual(programs.map(([, outcome]) => outcome));
    expect(sandbox.getStatistics()).toMatchObject({ checked: programs.length, pending: 0, judges: 2, judgesLost: 0 });
    expect(sandbox.getStatistics().judgesRecycled).toBeGreaterThanOrEqual(5);
    await sandbox.close();
    expect(seen.length).toBeGreaterThan(3);
    await expect.poll(() => listLiving(seen)).toEqual([]);
    expect(listMounts()).toBe(mounts);
    expect(listFolders()).toEqual([]);
  });

  test.each(['idle', 'busy'])(
    'a Node that is killed while it is %s leaves no process, and its folders go with the next sandbox',
    async (end) => {
      // Any sandbox of this machine removes the folders of those that were killed, so this one has a place of its own.
      using own = makeTemporaryFolder();
      vi.stubEnv('TMPDIR', own.path);
      onTestFinished(() => void vi.unstubAllEnvs());
      const child = await startLeaver(backend, end);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const seen = listDescendants(child.pid);
      if (end === 'busy') {
        expect(seen.length).toBeGreaterThan(2);
        child.kill('SIGKILL');
      }
      if (child.exitCode === null) await once(child, 'exit');
      await expect.poll(() => listLiving(seen)).toEqual([]);
      if (end === 'idle') {
        // Nothing is under way, so it ended by itself.
        expect([child.exitCode, listFolders(child.pid)]).toEqual([0, []]);
      } else if (backend !== 'bubblewrap') {
        expect(listFolders(child.pid)).toHaveLength(2);
        await using _ = await createSandbox({ backend });
        expect(listFolders(child.pid)).toEqual([]);
      }
    },
  );
});

async function startLeaver(backend: string, end: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '__fixtures__', 'leave-open.mjs'), backend, end], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = await once(child.stdout, 'data');
  expect(String(text)).toBe('passed\n');
  return child;
}

/** What the rest needs is a judge, whatever holds it. */
describe.skipIf(working.length === 0)('a sandbox', () => {
  const backend = working[0] ?? 'auto';

  test('gives the results of a stream in its order, what is no program refused in its place, and then what the source throws', async () => {
    await using sandbox = await createSandbox({ backend, workers: 2 });
    async function* programs(): AsyncGenerator<Program> {
      yield { ...right, program: 'import time\ntime.sleep(0.3)\ndef one(): return 1' };
      yield wrong;
      yield { program: 5 } as unknown as Program;
      yield right;
      throw new Error('the file is torn');
    }
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { outcome, detail } of sandbox.checkMany(programs()))
        seen.push(`${outcome} ${detail.slice(0, 7)}`);
    };
    await expect(read()).rejects.toThrow('the file is torn');
    expect(seen).toEqual(['passed ', 'failed line 1 ', 'refused not a p', 'passed ']);
  });

  test('reads a stream only a little ahead, and drops what is under way when nobody waits any more', async () => {
    await using sandbox = await createSandbox({ backend, workers: 2 });
    let read = 0;
    let isClosed = false;
    function* programs(): Generator<Program> {
      try {
        for (;;) {
          read++;
          yield right;
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const { outcome } of sandbox.checkMany(programs())) {
      expect(outcome).toBe('passed');
      if (read > 30) break;
    }
    expect(read).toBeLessThan(60);
    await expect.poll(() => [isClosed, sandbox.getStatistics().pending]).toEqual([true, 0]);
  });

  test('ends a stream that is aborted, also where its source stands still', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const controller = new AbortController();
    async function* programs(): AsyncGenerator<Program> {
      yield right;
      await new Promise(() => undefined);
    }
    const read = async (): Promise<void> => {
      for await (const { outcome } of sandbox.checkMany(programs(), { signal: controller.signal })) {
        expect(outcome).toBe('passed');
        setTimeout(() => controller.abort(new Error('enough')), 100);
      }
    };
    await expect(read()).rejects.toThrow('enough');
  });

  test('that is closed rejects what is pending and what comes later, once and for all', async () => {
    const sandbox = await createSandbox({ backend, workers: 1 });
    const checks = [endless, right].map((program) => sandbox.check(program));
    const rejected = Promise.all(
      checks.map((check) => expect(check).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await sandbox.close();
    await rejected;
    expect(listOwn('checker')).toEqual([]);
    await expect(sandbox.check(right)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' });
    await sandbox.close();
  });

  test('says what is no program', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    for (const bad of [
      null,
      {},
      { ...right, tests: 1 },
      { ...right, limits: { timeoutMs: 0 } },
      { ...right, limits: { time: 1 } },
    ]) {
      await expect(sandbox.check(bad as Program)).rejects.toMatchObject({ code: 'BAD_PROGRAM', kind: 'request' });
    }
  });

  test('takes text that is half of a character as it takes any other', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    const { outcome } = await sandbox.check({ ...right, program: `s = '\ud800'\n${right.program}` });
    expect(outcome).not.toBe('killed');
    expect(await sandbox.check({ ...right, program: `s = '\u{1f600}\\ud800\u2028'\n${right.program}` })).toMatchObject({
      outcome: 'passed',
    });
  });
});

describe.skipIf(working.length === 0)('tests that change Python', () => {
  const backend = working[0] ?? 'none';
  const patching: Program = { ...right, tests: `import math\nmath.tau = 'patched'\n${right.tests}` };
  const reading: Program = { ...right, tests: `import math\nassert math.tau != 'patched'\n${right.tests}` };

  test('change nothing for the tests of the next program', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1 });
    expect((await sandbox.check(patching)).outcome).toBe('passed');
    expect((await sandbox.check(reading)).outcome).toBe('passed');
  });

  test('do where tests share a process, until a test of it ends out of order', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1, sharesTestProcess: true });
    expect((await sandbox.check(patching)).outcome).toBe('passed');
    expect((await sandbox.check(reading)).outcome).toBe('failed');
    expect((await sandbox.check({ ...right, program: 'def one(): return 1 / 0' })).outcome).toBe('error');
    expect((await sandbox.check(reading)).outcome).toBe('passed');
  });

  test.each([
    ['an alarm', 'import signal\nsignal.signal(signal.SIGALRM, exit)\nsignal.setitimer(signal.ITIMER_REAL, 0.2)'],
    ['a thread that ends the process', 'import os, threading\nthreading.Timer(0.2, os._exit, (0,)).start()'],
    ['a copy of their process', 'import os, time\nif os.fork() == 0: time.sleep(0.2)'],
    ['other builtins', 'import builtins\nbuiltins.abs = None'],
    ['another precision', 'import decimal\ndecimal.getcontext().prec = 3'],
    ['memory in a circle', 'def hold(): return held\nheld = bytearray(900 << 20)'],
  ])('leave nothing to the tests that share their process: %s', async (_, leaving) => {
    await using sandbox = await createSandbox({ backend, workers: 1, sharesTestProcess: true });
    const tests = `import decimal, time\nassert one() == 1\ntime.sleep(0.4)
assert abs(-1) == 1 and decimal.getcontext().prec == 28\nassert bytearray(1400 << 20)[0] == 0`;
    // At the end: on a slow machine the test might else not be over before what is left comes.
    expect(await sandbox.check({ ...right, tests: `${right.tests}\n${leaving}` })).toMatchObject({ outcome: 'passed' });
    expect(await sandbox.check({ ...right, tests })).toMatchObject({ outcome: 'passed' });
    expect(await sandbox.check({ ...wrong, tests })).toMatchObject({ outcome: 'failed' });
  });

  test('have a new process where the shared one has been ended from outside', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1, sharesTestProcess: true });
    expect((await sandbox.check(right)).outcome).toBe('passed');
    const [, examiner] = listOwn('checker');
    // Number 0 would be this process's own group.
    if (examiner === undefined) throw new Error('There is no process of the tests.');
    process.kill(examiner, 'SIGKILL');
    expect((await sandbox.check(right)).outcome).toBe('passed');
    expect((await sandbox.check(wrong)).outcome).toBe('failed');
    expect(sandbox.getStatistics().judgesLost).toBe(0);
  });

  test('in a shared process are fifty at the most', async () => {
    await using sandbox = await createSandbox({ backend, workers: 1, sharesTestProcess: true });
    const outcomes: string[] = [];
    for (let index = 0; index < 51; index++) {
      outcomes.push((await sandbox.check(index === 0 ? patching : reading)).outcome);
    }
    expect(outcomes).toEqual(['passed', ...Array.from({ length: 49 }, () => 'failed'), 'passed']);
  });
});

test('a wrong option is said before anything is started', async () => {
  await expect(createSandbox({ workers: 0 })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringContaining('workers'),
  });
});
