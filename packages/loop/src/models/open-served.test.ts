import { mkdirSync, writeFileSync } from 'node:fs';
import { sha256Hex } from '@scalequest/core';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { registerEndpoint } from '@scalequest/train-bridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCheckpointFolder, makeFakeVllm } from '../../../train-bridge/src/serving/__fixtures__/make-fake-vllm.ts';
import type { ServeElsewhere } from '../config/loop-config.ts';
import type { StepContext } from '../engine/step.ts';
import { openServed } from './open-served.ts';
import type { StepModel } from './step-model.ts';

let folder: TemporaryFolder;
let said: string[];
let told: string[];
let stop: AbortController;
beforeEach(() => {
  folder = makeTemporaryFolder();
  said = [];
  told = [];
  stop = new AbortController();
  makeCheckpointFolder(folder.join('steps/qpo-qwen/out'));
  writeFileSync(folder.join('steps/qpo-qwen/out/model.safetensors'), 'weights');
});
afterEach(() => folder[Symbol.dispose]());

function makeContext(): StepContext {
  return {
    ...{ folder: folder.join('steps/questions'), seed: 0, stop: stop.signal, abort: new AbortController().signal },
    getFile: (step) => folder.join('steps', step, 'out/model.safetensors'),
    getFolder: (step) => folder.join('steps', step, 'out'),
    getFigures: () => ({}),
    tell: (text) => void told.push(text),
    say: (text) => void said.push(text),
  };
}

const access = { cacheDir: '/nowhere', environment: {} };
const asking = {
  prompt: { kind: 'completion', text: 'Hello' },
  sampling: { temperature: 0, topP: 1, maxTokens: 8, stop: [] },
} as const;

describe('models elsewhere', () => {
  const made: Readonly<Record<string, StepModel>> = { qwen: { step: 'qpo-qwen' } };
  const serve = (): ServeElsewhere => ({ way: 'elsewhere', folder: folder.join('shared'), pollSeconds: 0.02 });

  test('are waited for until a server of the model answers, and the command is told that starts one', async () => {
    await using other = await startModelServer({ models: ['another'] });
    await using right = await startModelServer({ models: ['qpo-qwen'] });
    const file = folder.join(`shared/qpo-qwen-${sha256Hex('weights').slice(0, 8)}.txt`);
    // Of another loop, or of what the step made before.
    mkdirSync(folder.join('shared'));
    for (const name of ['qpo-qwen.txt', `qpo-qwen-${sha256Hex('other').slice(0, 8)}.txt`])
      writeFileSync(folder.join('shared', name), `${right.baseUrl}\n`);
    const opening = openServed(
      { ...serve(), gpus: '0,1', args: ['--max-num-seqs', '64'] },
      access,
    )({
      models: made,
      context: makeContext(),
    });
    await expect.poll(() => said).toHaveLength(1);
    const checkpoint = folder.join('steps/qpo-qwen/out');
    expect(said[0]).toContain(
      `CUDA_VISIBLE_DEVICES=0,1 scalequest serve model ${checkpoint} --name qpo-qwen --host 0.0.0.0 --register ${file} -- --max-num-seqs 64`,
    );
    // A line that nobody answers behind, and a server of something else.
    writeFileSync(file, `http://127.0.0.1:9/v1\n${other.baseUrl}\n`);
    const before = told.length;
    await expect.poll(() => told.length).toBeGreaterThan(before + 2);
    const unregister = await registerEndpoint(file, { url: right.baseUrl, model: 'qpo-qwen', pid: process.pid });
    const { models, close } = await opening;
    const { choices } = (await models.qwen?.client.generate(asking)) ?? {};
    expect(choices).toHaveLength(1);
    expect(models.qwen?.identity).toMatchObject({ name: 'qpo-qwen', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await close();
    expect(said.at(-1)).toContain('is asked no more');
    await unregister();
  });

  test('are waited for no longer than the loop goes on', async () => {
    const opening = openServed(serve(), access)({ models: made, context: makeContext() });
    await expect.poll(() => said).toHaveLength(1);
    stop.abort(new Error('Stopped.'));
    await expect(opening).rejects.toThrow('Stopped.');
  });

  test('that have one checkpoint are served once', async () => {
    await using server = await startModelServer({ models: ['solver'] });
    mkdirSync(folder.join('shared'));
    writeFileSync(folder.join('shared/judge.txt'), `${server.baseUrl}\n`);
    const model = { model: 'solver', checkpoint: folder.join('steps/qpo-qwen/out') };
    const { models, close } = await openServed(
      serve(),
      access,
    )({
      models: { judge: { given: 'judge', model }, responder: { given: 'responder', model } },
      context: makeContext(),
    });
    expect(Object.keys(models)).toEqual(['judge', 'responder']);
    expect(models.judge?.identity).toEqual({ name: 'solver' });
    await close();
  });
});

describe('models of the user', () => {
  test('are asked with their key, which must be there', async () => {
    await using server = await startModelServer({ models: ['gpt'], apiKey: 'secret-key' });
    const given: StepModel = {
      given: 'rewriter',
      model: { model: 'gpt', endpoints: [server.baseUrl], keyEnv: 'LOOP_TEST_KEY' },
    };
    const open = openServed({ way: 'here' }, access);
    const input = { models: { rewriter: given }, context: makeContext() };
    await expect(open(input)).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      parts: { why: expect.stringContaining('LOOP_TEST_KEY') },
    });
    const environment = { LOOP_TEST_KEY: 'secret-key' };
    const { models, close } = await openServed({ way: 'here' }, { ...access, environment })(input);
    expect((await models.rewriter?.client.generate(asking))?.choices).toHaveLength(1);
    await close();
  });
});

describe('models here', () => {
  test('are served with their own settings over those of all, and a server that ends by itself ends the work', async () => {
    const vllm = makeFakeVllm(folder.path);
    const python = folder.join('bin/python');
    const serve = {
      way: 'here',
      engine: 'vllm',
      gpus: '0',
      models: { 'qpo-qwen': { gpus: '1', args: ['--seed', '1'] } },
    } as const;
    const { models, failed, close } = await openServed(serve, { ...access, python })({
      models: { qwen: { step: 'qpo-qwen' } },
      context: makeContext(),
    });
    expect(models.qwen?.client.model).toBe('qpo-qwen');
    const [start] = vllm.readStarts();
    expect(start?.args.slice(-2)).toEqual(['--seed', '1']);
    expect(start).toMatchObject({ gpus: '1' });
    expect(failed.aborted).toBe(false);
    process.kill(start?.pid ?? 0, 'SIGUSR2');
    await expect.poll(() => failed.aborted).toBe(true);
    expect(failed.reason).toMatchObject({ code: 'MODEL_SERVER_FAILED' });
    await close();
  });
});
