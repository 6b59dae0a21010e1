import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { cancelTraining, type TrainOptions, train } from '@scalequest/train-bridge';
import { createVerifierServer } from '@scalequest/verifier-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseVerifier } from '../packages/cli/src/commands/verifier-beside-training.ts';
import { letGoOn, makeFakePython } from '../packages/train-bridge/src/run/__fixtures__/make-fake-python.ts';

const embeddedModel = join(import.meta.dirname, '../packages/models/embedded/nano-solver.gguf');

let folder: TemporaryFolder;
const children: ChildProcess[] = [];
const messages: string[] = [];
beforeEach(() => {
  folder = makeTemporaryFolder();
  messages.length = 0;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cancelTraining(folder.join('run'), { graceMs: 2000 });
  folder[Symbol.dispose]();
});

function trainHere(verifierUrl?: string, options: Partial<TrainOptions> = {}): ReturnType<typeof train> {
  const say = (text: string): void => void messages.push(text);
  return train({
    recipe: 'nano.grpo',
    folder: folder.join('run'),
    steps: 30,
    embeddedModel,
    verifier: chooseVerifier({ verifierUrl }, say),
    getPython: async () => ({ python: makeFakePython(folder.path), version: '3.11.0', packages: {} }),
    command: 'scalequest train nano.grpo --out DIR',
    versions: {},
    retryDelaysMs: [],
    onMessage: say,
    ...options,
  });
}

interface Log {
  readonly t: string;
  readonly step: number;
  readonly metrics: { readonly right: number; readonly wrong: number };
}

function readLogs(): Log[] {
  const path = folder.join('run', 'events.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Log).filter(({ t }) => t === 'log');
}

function readPort(): number {
  return (JSON.parse(readFileSync(folder.join('run', 'control', 'verifier.json'), 'utf8')) as { port: number }).port;
}

async function isListening(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );
}

function expectAllRewarded(steps: number): void {
  const logs = readLogs();
  expect(logs.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  for (const { metrics } of logs) expect(metrics).toEqual({ right: 1, wrong: 0 });
}

test('a training that needs the verifier gets a server beside it, which ends with it', async () => {
  expect((await trainHere()).status).toBe('finished');
  expectAllRewarded(30);
  expect(messages.filter((text) => text.includes("The verifier's server listens on http://127.0.0.1:"))).toHaveLength(
    1,
  );
  expect(await isListening(readPort())).toBe(false);
  // There is nothing left to reward.
  messages.length = 0;
  expect((await trainHere()).did).toBe('nothing');
  expect(messages).toEqual([]);
});

test('a server that the environment names is used and left alone', async () => {
  await using server = await createVerifierServer();
  expect((await trainHere(server.url)).status).toBe('finished');
  expectAllRewarded(30);
  expect(existsSync(folder.join('run', 'control', 'verifier.json'))).toBe(false);
  expect(await isListening(server.port)).toBe(true);
});

test('a worker whose command was killed loses no step: the next command brings its server back', async () => {
  const python = makeFakePython(folder.path, { holdsAtSteps: [19] });
  const script = fileURLToPath(new URL('./support/train-beside-verifier.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, folder.join('run'), python, embeddedModel], { stdio: 'ignore' });
  children.push(child);
  await expect.poll(() => readLogs().length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const port = readPort();
  expect(await isListening(port)).toBe(false);
  letGoOn(folder.join('run'));
  const { status, did } = await trainHere();
  expect({ status, did }).toEqual({ status: 'finished', did: 'followed' });
  expect(readPort()).toBe(port);
  expectAllRewarded(30);
});

test('where another program has taken the port of an earlier command, the next one takes a free port', async () => {
  const first = new AbortController();
  const onProgress: TrainOptions['onProgress'] = ({ state }) => {
    if (state.step >= 3) first.abort();
  };
  const getPython: TrainOptions['getPython'] = async () => {
    return { python: makeFakePython(folder.path, { holdsAtSteps: [19] }), version: '3.11.0', packages: {} };
  };
  const stopped = await trainHere(undefined, { stop: first.signal, onProgress, getPython });
  expect(stopped.status).toBe('interrupted');
  const port = readPort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  try {
    expect((await trainHere()).status).toBe('finished');
    expect(readPort()).not.toBe(port);
    expectAllRewarded(30);
  } finally {
    other.close();
  }
});

test('for a cluster, which reaches no server of this machine, one must be named', async () => {
  const launcher = { launcher: 'ray', address: 'http://127.0.0.1:9' } as const;
  await expect(trainHere(undefined, { launcher })).rejects.toMatchObject({
    code: 'VERIFIER_MISSING',
    message: expect.stringContaining('SCALEQUEST_VERIFIER_URL'),
  });
});
