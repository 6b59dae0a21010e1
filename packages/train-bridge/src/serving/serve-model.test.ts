import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadyPython } from '../python/python-environment.ts';
import {
  type FakeVllm,
  type FakeVllmBehaviour,
  isRunning,
  listGroup,
  makeCheckpointFolder,
  makeFakeVllm,
} from './__fixtures__/make-fake-vllm.ts';
import { findCheckpoint } from './find-checkpoint.ts';
import { type ModelServer, type ServeModelOptions, serveModel } from './serve-model.ts';

let folder: TemporaryFolder;
const running: ModelServer[] = [];
beforeEach(() => {
  folder = makeTemporaryFolder();
  makeCheckpointFolder(folder.join('solver'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop({ abort: AbortSignal.abort() })));
  folder[Symbol.dispose]();
});

let vllm: FakeVllm;
async function serve(behaviour: FakeVllmBehaviour, options: Partial<ServeModelOptions> = {}): Promise<ModelServer> {
  vllm = makeFakeVllm(folder.path, behaviour);
  const server = await serveModel({
    checkpoint: folder.join('solver'),
    host: '127.0.0.1',
    port: 0,
    configuredPython: join(vllm.bin, 'python'),
    getPython: () => Promise.reject(new Error('No Python is asked for.')),
    graceMs: 500,
    ...options,
  });
  running.push(server);
  return server;
}

describe('vLLM', () => {
  test('is started with arguments that leave the sampling to requests, and with the own ones of the caller', async () => {
    makeCheckpointFolder(folder.join('reward'), 'LlamaForSequenceClassification');
    const settings = { maxContext: 2048, maxBatch: 64, dtype: 'bfloat16', name: 'ours' } as const;
    const solver = await serve({}, { ...settings, extraArgs: ['--enforce-eager', '--seed', '1'] });
    const reward = await serve({}, { checkpoint: folder.join('reward') });
    expect(solver).toMatchObject({ engine: 'vllm', model: 'ours', task: 'generate', maxContext: 4096 });
    expect(reward).toMatchObject({ engine: 'vllm', model: 'reward', task: 'classify' });
    expect(solver.url).toBe(`http://127.0.0.1:${solver.port}/v1`);
    const common = (name: string, model: string, port: number): string[] => [
      ...['serve', folder.join(name), '--host', '127.0.0.1', '--port', String(port)],
      ...['--served-model-name', model, '--generation-config', 'vllm'],
    ];
    expect(vllm.readStarts().map(({ args }) => args)).toEqual([
      [
        ...common('solver', 'ours', solver.port),
        ...['--max-model-len', '2048', '--max-num-seqs', '64', '--dtype', 'bfloat16'],
        ...['--enforce-eager', '--seed', '1'],
      ],
      [...common('reward', 'reward', reward.port), '--runner', 'pooling', '--convert', 'classify'],
    ]);
  });

  test('leaves no process: not those that it started, and not itself where it will not end', async () => {
    const server = await serve({ engineStays: true }, { graceMs: 30_000 });
    const engine = vllm.readStarts()[0]?.engine ?? 0;
    expect(listGroup(server.pid)).toContain(engine);
    // What it leaves behind is waited for as well, until somebody has no more patience.
    const impatient = new AbortController();
    const ending = server.stop({ abort: impatient.signal });
    await server.ended;
    expect(listGroup(server.pid)).toEqual([engine]);
    impatient.abort();
    await ending;
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(listGroup(server.pid)).toEqual([]);

    const stubborn = await serve({ ignoresTerm: true });
    const abort = new AbortController();
    const stopped = stubborn.stop({ abort: abort.signal });
    expect(listGroup(stubborn.pid)).toHaveLength(2);
    abort.abort();
    await stopped;
    expect(listGroup(stubborn.pid)).toEqual([]);
    expect(await stubborn.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  test('with a key of its own is ready, though it tells nobody what it serves', async () => {
    const server = await serve({}, { extraArgs: ['--api-key', 'secret'] });
    expect(server).toMatchObject({ model: 'solver', maxContext: undefined });
  });

  test.each([
    ['--port=9', '--port'],
    ['--served_model_name', '--name'],
    ['--host', '--host'],
  ])('is not sent elsewhere by %s', async (argument, option) => {
    const refused = expect(serve({}, { extraArgs: ['--seed', '1', argument, '9'] })).rejects;
    await refused.toMatchObject({
      kind: 'request',
      message: expect.stringMatching(new RegExp(`'${argument}' behind -- .*\\nGive ${option} before the --\\.`, 's')),
    });
    expect(vllm.readStarts()).toEqual([]);
  });

  test('whose engine dies is explained by the cause, which stands far above the last lines', async () => {
    const traceback = Array.from({ length: 60 }, (_, at) => `  File "core.py", line ${at}`);
    const dies = [
      '\u001b[1;36m(EngineCore_DP0 pid=7)\u001b[0;0m ERROR 11-22 10:00:00 [core.py:708] torch.OutOfMemoryError: no room',
      ...traceback,
      'RuntimeError: Engine core initialization failed. See root cause above.',
    ];
    const causes = [
      ['torch.OutOfMemoryError: CUDA out of memory. Tried', 'OUT_OF_MEMORY'],
      ['ValueError: unknown quantization', 'MODEL_SERVER_FAILED'],
    ] as const;
    for (const [cause, code] of causes) {
      const said = dies.map((line) => line.replace(/torch.*room$/, cause));
      const error = await serve({ dies: said }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code });
      expect(String(error)).toContain(
        `:\n(EngineCore_DP0 pid=7) ERROR 11-22 10:00:00 [core.py:708] ${cause}\n…\n  File`,
      );
      expect(String(error)).toContain('See root cause above.');
    }
  });

  test('that ends by itself is explained by its last lines', async () => {
    const server = await serve({});
    process.kill(server.pid, 'SIGUSR2');
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.explainEnd()).toMatchObject({ code: 'MODEL_SERVER_FAILED', fields: { code: 1 } });
    expect(server.explainEnd().message).toMatch(
      /ended with code 1\. .*:\nINFO: loading .*\nRuntimeError: Engine core died/,
    );
  });

  test.each([
    [{ dies: ['ValueError: no such dtype'] }, {}, 'MODEL_SERVER_FAILED', 'ValueError: no such dtype\nCorrect what it'],
    [{ dies: ['OutOfMemoryError: CUDA out of memory.'] }, {}, 'OUT_OF_MEMORY', 'memory ran out (class oom).'],
    [
      { neverReady: true },
      { startTimeoutMs: 800 },
      'MODEL_SERVER_FAILED',
      'did not answer within 1 s, and was stopped',
    ],
  ] as const)('that does not come up is told and stopped: %j', async (behaviour, options, code, said) => {
    const error = await serve(behaviour, options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, kind: 'run', message: expect.stringContaining(said) });
    for (const { engine } of vllm.readStarts()) expect(isRunning(engine)).toBe(false);
  });

  test('that still loads is stopped by a signal', async () => {
    const stop = new AbortController();
    const served = serve({ neverReady: true }, { signal: stop.signal });
    await expect.poll(() => vllm.readStarts(), { timeout: 30_000 }).toHaveLength(1);
    stop.abort();
    await expect(served).rejects.toThrow('aborted');
    const [{ engine } = { engine: 0 }] = vllm.readStarts();
    expect(isRunning(engine)).toBe(false);
  });

  test('cannot serve a GGUF, and does not take what is for transformers', async () => {
    writeFileSync(folder.join('a.gguf'), '');
    const bad = { kind: 'request', code: 'ENGINE_UNAVAILABLE' };
    await expect(serve({}, { checkpoint: folder.join('a.gguf'), engine: 'vllm' })).rejects.toMatchObject(bad);
    await expect(serve({}, { device: 'cpu', threads: 2 })).rejects.toThrow('--device, --threads cannot act on vLLM');
    // By itself it is left alone: Python is asked for.
    await expect(serve({}, { checkpoint: folder.join('a.gguf') })).rejects.toThrow('No Python is asked for.');
    await expect(serve({}, { engine: 'transformers' })).rejects.toThrow('No Python is asked for.');
    expect(vllm.readStarts()).toEqual([]);
  });
});

describe('our own server', () => {
  /** A program that ends as `sq_train.serve` does. */
  function makePython(line: string, code: number): ReadyPython {
    const python = folder.join('python3');
    writeFileSync(python, `#!/bin/sh\necho "Loading" >&2\necho '${line}' >&2\nexit ${code}\n`);
    chmodSync(python, 0o755);
    return { kind: 'ready', python, origin: 'configured', version: '3.11.7', packages: {} };
  }

  test.each([
    ['error (oom): The weights take 9 GiB, and 8 GiB are free.', 1, 'OUT_OF_MEMORY', 'run', 'oom'],
    ['error (config): --device is cuda, and torch finds no GPU.', 2, 'MODEL_SERVER_FAILED', 'request', 'config'],
    ['error (data): The model cannot be loaded.', 1, 'MODEL_SERVER_FAILED', 'run', 'data'],
  ])('that ends with `%s` gives its class and its words', async (line, exitCode, code, kind, errorClass) => {
    const getPython = (): Promise<ReadyPython> => Promise.resolve(makePython(`sq_train.serve: ${line}`, exitCode));
    const error = await serve({}, { engine: 'transformers', getPython }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, kind, fields: { class: errorClass } });
    expect(String(error)).toContain(`did not start (class ${errorClass}). ${line.slice(line.indexOf(':') + 2)}`);
  });
});

test('a port that is in use and an address of another machine are told before anything is started', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => void blocker.listen(0, '127.0.0.1', () => resolve()));
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const error = { code: 'CANNOT_LISTEN', kind: 'request' };
    await expect(serve({}, { port })).rejects.toMatchObject(error);
    await expect(serve({}, { port })).rejects.toThrow(
      /Another program listens there\.\nGive another --port, or --port 0/,
    );
    await expect(serve({}, { host: '203.0.113.7' })).rejects.toThrow('This machine has no such address.');
    expect(vllm.readStarts()).toEqual([]);
  } finally {
    blocker.close();
  }
});

test('a path means a folder, the model of a training, a checkpoint of it, or a GGUF file', async () => {
  makeCheckpointFolder(folder.join('run', 'out'));
  makeCheckpointFolder(folder.join('run', 'checkpoints', 'checkpoint-20'), 'Qwen2ForSequenceClassification');
  for (const name of ['train.json', 'checkpoints/checkpoint-20/COMPLETE.json', 'nano.v1.gguf'])
    writeFileSync(folder.join('run', name), '{}');
  const found = async (...parts: readonly string[]): Promise<object> => await findCheckpoint(folder.join(...parts));
  const out = { kind: 'folder', path: folder.join('run', 'out'), name: 'run', task: 'generate' };
  expect(await found('solver')).toEqual({ ...out, path: folder.join('solver'), name: 'solver' });
  expect(await found('run')).toEqual(out);
  expect(await found('run', 'out')).toEqual(out);
  expect(await found('run', 'checkpoints', 'checkpoint-20')).toMatchObject({
    name: 'run-checkpoint-20',
    task: 'classify',
  });
  expect(await found('run', 'nano.v1.gguf')).toMatchObject({ kind: 'gguf', name: 'nano.v1' });
});

test('what is no checkpoint is told with the way on', async () => {
  mkdirSync(folder.join('empty'));
  mkdirSync(folder.join('broken'));
  writeFileSync(folder.join('broken', 'config.json'), '{');
  writeFileSync(folder.join('notes.txt'), 'x');
  for (const step of [3, 20, 30])
    mkdirSync(folder.join('run', 'checkpoints', `checkpoint-${step}`), { recursive: true });
  makeCheckpointFolder(folder.join('run', 'checkpoints', 'checkpoint-30'));
  writeFileSync(folder.join('run', 'train.json'), '{}');
  for (const step of [3, 20])
    writeFileSync(folder.join('run', 'checkpoints', `checkpoint-${step}`, 'COMPLETE.json'), '');
  const split = folder.join('split', 'checkpoints', 'checkpoint-6');
  mkdirSync(join(split, 'shards'), { recursive: true });
  for (const file of ['config.json', 'COMPLETE.json']) writeFileSync(join(split, file), '{}');
  writeFileSync(folder.join('split', 'train.json'), '{}');
  for (const [path, said] of [
    ['nowhere', /^There is no checkpoint '/],
    ['notes.txt/x', /^There is no checkpoint '/],
    ['empty', /It holds no config\.json\.\nGive the folder/],
    ['broken', /is not the configuration of a model/],
    ['notes.txt', /It is a file and no GGUF\./],
    ['run', /has no model yet\. .*serve its newest checkpoint: .*checkpoints\/checkpoint-20$/s],
    ['split', /has no model yet\. .*or with --export-only/s],
    ['split/checkpoints/checkpoint-6', /cannot be served\. Its weights are split.*--export-only/s],
    ['run/checkpoints/checkpoint-30', /is not whole\. It holds no COMPLETE\.json/],
  ] as const) {
    const refused = expect(findCheckpoint(folder.join(path)));
    await refused.rejects.toMatchObject({
      code: 'NO_CHECKPOINT',
      kind: 'request',
      message: expect.stringMatching(said),
    });
  }
});
