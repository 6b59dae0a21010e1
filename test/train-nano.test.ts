import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@scalequest/core';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { cancelTraining } from '@scalequest/train-bridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, type RunningCli, startCli } from './support/run-cli.ts';
import { testPython } from './support/test-python.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(async () => {
  await cancelTraining(folder.join('run'), { graceMs: 20_000 });
  folder[Symbol.dispose]();
});

/** Some seconds of them, so that one that is to be stopped or killed has not come to its end before. */
const steps = 200;

/** Sums of one digit: enough for the loss to fall. */
function writeRows(): void {
  const random = createRandom('train-nano');
  const digit = (): number => random.integer({ min: 1, max: 9 });
  const rows = Array.from({ length: 3600 }, (_, i) => {
    const [a, b] = [digit(), digit()];
    const sum = `${a}+${b}`;
    return i % 3 === 0
      ? {
          id: `e${i}`,
          segments: [
            { text: sum, weight: 0.05 },
            { text: `=${a + b}`, weight: 1 },
          ],
        }
      : { id: `p${i}`, prompt: `What is ${sum}?`, reply: `${sum}=${a + b}. The answer is $\\boxed{${a + b}}$.` };
  });
  writeFileSync(folder.join('rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function start(): RunningCli {
  const args = [
    'train',
    'nano.solver-smoke',
    '--data',
    'rows.jsonl',
    '--out',
    'run',
    '--steps',
    String(steps),
    '--json',
  ];
  return startCli(args, { cwd: folder.path, env: { SCALEQUEST_PYTHON: testPython ?? '' } });
}

function readLines<T>(name: string): T[] {
  const path = folder.join('run', name);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}

interface Batch {
  readonly attempt: number;
  readonly step: number;
  readonly rows: readonly number[];
}

async function waitForStep(step: number): Promise<void> {
  const last = (): number => readLines<Batch>('batches.jsonl').at(-1)?.step ?? 0;
  await expect.poll(last, { timeout: 120_000, interval: 20 }).toBeGreaterThanOrEqual(step);
}

/** For a checkpoint that an attempt has made on its way. */
async function waitForCheckpoint(attempt: number): Promise<void> {
  const isThere = (): boolean =>
    readLines<{ t: string; attempt: number }>('events.jsonl').some(
      (event) => event.t === 'checkpoint' && event.attempt === attempt,
    );
  await expect.poll(isThere, { timeout: 120_000, interval: 20 }).toBe(true);
}

function parse({ stdout, stderr }: CliResult): Record<string, unknown> {
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function findWorker(): number {
  return (JSON.parse(readFileSync(folder.join('run', 'worker.json'), 'utf8')) as { pid: number }).pid;
}

if (testPython === undefined) console.log('Tests of real training are skipped: SCALEQUEST_TEST_PYTHON is not set.');

describe.skipIf(testPython === undefined)('with a real worker', () => {
  test('a training that is stopped, killed and resumed ends at the same step, and sees no row twice', {
    timeout: 300_000,
  }, async () => {
    writeRows();
    const first = start();
    await waitForStep(8);
    // The worker stands still until the command has asked it to stop, however long that takes.
    process.kill(-findWorker(), 'SIGSTOP');
    first.child.kill('SIGTERM');
    await expect.poll(() => existsSync(folder.join('run', 'control', 'cancel'))).toBe(true);
    process.kill(-findWorker(), 'SIGCONT');
    const stopped = await first.result;
    expect(stopped.code).toBe(1);
    expect(parse(stopped)).toMatchObject({ status: 'interrupted', attempt: 1 });
    const stoppedAt = parse(stopped).step as number;

    const second = start();
    await waitForCheckpoint(2);
    // The worker and the command, both without a warning.
    process.kill(-findWorker(), 'SIGKILL');
    second.child.kill('SIGKILL');
    await second.result;
    await sleep(100);

    const end = await start().result;
    expect(end.code).toBe(0);
    expect(parse(end)).toMatchObject({ status: 'finished', step: steps, totalSteps: steps, attempt: 3 });
    expect(parse(end).resumedFrom).toBeGreaterThan(stoppedAt);

    // What the model has seen: of each step the batch of the last attempt that ran it.
    const lineage = new Map(readLines<Batch>('batches.jsonl').map((batch) => [batch.step, batch.rows]));
    expect([...lineage.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    const rows = [...lineage.values()].flat();
    expect(new Set(rows).size).toBe(rows.length);

    const losses = readLines<{ t: string; loss: number }>('events.jsonl').flatMap((event) =>
      event.t === 'log' ? [event.loss] : [],
    );
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.7);

    const out = readdirSync(folder.join('run', 'out'));
    for (const name of ['model.gguf', 'model.safetensors', 'tokenizer.json', 'metrics.json', 'README.md']) {
      expect(out).toContain(name);
    }
    const gguf = readFileSync(folder.join('run', 'out', 'model.gguf'));
    expect(gguf.subarray(0, 4).toString('latin1')).toBe('GGUF');
  });
});
