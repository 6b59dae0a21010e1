import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findProtocol } from '@scalequest/eval';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { cancelTraining, nanoSolverInstruction, readTrainingStatus } from '@scalequest/train-bridge';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type FakeBehaviour,
  letGoOn,
  makeFakePython,
} from '../packages/train-bridge/src/run/__fixtures__/make-fake-python.ts';
import { type CliResult, type RunningCli, runCli, startCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `{"id":"${i}","prompt":"${i}+1=","reply":"${i + 1}"}\n`);
  writeFileSync(folder.join('rows.jsonl'), rows.join(''));
});
afterEach(async () => {
  await cancelTraining(folder.join('run'), { graceMs: 2000 });
  folder[Symbol.dispose]();
});

function start(behaviour: FakeBehaviour = {}, extra: readonly string[] = []): RunningCli {
  const python = makeFakePython(folder.path, behaviour);
  const args = ['train', 'nano.solver-smoke', '--data', 'rows.jsonl', '--out', 'run', '--steps', '40', '--json'];
  return startCli([...args, ...extra], { cwd: folder.path, env: { SCALEQUEST_PYTHON: python } });
}

/** Resolves when the command has said it on standard error. */
async function waitToHear({ child, result }: RunningCli, said: string): Promise<void> {
  let text = '';
  const heard = new Promise<void>((resolve) => {
    child.stderr?.on('data', (part: string) => {
      text += part;
      if (text.includes(said)) resolve();
    });
  });
  const ended = result.then(({ stderr }) => {
    if (!stderr.includes(said)) throw new Error(`It ended without having said '${said}': ${stderr}`);
  });
  await Promise.race([heard, ended]);
}

function parse({ stdout }: CliResult): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

function countSteps(): number {
  const path = folder.join('run', 'batches.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

test('a model is asked in training just as eval asks it', () => {
  expect(findProtocol('scalequest@1').prompt).toMatchObject({
    messages: [{ role: 'user', content: `{problem}${nanoSolverInstruction}` }],
  });
});

test('train gives the summary as JSON and 0; again, it says that all is done', async () => {
  const first = await start().result;
  expect(first.code).toBe(0);
  expect(parse(first)).toMatchObject({ status: 'finished', did: 'trained', step: 40, metrics: { loss: 0.25 } });
  expect(first.stderr).toContain('Trained 40 steps');
  const again = await start().result;
  expect(again.code).toBe(0);
  expect(parse(again)).toMatchObject({ status: 'finished', did: 'nothing', step: 40 });
  expect(again.stderr).toContain('This training is finished; there was nothing to do.');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops with a checkpoint and 1, and the same command goes on',
  async (signal) => {
    const { child, result } = start({ holdsAtSteps: [19] });
    await expect.poll(countSteps).toBeGreaterThan(5);
    child.kill(signal);
    const stopped = await result;
    expect(stopped.code).toBe(1);
    const { status, step } = parse(stopped);
    expect(status).toBe('interrupted');
    expect(stopped.stderr).toContain(`Stopped at step ${String(step)}. Run the same command again to go on.`);
    const end = await start().result;
    expect(parse(end)).toMatchObject({ status: 'finished', step: 40, attempt: 2, resumedFrom: step });
  },
);

test('a second signal ends the worker at once', async () => {
  const command = start({ holdsAtSteps: [19], ignoresCancel: true });
  const { child, result } = command;
  await expect.poll(countSteps).toBeGreaterThan(2);
  // Two that are sent before the first is heard are one.
  const heard = waitToHear(command, 'Stopping: ');
  child.kill('SIGTERM');
  await heard;
  child.kill('SIGTERM');
  const { code, stderr } = await result;
  expect(code).toBe(1);
  expect(stderr).toContain('The worker was stopped before it wrote a checkpoint.');
  expect(countSteps()).toBeLessThan(40);
});

test('a command that is killed leaves its worker at work, and the next command follows it', async () => {
  const { child, result } = start({ holdsAtSteps: [19] });
  await expect.poll(countSteps).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await result;
  const status = await runCli(['train', 'status', 'run', '--json'], { cwd: folder.path });
  expect(parse(status)).toMatchObject({ standing: 'running', pid: expect.any(Number) });
  const next = start();
  await waitToHear(next, 'following it');
  letGoOn(folder.join('run'));
  const end = await next.result;
  expect(end.code).toBe(0);
  expect(parse(end)).toMatchObject({ status: 'finished', did: 'followed', step: 40, attempt: 1 });
  expect(existsSync(folder.join('run', 'out', 'README.md'))).toBe(true);
  // One worker did it all: no step was done twice.
  expect(countSteps()).toBe(40);
});

test('what a worker finished while nobody looked is completed by the next command', async () => {
  const { child, result } = start({ holdsAtSteps: [19] });
  await expect.poll(countSteps).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await result;
  letGoOn(folder.join('run'));
  await expect.poll(countSteps).toBe(40);
  const standing = async (): Promise<string> => (await readTrainingStatus(folder.join('run'))).standing;
  await expect.poll(standing).toBe('finished');
  expect(existsSync(folder.join('run', 'out', 'README.md'))).toBe(false);
  expect(parse(await start().result)).toMatchObject({ status: 'finished', did: 'nothing', step: 40 });
  expect(existsSync(folder.join('run', 'out', 'README.md'))).toBe(true);
});

test('cancel stops a worker that a killed command has left', async () => {
  const { child, result } = start({ holdsAtSteps: [19] });
  await expect.poll(countSteps).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await result;
  const cancelled = await runCli(['train', 'cancel', 'run', '--json'], { cwd: folder.path });
  expect(parse(cancelled)).toMatchObject({ outcome: 'cancelled' });
  const status = await runCli(['train', 'status', 'run'], { cwd: folder.path });
  expect(status.stdout).toMatch(/: stopped\nstep \d+ of 40 · loss /);
  expect(parse(await start().result)).toMatchObject({ status: 'finished', step: 40, attempt: 2 });
});

test('a worker that fails while it is cancelled is told as a failure', async () => {
  const { child, result } = start({ holdsAtSteps: [19], failsToStop: true });
  await expect.poll(countSteps).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await result;
  const { code, stdout } = await runCli(['train', 'cancel', 'run'], { cwd: folder.path });
  expect(code).toBe(1);
  expect(stdout).toContain('The worker failed while it stopped: The disk is full. (io).');
});

test('the command of the card can be typed again where a path has spaces', async () => {
  writeFileSync(folder.join("Ann's rows.jsonl"), readFileSync(folder.join('rows.jsonl')));
  await start({}, ['--data', "Ann's rows.jsonl"]).result;
  expect(readFileSync(folder.join('run', 'out', 'README.md'), 'utf8')).toContain(
    "--data 'Ann'\\''s rows.jsonl' --seed 0",
  );
});

test('a failed training ends with 1, and a wrong request with 2', async () => {
  const failed = await start({ failsAtStep: 4 }).result;
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('The loss is not a number. (nan)');
  const other = await start({}, ['--seed', '3']).result;
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('seed: 0 -> 3');
  const at = { cwd: folder.path };
  for (const [args, text] of [
    [['nano.solvr', '--out', 'x'], 'Close names: nano.solver'],
    [['nano.solver'], '--out is missing'],
    [[], 'Recipe missing.'],
    [['nano.solver', '--out', 'x', '--data', 'nowhere.jsonl'], "No rows were found at 'nowhere.jsonl'."],
    [['qft', '--out', 'x'], "Recipe 'qft' goes on from a model"],
    [['nano.solver', '--out', 'x', '--set', 'optimizer.lr=1'], "has no setting 'optimizer.lr'"],
    [['nano.solver', '--out', 'x', '--set', 'batchSize=none'], 'Setting \'batchSize\' is "none"'],
    [['checkpoint', 'nowhere'], 'holds no training'],
    [['nano.solver', '--out', 'x', '--launcher', 'ray'], 'Give --ray-address http://HEAD:8265'],
    [['nano.solver', '--out', 'x', '--processes', '2'], 'Add --launcher torchrun'],
    [['status', 'nowhere'], 'holds no training'],
    [['cancel', 'nowhere'], 'holds no training'],
  ] as const) {
    const { code, stderr } = await runCli(['train', ...args], at);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(stderr).toContain(text);
  }
});

test('a Python that cannot train is a wrong request with the way on', async () => {
  const args = ['train', 'nano.solver-smoke', '--data', 'rows.jsonl', '--out', 'run'];
  const env = { SCALEQUEST_PYTHON: folder.join('nowhere') };
  const { code, stderr } = await runCli(args, { cwd: folder.path, env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/cannot be used\. There is no such program\.\nCorrect SCALEQUEST_PYTHON/);
  // The folder is prepared, and the right Python goes on in it.
  expect((await start().result).code).toBe(2);
  const same = startCli([...args, '--json'], {
    cwd: folder.path,
    env: { SCALEQUEST_PYTHON: makeFakePython(folder.path) },
  });
  expect(parse(await same.result)).toMatchObject({ status: 'finished', step: 60 });
});
