import { mkdirSync, writeFileSync } from 'node:fs';
import { defineBenchmark } from '@scalequest/datasets';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import type { Recipe } from '../engine/recipe.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { deepseekMathPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { readSeedQuestions } from '../stages/read-seed-questions.ts';
import { qftData } from './qft-data.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';

const seeds = defineBenchmark({
  ...{ name: 'seeds', title: 'Seeds', split: 'train', licence: 'MIT', citation: '', origins: [] },
  row: z.object({ question: z.string() }),
  parse: ({ question }, index) => ({ id: `seed-${index}`, problem: question, reference: '', meta: {} }),
});

test('a text for QFT is a question between the prefix and the ending of its generator, and rows end with the data set', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('data/benchmark/seeds'), { recursive: true });
  const lines = ['What is 1 + 1? ', '  ', 'And\n2 + 2?'].map((question) => `${JSON.stringify({ question })}\n`);
  writeFileSync(folder.join('data/benchmark/seeds/train.jsonl'), lines.join(''));
  const stage = readSeedQuestions({
    ...{ sources: { seeds }, prefix: deepseekMathPrefix },
    ...{ dataDir: folder.join('data'), cacheDir: folder.join('cache'), allowDownload: false },
  });
  const recipe: Recipe = {
    ...{ name: 'seeds', description: 'For a test.', stages: [stage], shardRows: 2 },
    generators: [{ name: 'seeds', accept: 'all', rows: 5 }],
  };
  await runRecipe({ recipe, folder: folder.join('run') });
  const { rows, drops } = await readOutcome(folder.join('run'));
  expect(drops).toEqual({ 'read: empty': 1, 'read: no-row': 2 });
  expect(rows.map(({ fields }) => fields)).toEqual([
    {
      question: 'What is 1 + 1?',
      text: 'User: What is 1 + 1?\n\n<｜end▁of▁sentence｜>',
      source: { dataset: 'seeds', id: 'seed-0' },
    },
    {
      question: 'And\n2 + 2?',
      text: 'User: And\n2 + 2?\n\n<｜end▁of▁sentence｜>',
      source: { dataset: 'seeds', id: 'seed-2' },
    },
  ]);
});

test.skipIf(dataDir === '')(
  'GSM8K and MATH give every question that they have (needs SCALEQUEST_DATA_DIR)',
  async () => {
    using folder = makeTemporaryFolder();
    const recipe = qftData({ dataDir, cacheDir: folder.join('cache') });
    const results = await runRecipe({ recipe, folder: folder.join('run') });
    expect(results.map(({ generator, accepted }) => [generator, accepted])).toEqual([
      ['gsm8k', 7473],
      ['math', 7498],
    ]);
    const { rows, drops } = await readOutcome(folder.join('run'));
    expect(drops).toEqual({});
    for (const { fields } of rows)
      expect(fields.text).toBe(`${qwen2Prefix.prefix}${String(fields.question)}<|im_end|>`);
  },
);
