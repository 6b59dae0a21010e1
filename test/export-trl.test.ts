import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { exportTrl, findRecipe, pythonFolder } from '@scalequest/train-bridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';
import { testPython } from './support/test-python.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  mkdirSync(folder.join('base'));
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
    writeFileSync(folder.join('base', file), '{}');
});
afterEach(() => folder[Symbol.dispose]());

function writeRows(name: string, rows: readonly object[]): string {
  writeFileSync(folder.join(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return folder.join(name);
}

const pairs = Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, chosen: `What is ${i}+1?`, rejected: `What ${i}?` }));
const raw = {
  'template.kind': 'raw',
  'template.prefix': '<|im_start|>user\n',
  'template.end': '<|im_end|>',
};

/** Small enough for a step on one core. */
const small = { batchSize: 4, microBatchSize: 2, device: 'cpu', precision: null, threads: 1, maxTokens: 256 };

if (testPython === undefined) console.log('Skipped: SCALEQUEST_TEST_PYTHON names no Python with torch and TRL.');

describe.skipIf(testPython === undefined)('what TRL makes of an export', () => {
  test('its parsers take every key, its loader the rows, and its scripts train a step', async () => {
    const model = folder.join('base');
    const common = { model, steps: 1, seed: 7 };
    const chats = { prompt: 'What is 1+1?', reply: '1+1=2' };
    await exportTrl({
      ...common,
      source: 'student-sft',
      out: folder.join('sft'),
      dataFile: writeRows(
        'chat.jsonl',
        Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, ...chats })),
      ),
      settings: { ...small, packing: false, checkpointEverySteps: 1 },
    });
    await exportTrl({
      ...common,
      source: 'qpo',
      out: folder.join('dpo'),
      dataFile: writeRows('pairs.jsonl', pairs),
      settings: { ...small, ...raw, 'dpo.sftWeight': 0.5, evaluation: null, checkpointEverySteps: 1 },
    });
    await exportTrl({
      ...common,
      source: 'nano.reward-model',
      out: folder.join('reward'),
      settings: { batchSize: 4, evaluation: null, checkpointEverySteps: 1 },
    });
    await exportTrl({ ...common, source: 'nano.grpo', out: folder.join('grpo') });
    const script = join(import.meta.dirname, 'support', 'run-trl-exports.py');
    const folders = ['sft', 'dpo', 'reward', 'grpo'].map((name) => folder.join(name));
    const output = execFileSync(testPython as string, [script, model, getEmbeddedModelPath(), ...folders], {
      env: {
        ...process.env,
        PYTHONPATH: pythonFolder,
        OMP_NUM_THREADS: '1',
        HF_HUB_OFFLINE: '1',
        HF_HOME: folder.join('hf'),
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(told).toMatchObject({
      sft: {
        columns: ['prompt', 'completion'],
        rows: 8,
        trained: 1,
        arguments: {
          learning_rate: 1e-5,
          warmup_steps: 0.03,
          per_device_train_batch_size: 2,
          gradient_accumulation_steps: 2,
        },
      },
      dpo: {
        columns: ['prompt', 'chosen', 'rejected'],
        trained: 1,
        arguments: {
          beta: 0.1,
          learning_rate: 5e-7,
          loss_type: ['sigmoid', 'sft'],
          loss_weights: [1, 0.5],
          warmup_steps: 20,
        },
      },
      reward: {
        columns: ['prompt', 'chosen', 'rejected'],
        trained: 1,
        arguments: { center_rewards_coefficient: 0.01 },
      },
      grpo: {
        columns: ['prompt', 'answer'],
        reward: true,
        arguments: { num_generations: 8, beta: 0, loss_type: 'dr_grpo' },
      },
    });
  });
});

test('the command writes the files, names what to type, and notes what cannot be said', async () => {
  writeRows('pairs.jsonl', pairs);
  const settings = Object.entries(raw).flatMap(([key, value]) => ['--set', `${key}=${JSON.stringify(value)}`]);
  const common = ['train', 'export-trl', 'qpo', '--model', 'base', '--data', 'pairs.jsonl', '--out', 'trl'];
  const { code, stdout, stderr } = await runCli([...common, ...settings], { cwd: folder.path });
  expect(stderr).toContain('Note: TRL draws its own order of rows');
  expect(stdout).toContain('In that folder: trl dpo --config dpo.yaml');
  expect(code).toBe(0);
  const yaml = readFileSync(folder.join('trl', 'dpo.yaml'), 'utf8');
  // PyYAML takes 5e-7 for text.
  expect(yaml).toContain('learning_rate: 5.0e-7\n');
  expect(yaml).toContain(`model_name_or_path: ${JSON.stringify(folder.join('base'))}\n`);
  expect(JSON.parse(readFileSync(folder.join('trl', 'train.jsonl'), 'utf8').split('\n')[0] ?? '')).toEqual({
    prompt: '<|im_start|>user\n',
    chosen: 'What is 0+1?<|im_end|>',
    rejected: 'What 0?<|im_end|>',
  });
  expect((await runCli([...common, ...settings], { cwd: folder.path })).stderr).toContain('is not empty');
});

test('what TRL has no command for, and a prefix that is not known, are refused before a file is written', async () => {
  const model = folder.join('base');
  const out = folder.join('trl');
  await expect(exportTrl({ source: 'nano.difficulty-regressor', model, out })).rejects.toThrow(
    /TRL trains no regression/,
  );
  const dataFile = writeRows('pairs.jsonl', pairs);
  await expect(exportTrl({ source: 'qpo', model, dataFile, out })).rejects.toThrow(/template\.kind=raw/);
  await expect(exportTrl({ source: 'nano.grpo', out })).rejects.toThrow(/begins with a model in a folder/);
  expect(existsSync(out)).toBe(false);
  // A generator that was trained here knows its prefix.
  writeFileSync(
    folder.join('base', 'prefix.json'),
    JSON.stringify({ prefix: 'Q:', end: '</s>', prefixIds: [1], endIds: [2] }),
  );
  expect((await exportTrl({ source: 'qpo', model, dataFile, out })).rows).toBe(8);
});

test('a run folder is exported as it was trained, and what asks for another is refused', async () => {
  mkdirSync(folder.join('run'));
  const config = {
    ...findRecipe('qpo').makeConfig({
      run: 'r',
      seed: 3,
      steps: undefined,
      data: { file: 'data/train.jsonl', rows: 8, sha256: 'a'.repeat(64) },
      modelPath: folder.join('base'),
    }),
    template: { kind: 'raw', prefix: 'Q:', end: '</s>' },
    dpo: { beta: 0.1, loss: 'sigmoid', sftWeight: 1e-7 },
  };
  writeFileSync(folder.join('run', 'train.json'), JSON.stringify(config));
  mkdirSync(folder.join('run', 'data'));
  writeFileSync(folder.join('run', 'data', 'train.jsonl'), readFileSync(writeRows('pairs.jsonl', pairs)));
  const command = ['train', 'export-trl', 'run', '--out', 'trl'];
  for (const more of [
    ['--seed', '1'],
    ['--steps', '2'],
    ['--set', 'threads=2'],
    ['--data', 'pairs.jsonl'],
  ]) {
    const { code, stderr } = await runCli([...command, ...more], { cwd: folder.path });
    expect(stderr).toContain(`${more[0]} asks for another`);
    expect(code).toBe(2);
  }
  expect((await runCli(command, { cwd: folder.path })).code).toBe(0);
  const yaml = readFileSync(folder.join('trl', 'dpo.yaml'), 'utf8');
  expect(yaml).toContain('seed: 3\n');
  // PyYAML takes 1e-7 for text in a list, too.
  expect(yaml).toContain('loss_weights: [1, 1.0e-7]\n');
});
