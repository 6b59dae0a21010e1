import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRecipe } from '../recipes/find-recipe.ts';
import { pythonFolder } from '../worker-files.ts';
import { applySettings, parseSetting, type TrainSettings, unhashedKeys } from './apply-settings.ts';
import { listConfigKeys } from './config-keys.ts';
import type { TrainConfig } from './train-config.ts';

const data = { file: 'data/train.jsonl', rows: 1000, sha256: 'a'.repeat(64) };

function configure(name: string): TrainConfig {
  return findRecipe(name).makeConfig({ run: 'r', seed: 0, steps: undefined, data, modelPath: '/models/base' });
}

function set(settings: TrainSettings, recipe = 'qpo'): TrainConfig {
  return applySettings(configure(recipe), settings);
}

test('a setting is a key and JSON, or else a text', () => {
  expect(parseSetting('optimizer.learningRate=1e-5')).toEqual(['optimizer.learningRate', 1e-5]);
  expect(parseSetting('activationCheckpointing=false')).toEqual(['activationCheckpointing', false]);
  expect(parseSetting('device=cpu')).toEqual(['device', 'cpu']);
  expect(parseSetting('template.prefix=a=b')).toEqual(['template.prefix', 'a=b']);
  expect(() => parseSetting('learningRate')).toThrow(/has no form KEY=VALUE/);
});

test('settings are put over the recipe at any depth, and null takes an optional part away', () => {
  const config = set({ 'optimizer.learningRate': 1e-6, 'dpo.sftWeight': 1, evaluation: null });
  expect(config).toMatchObject({ optimizer: { learningRate: 1e-6, weightDecay: 0 }, dpo: { beta: 0.1, sftWeight: 1 } });
  expect(config).not.toHaveProperty('evaluation');
});

test('another kind of a part begins anew, and of two ways to say a thing the set one stays', () => {
  const raw = { 'template.prefix': 'User:', 'template.kind': 'raw', 'template.end': '</s>' };
  expect(set(raw).template).toEqual({ kind: 'raw', prefix: 'User:', end: '</s>' });
  expect(set({ 'schedule.warmupShare': 0.1 }).schedule).toEqual({ kind: 'cosine', warmupShare: 0.1, finalShare: 0 });
});

test('a key that there is not is refused with the close ones', () => {
  expect(() => set({ 'optimizer.learningrate': 1 })).toThrow(
    /A training of kind dpo has no setting 'optimizer.learningrate'.*optimizer\.learningRate/s,
  );
  expect(() => set({ promptWeight: 0 })).toThrow(/kind dpo has no setting 'promptWeight'/);
});

test('a value that the schema does not take is refused with its key', () => {
  expect(() => set({ 'optimizer.learningRate': 'fast' })).toThrow(/Setting 'optimizer.learningRate' is "fast"/);
  expect(() => set({ batchSize: 1.5 })).toThrow(/Setting 'batchSize' is 1.5/);
  expect(() => set({ 'dpo.loss': 'magic' })).toThrow(/'dpo.loss'/);
  expect(() => set({ 'evaluation.rows': 5 }, 'qft')).toThrow(/at 'evaluation.everySteps'/);
});

test('weights are split where that can be done', () => {
  expect(set({ sharding: 'full' }).sharding).toBe('full');
  expect(() => set({ sharding: 'full' }, 'grpo')).toThrow(
    /Setting 'sharding' is "full".*'grpo' trains in one process/s,
  );
  const optimizer = { kind: 'muon', learningRate: 0.01, weightDecay: 0, beta2: 0.95 };
  expect(() => set({ sharding: 'full', optimizer })).toThrow(/'muon' needs each matrix whole/);
});

test.each(['version', 'kind', 'run', 'seed', 'maxSteps', 'data.file'])('%s cannot be set', (key) => {
  expect(() => set({ [key]: 1 })).toThrow(/cannot be set/);
});

test('the keys of a kind are those of its schema', () => {
  expect(listConfigKeys('grpo')).toEqual(
    expect.arrayContaining(['optimizer.learningRate', 'grpo.verifier.deadlineSeconds', 'template.prefix']),
  );
  expect(listConfigKeys('grpo')).not.toContain('dpo.beta');
});

test('the worker has the same list of what changes no weights', () => {
  const source = readFileSync(join(pythonFolder, 'sq_train', 'config.py'), 'utf8');
  const [, list = ''] = /UNHASHED = \(([^)]*)\)/.exec(source) ?? [];
  expect(new Set([...list.matchAll(/"(\w+)"/g)].map(([, name]) => name))).toEqual(unhashedKeys);
});

test('a name that every object has is a wrong key like any other, and changes no object', () => {
  for (const key of [
    '__proto__.x',
    'optimizer.__proto__.x',
    'constructor.x',
    'optimizer.constructor.x',
    'optimizer.__proto__',
  ]) {
    expect(() => set({ [key]: 1 })).toThrow(/has no setting/);
  }
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('the model that is trained is not set: only that of --model is hashed for the lineage', () => {
  const load = { kind: 'load', path: '/models/other' };
  for (const settings of [{ 'model.path': '/models/other' }, { 'model.kind': 'new' }, { model: load }])
    expect(() => set(settings)).toThrow(/'model.*' cannot be set.*--model/s);
  expect(() => set({ model: load }, 'nano.solver')).toThrow(/'model' cannot be set/);
  expect(set({ 'model.layers': 3 }, 'nano.solver').model).toMatchObject({ kind: 'new', layers: 3 });
});
