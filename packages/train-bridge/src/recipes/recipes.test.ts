import { createRandom } from '@scalequest/core';
import { readWordProblem } from '@scalequest/datasets/embedded';
import { expect, test } from 'vitest';
import { type PreferenceRow, rowSchemas, type ScoredRow } from '../config/train-row.ts';
import { findRecipe, recipes } from './find-recipe.ts';
import { nanoDifficultyRegressor } from './nano-difficulty-regressor.ts';
import { nanoRewardModel } from './nano-reward-model.ts';
import type { GeneratedRecipe } from './recipe.ts';

const generated = [...recipes.values()].filter(
  (recipe): recipe is GeneratedRecipe => recipe.rows === 'generated' && recipe.name !== 'nano.solver',
);

test.each(generated)(
  '$name makes rows that its kind takes: as many as asked, each with its id, the same for the same seed',
  (recipe) => {
    const count = recipe.countRows(5);
    const rows = [...recipe.makeRows({ seed: 3, count })];
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
    for (const row of rows) expect(rowSchemas[recipe.kind].parse(row)).toEqual(row);
    expect([...recipe.makeRows({ seed: 3, count })]).toEqual(rows);
    expect([...recipe.makeRows({ seed: 4, count })]).not.toEqual(rows);
  },
);

test('the figures of the paper stand in the recipes', () => {
  const data = { file: 'data/train.jsonl', rows: 15_000, sha256: 'a'.repeat(64) };
  const configure = (name: string): unknown =>
    findRecipe(name).makeConfig({ run: 'r', seed: 0, steps: undefined, data, modelPath: '/m' });
  expect(configure('qft')).toMatchObject({
    maxTokens: 256,
    batchSize: 32,
    epochs: 1,
    packing: true,
    optimizer: { learningRate: 2e-5 },
    schedule: { kind: 'cosine', warmupShare: 0.03 },
  });
  expect(configure('qpo')).toMatchObject({
    maxTokens: 1024,
    batchSize: 128,
    epochs: 1,
    dpo: { beta: 0.1, loss: 'sigmoid' },
    optimizer: { learningRate: 5e-7 },
    schedule: { kind: 'cosine', warmupSteps: 20 },
    evaluation: { rows: 100 },
  });
  expect(configure('student-sft')).toMatchObject({ epochs: 3, maxTokens: 4096, batchSize: 64, promptWeight: 0 });
  expect(configure('student-sft.dart-math')).toMatchObject({ epochs: 1, optimizer: { learningRate: 5e-5 } });
});

test('of a pair the rejected reply is that of another problem, as long and with as many people', () => {
  const rows = [...nanoRewardModel.makeRows({ seed: 0, count: 300 })] as PreferenceRow[];
  const countLines = (text: string): number => text.split('\n').length;
  const isSameLength = rows.filter(({ chosen, rejected }) => countLines(chosen) === countLines(rejected)).length;
  expect(isSameLength / rows.length).toBeGreaterThan(0.5);
  // Neither side can be told by its length alone.
  const [longer, shorter] = [1, -1].map(
    (sign) => rows.filter(({ chosen, rejected }) => sign * (chosen.length - rejected.length) > 0).length,
  ) as [number, number];
  expect(Math.abs(longer - shorter) / rows.length).toBeLessThan(0.15);
});

test('the difficulty of a word problem is what the oracle counts, from 0 to 1', () => {
  const rows = [...nanoDifficultyRegressor.makeRows({ seed: 0, count: 200 })] as ScoredRow[];
  expect(new Set(rows.map(({ target }) => target)).size).toBe(4);
  for (const { prompt, target } of createRandom('look').shuffle(rows).slice(0, 50)) {
    const reading = readWordProblem(prompt);
    expect(reading.kind === 'solvable' ? (reading.steps - 1) / 3 : undefined).toBe(target);
  }
});

test('a name that there is not is refused with the close ones', () => {
  expect(() => findRecipe('student_sft')).toThrow(/'student_sft' is not known.*student-sft/s);
});
