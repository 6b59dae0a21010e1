import { readFileSync, writeFileSync } from 'node:fs';
import { createRandom } from '@scalequest/core';
import { type Benchmark, defineBenchmark } from '@scalequest/datasets';
import { type ModelServerOptions, makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { drawQuestion, drawSentences, startScriptedModels } from '../__fixtures__/scripted-models.ts';
import type { Recipe } from '../engine/recipe.ts';
import { formatRowId } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { writeDataset } from '../output/write-dataset.ts';
import { deepseekMathPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { reportContamination } from '../stages/report-contamination.ts';
import { qftData } from './qft-data.ts';
import { qpoPairs } from './qpo-pairs.ts';
import { scalequestMath } from './scalequest-math.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';
if (dataDir === '') process.stderr.write('qft-data is not decontaminated: SCALEQUEST_DATA_DIR names no data folder.\n');

const words =
  'the a this some that one of with from to for in on river garden kitchen letter train winter bread window lamp story song horse island tower morning friend carpenter is was has will finds writes opens carries sings paints mends';

/** A question that shares no thirteen words with another. */
function draw(seed: number): string {
  const random = createRandom(`told/${seed}`);
  const told = random.shuffle(words.split(' ')).slice(0, 30).join(' ');
  const [a, b] = [random.integer({ min: 10, max: 99 }), random.integer({ min: 10, max: 99 })];
  return `[sound ${a}+${b}] Ann has ${a} marbles, and finds ${b} more. She is told: ${told}. How many marbles has she now?`;
}

const [kept, long, cited, cased] = [draw(1), draw(2), draw(3), draw(4)];

/** A benchmark of one's own in a data folder. */
function defineOwn(folder: string): Benchmark {
  const file = `${folder}/own.jsonl`;
  const problems = { long, cited, cased, elsewhere: draw(5) };
  const lines = Object.entries(problems).map(([id, problem]) => `${JSON.stringify({ id, problem })}\n`);
  writeFileSync(file, lines.join(''));
  return defineBenchmark({
    ...{ name: 'own', title: 'Own', split: 'test', licence: 'MIT', citation: '', origins: [], file },
    row: z.object({ id: z.string(), problem: z.string() }),
    parse: ({ id, problem }) => ({ id, problem, reference: '', meta: {} }),
  });
}

/** What a generator asks for each of the samples of its one request. */
const ask = (list: readonly string[]): ModelServerOptions => ({
  reply: ({ choice }) => `${list[choice] ?? ''}<|im_end|>`,
});

const planted = [
  kept,
  long,
  `Here is an exercise from a contest. ${cited} Show your work.`,
  cased.toUpperCase().replace('[SOUND', '[sound'),
  // Two that repeat the first: as it is, and with another word.
  `${kept}  `,
  kept.replace('marbles', 'pebbles'),
];

test('test questions among those of a generator are in no dataset of the fixed form, and its card says what was compared', async () => {
  using folder = makeTemporaryFolder();
  const benchmark = defineOwn(folder.path);
  const others = { qwen: ask(planted), deepseek: { reply: () => '' } };
  await using scripted = await startScriptedModels({
    ...{ prefixes: { qwen: qwen2Prefix, deepseek: deepseekMathPrefix }, others },
  });
  const scale = { accept: 'all', rows: planted.length } as const;
  const decontamination = { data: { cacheDir: folder.path }, benchmarks: [benchmark] };
  const run = async (name: string, recipe: Recipe): Promise<string> => {
    const run = folder.join(name);
    await runRecipe({ recipe, folder: run, models: scripted.models });
    await writeDataset({ run, out: folder.join(`${name}-dataset`), overwrite: true });
    return readFileSync(folder.join(`${name}-dataset/README.md`), 'utf8');
  };

  const card = await run('checked', scalequestMath({ ...scale, decontamination }));
  const { rows, drops } = await readOutcome(folder.join('checked'));
  expect(rows.map(({ fields }) => fields.question)).toEqual([kept]);
  expect(drops).toEqual({
    'decontaminate: contaminated': 3,
    'duplicates: exact-duplicate': 1,
    'duplicates: near-duplicate': 1,
    'generate: empty': planted.length,
  });
  const found = await reportContamination(folder.join('checked'));
  expect(found?.benchmarks).toMatchObject([{ benchmark: 'own', problemsFound: 3 }]);
  expect(found?.benchmarks[0]?.rowsDropped).toEqual({ exact: 2, '13-gram': 1 });
  expect(card).toContain('`scalequest-math` (fixed) of ScaleQuest');
  expect(card).toMatch(/`decontaminate` compared 4 rows .* dropped 3 as contaminated/);
  expect(card).toContain('"benchmark": "own"');

  const unchecked = await run('unchecked', scalequestMath(scale));
  expect((await readOutcome(folder.join('unchecked'))).rows.length).toBe(4);
  expect(unchecked).toContain('(fixed, not decontaminated)');
  expect(unchecked).toContain('Nothing was: the recipe has no stage that compares rows');
});

test('pairs for QPO hold no test question, no other language and no rewriting twice, on either side', async () => {
  using folder = makeTemporaryFolder();
  const decontamination = { data: { cacheDir: folder.path }, benchmarks: [defineOwn(folder.path)] };
  const foreign = drawQuestion('qwen', 6, ['foreign']).text;
  const [learned, translated, same, again] = [draw(7), draw(8), draw(9), draw(10)];
  const stock = `A farmer has two fields. ${drawSentences(createRandom('stock'))} How many apples are there?`;
  const made: Readonly<Record<string, string>> = {
    [learned]: `Consider this. ${long} Prove it.`,
    [translated]: foreign,
    [same]: stock,
    [again]: stock.toUpperCase(),
  };
  const rewriter: ModelServerOptions = {
    reply: ({ text }) => {
      const question = /\[(?:sound|foreign) [^\n]*/.exec(text)?.[0] ?? '';
      return `<final_question>${made[question] ?? `${question} Give the sum of both too.`}</final_question>`;
    },
  };
  const asked = [kept, long, foreign, learned, translated, same, again, `${kept} `];
  await using scripted = await startScriptedModels({
    ...{ prefixes: { qwen: qwen2Prefix }, others: { qwen: ask(asked), rewriter } },
  });
  const scale = { rows: asked.length, prefixes: { qwen: qwen2Prefix } };
  const recipe = qpoPairs({ ...scale, decontamination });
  await runRecipe({ recipe, folder: folder.join('fixed'), models: scripted.models });
  const { rows, drops } = await readOutcome(folder.join('fixed'));
  expect(drops).toEqual({
    'language: not-english': 1,
    'duplicates: exact-duplicate': 1,
    'decontaminate: contaminated': 1,
    'language-rewritten: not-english': 1,
    'duplicates-rewritten: exact-duplicate': 1,
    'decontaminate-rewritten: contaminated': 1,
  });
  expect(rows.map(({ fields }) => fields.rejected)).toEqual([kept, same]);
  expect(rows.map(formatRowId)).toEqual(['qwen/0', 'qwen/5']);
  await writeDataset({ run: folder.join('fixed'), out: folder.join('dataset') });
  const card = readFileSync(folder.join('dataset/README.md'), 'utf8');
  for (const stage of ['decontaminate', 'decontaminate-rewritten'])
    expect(card).toContain(`Stage \`${stage}\` compared`);
});

test.skipIf(dataDir === '')(
  'the fixed form of qft-data leaves out what is in a test set too (needs SCALEQUEST_DATA_DIR)',
  async () => {
    using folder = makeTemporaryFolder();
    const data = { dataDir, cacheDir: folder.join('cache'), allowDownload: false };
    const recipe = qftData({ ...data, decontamination: { data } });
    await runRecipe({ recipe, folder: folder.join('run') });
    const { rows, drops } = await readOutcome(folder.join('run'));
    expect(drops['decontaminate: contaminated']).toBeGreaterThan(0);
    expect(rows.length + (drops['decontaminate: contaminated'] ?? 0)).toBe(14_971);
  },
);
