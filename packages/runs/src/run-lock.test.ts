import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { afterEach, expect, test, vi } from 'vitest';
import { acquireRunLock, findRunHolder } from './run-lock.ts';

const module = new URL('../dist/run-lock.js', import.meta.url).href;

afterEach(() => {
  vi.useRealTimers();
});

/** A process id that no live process can have: the largest is 2^22 on Linux. */
const deadPid = 2 ** 30;

function listLocks(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('.lock'));
}

/** Takes the folder when the start file appears, and says on its standard output whether that went well. */
function startContender({ folder, start }: { readonly folder: string; readonly start: string }): ChildProcess {
  const script = `
    const { existsSync } = await import('node:fs');
    const { acquireRunLock } = await import(${JSON.stringify(module)});
    process.stdout.write('ready\\n');
    for (let i = 0; i < 5e6 && !existsSync(${JSON.stringify(start)}); i++);
    for (let round = 0; round < 2; round++) {
      try {
        await acquireRunLock(${JSON.stringify(folder)});
        process.stdout.write('held\\n');
        await new Promise((resolve) => process.stdin.once('data', resolve));
      } catch (error) {
        process.stdout.write(error.code + '\\n');
      }
    }
    process.exit();`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function readOutput(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (data: Buffer) => {
    text += data.toString();
  });
  return () => text;
}

// Fifteen processes, three of which keep the processors busy at a time.
const race = { timeout: 180_000 };

test('of processes that race for a folder with a dead lock at most one holds it, in every round', race, async () => {
  using folder = makeTemporaryFolder();
  for (let trial = 0; trial < 5; trial++) {
    const run = folder.join(`run-${trial}`);
    const start = folder.join(`start-${trial}`);
    mkdirSync(run);
    const dead = { pid: deadPid, host: hostname(), started: null };
    writeFileSync(`${run}/run.${deadPid}-0123456789ab.lock`, JSON.stringify(dead));
    const children = [1, 2, 3].map(() => startContender({ folder: run, start }));
    try {
      const outputs = children.map(readOutput);
      await expect.poll(() => outputs.every((output) => output().includes('ready'))).toBe(true);
      writeFileSync(start, '');
      // A holder keeps the folder and stays silent; the others give up twice each.
      const isDone = (output: () => string): boolean =>
        output().includes('held') || (output().match(/RUN_LOCKED/g) ?? []).length === 2;
      await expect.poll(() => outputs.every(isDone)).toBe(true);
      expect(outputs.filter((output) => output().includes('held'))).toHaveLength(1);
      expect(listLocks(run)).toHaveLength(1);
    } finally {
      const exits = children.map(
        (child) => child.exitCode === null && child.signalCode === null && once(child, 'exit'),
      );
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(exits);
    }
    // Whoever held it was killed, and the next needs no help.
    const release = await acquireRunLock(run);
    await release();
    expect(listLocks(run)).toEqual([]);
  }
});

test('giving a folder back removes no lock but its own', async () => {
  using folder = makeTemporaryFolder();
  const release = await acquireRunLock(folder.path);
  const other = folder.join('run.7-0123456789ab.lock');
  writeFileSync(other, JSON.stringify({ pid: process.pid, host: hostname(), started: null }));
  await release();
  expect(listLocks(folder.path)).toEqual(['run.7-0123456789ab.lock']);
  await expect(acquireRunLock(folder.path)).rejects.toMatchObject({ code: 'RUN_LOCKED', kind: 'request' });
  expect(listLocks(folder.path)).toEqual(['run.7-0123456789ab.lock']);
});

test.each([
  ['another host', JSON.stringify({ pid: 1, host: 'elsewhere', started: null })],
  ['nobody that can be read', ''],
])('a lock of %s is believed for a minute after it was last touched', async (_who, content) => {
  using folder = makeTemporaryFolder();
  const other = folder.join('run.1-0123456789ab.lock');
  writeFileSync(other, content);
  const touchedBefore = (seconds: number): void => utimesSync(other, new Date(), Date.now() / 1000 - seconds);
  touchedBefore(30);
  await expect(acquireRunLock(folder.path)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
  expect(existsSync(other)).toBe(true);
  touchedBefore(90);
  const release = await acquireRunLock(folder.path);
  expect(existsSync(other)).toBe(false);
  await release();
});

test('a held lock is touched every ten seconds, and its content stays', async () => {
  using folder = makeTemporaryFolder();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const release = await acquireRunLock(folder.path);
  const [name = ''] = listLocks(folder.path);
  const path = folder.join(name);
  const content = readFileSync(path, 'utf8');
  utimesSync(path, 0, 0);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => statSync(path).mtimeMs).toBeGreaterThan(1000);
  expect(readFileSync(path, 'utf8')).toBe(content);
  await release();
  vi.advanceTimersByTime(20_000);
  expect(listLocks(folder.path)).toEqual([]);
});

test('who holds a folder can be asked without taking it, and a process that is gone holds nothing', async () => {
  using folder = makeTemporaryFolder();
  expect(await findRunHolder(folder.path)).toBeUndefined();
  const release = await acquireRunLock(folder.path);
  expect(await findRunHolder(folder.path)).toEqual({ pid: process.pid, host: hostname() });
  expect(listLocks(folder.path)).toHaveLength(1);
  await release();
  const dead = JSON.stringify({ pid: deadPid, host: hostname(), started: null });
  writeFileSync(folder.join('run.1-0123456789ab.lock'), dead);
  expect(await findRunHolder(folder.path)).toBeUndefined();
  // Looking changes nothing.
  expect(listLocks(folder.path)).toHaveLength(1);
  await expect(findRunHolder(folder.join('missing'))).rejects.toMatchObject({ kind: 'request' });
});
