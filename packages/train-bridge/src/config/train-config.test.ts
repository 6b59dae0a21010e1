import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipes } from '../recipes/find-recipe.ts';
import { configSchemaFile, configTypesFile } from '../worker-files.ts';
import { makeConfigJsonSchema } from './config-json-schema.ts';
import { makeConfigPython } from './config-python.ts';
import { trainConfigSchema } from './train-config.ts';

const data = { file: 'data/train.jsonl', rows: 10, sha256: 'a'.repeat(64) };

test('the schema and the types of the worker are those that zod gives', () => {
  // To write it again: node packages/train-bridge/scripts/write-config-schema.mjs
  expect(readFileSync(configSchemaFile, 'utf8')).toBe(makeConfigJsonSchema());
  expect(readFileSync(configTypesFile, 'utf8')).toBe(makeConfigPython());
});

test.each([...recipes.values()])('$name makes a configuration that the schema takes', (recipe) => {
  const modelPath = recipe.model === 'new' ? undefined : '/models/base';
  for (const steps of [1, 7, recipe.rows === 'generated' ? recipe.steps : undefined]) {
    const config = recipe.makeConfig({ run: 'r', seed: 0, steps, data, modelPath });
    expect(trainConfigSchema.parse(config)).toEqual(config);
  }
});

test('unknown keys, wrong types and a version of the future are refused, at every depth', () => {
  const good = recipes.get('nano.solver')?.makeConfig({ run: 'r', seed: 0, steps: 5, data, modelPath: undefined });
  for (const bad of [
    { ...good, learningRate: 1 },
    { ...good, optimizer: { ...good?.optimizer, momentum: 0.9 } },
    { ...good, seed: '0' },
    { ...good, version: 2 },
    { ...good, keepCheckpoints: 1 },
  ]) {
    expect(trainConfigSchema.safeParse(bad).success).toBe(false);
  }
});
