import { readdirSync, readFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { startScriptedModels } from '../__fixtures__/scripted-models.ts';
import type { Recipe } from '../engine/recipe.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import * as synth from '../index.ts';
import { ownPrompts, type PromptName, type Prompts } from '../prompts/own-prompts.ts';
import { definePrompt, identifyPrompt } from '../prompts/prompt.ts';
import { deepseekCoderPrefix, deepseekMathPublishedPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { qftData } from './qft-data.ts';
import { qpoPairs } from './qpo-pairs.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { scalequestCode } from './scalequest-code.ts';
import { scalequestLongcot } from './scalequest-longcot.ts';
import { scalequestMath } from './scalequest-math.ts';
import { scalequestSimple } from './scalequest-simple.ts';

const give = (...names: readonly PromptName[]): Prompts => ({
  ...ownPrompts,
  ...Object.fromEntries(names.map((name) => [name, { ...ownPrompts[name], origin: 'given' as const }])),
});

const listStages = ({ stages }: Recipe): readonly (readonly [string, unknown])[] =>
  stages.map(({ name, settings }) => [name, settings]);

const sampling = (temperature: number, topP: number, maxTokens: number) => ({ temperature, topP, maxTokens, stop: [] });

test('the faithful form of scalequest-math is the paper, stage by stage', () => {
  const { generators, stages } = scalequestMath({ form: 'faithful' });
  expect(generators).toEqual([
    { name: 'qwen', accept: 'all', rows: 1_000_000 },
    { name: 'deepseek', accept: 'all', rows: 1_000_000 },
  ]);
  const { prefix, stop } = qwen2Prefix;
  const published = { prefix: deepseekMathPublishedPrefix.prefix, stop: deepseekMathPublishedPrefix.stop };
  expect(listStages({ stages } as Recipe)).toEqual([
    [
      'generate',
      {
        sampling: { temperature: 1, topP: 0.99, maxTokens: 512 },
        ...{ rowsPerRequest: 1, truncated: 'keep' },
        prefixes: { qwen: { prefix, stop }, deepseek: published },
      },
    ],
    ['language', { by: 'ascii' }],
    [
      'solvability',
      {
        ...{ role: 'judge', read: 'substring' },
        ...{ prompt: identifyPrompt(ownPrompts['judge-math']), sampling: sampling(0, 1, 2048) },
      },
    ],
    ['difficulty', { by: 'regressor', role: 'difficulty' }],
    ['sample', { dropEasiest: { deepseek: 0.31 } }],
    [
      'respond',
      {
        ...{ role: 'responder', samples: 5, samplesPerRequest: 5 },
        ...{ prompt: identifyPrompt(ownPrompts['solve-math']), sampling: sampling(0.7, 0.95, 2048) },
      },
    ],
    ['check', { answers: 'phrase', fuel: 100_000 }],
    ['reward', { role: 'reward' }],
    [
      'select',
      {
        ...{ by: 'reward', from: 'checks', requireAnswer: true, requireComplete: false },
        ...{ maxWrongEquations: 'any', minShare: 0 },
      },
    ],
  ]);
  // Of Qwen2-Math's questions the paper drops none for being easy.
  expect(stages.find(({ name }) => name === 'sample')?.generators).toEqual(['deepseek']);
});

test('the faithful form of qpo-pairs is the paper: 10,000 questions a generator, rewritten greedily', () => {
  const recipe = qpoPairs({ form: 'faithful' });
  expect(recipe.generators.map(({ name, rows }) => [name, rows])).toEqual([
    ['qwen', 10_000],
    ['deepseek', 10_000],
  ]);
  const stages = listStages(recipe);
  expect(stages.map(([name]) => name)).toEqual(['generate', 'rewrite', 'pairs']);
  expect(stages[0]?.[1]).toMatchObject({ sampling: { temperature: 1, topP: 0.99 }, truncated: 'keep' });
  expect(stages[1]?.[1]).toMatchObject({ solvabilityShare: 0.5, sampling: sampling(0, 1, 4096) });
});

test('pairs of programming tasks have the prompts and the prefix of code', () => {
  const stages = new Map(listStages(qpoPairs({ subject: 'code' })));
  expect(stages.get('rewrite')).toMatchObject({
    prompts: {
      solvability: identifyPrompt(ownPrompts['make-code-solvable']),
      difficulty: identifyPrompt(ownPrompts['make-code-harder']),
    },
  });
  expect(stages.get('generate')).toMatchObject({ prefixes: { deepseek: { prefix: deepseekCoderPrefix.prefix } } });
});

test('what the two forms of the others leave out is what docs/recipes.md says', () => {
  const name = (recipe: Recipe): readonly string[] => recipe.stages.map((stage) => stage.name);
  const faithful = ['generate', 'language', 'solvability', 'respond', 'check', 'reward', 'select'];
  const fixed = ['generate', 'language', 'duplicates', 'solvability', 'respond', 'check', 'reward', 'select'];
  for (const make of [scalequestSimple, scalequestLongcot]) {
    expect(name(make({ form: 'faithful' }))).toEqual(faithful);
    expect(name(make())).toEqual(fixed);
  }
  expect(name(scalequestCode({ form: 'faithful' }))).toEqual(faithful.filter((stage) => stage !== 'check'));
  expect(name(scalequestCode())).toEqual(
    fixed.flatMap((stage) => (stage === 'respond' ? ['tests', stage] : stage === 'check' ? ['run'] : [stage])),
  );
  const responds = scalequestLongcot().stages.find((stage) => stage.name === 'respond');
  expect(responds?.settings).toMatchObject({ sampling: sampling(0.7, 0.95, 16_384) });
  const counts = [scalequestSimple(), scalequestLongcot(), scalequestCode()].map(({ generators }) =>
    generators.map(({ accept }) => accept),
  );
  expect(counts).toEqual([[400_000], [150_000], [78_000, 78_000]]);
});

test.each<readonly [string, (options: RecipeOptions) => Recipe, readonly PromptName[]]>([
  ['scalequest-math', scalequestMath, ['judge-math', 'solve-math']],
  ['scalequest-simple', scalequestSimple, ['judge-math', 'solve-math']],
  ['scalequest-longcot', scalequestLongcot, ['judge-math', 'solve-math']],
  ['scalequest-code', scalequestCode, ['judge-code', 'answer-code']],
  ['qpo-pairs', qpoPairs, ['make-math-solvable', 'make-math-harder']],
])('%s says that it has our own prompts until a user has given all that it sends', (_name, make, sent) => {
  const form = 'faithful';
  expect(make({ form }).form).toBe('faithful (own prompts)');
  for (const one of sent) expect(make({ form, prompts: give(one) }).form).toBe('faithful (own prompts)');
  expect(make({ form, prompts: give(...sent) }).form).toBe('faithful (given prompts)');
  const decontamination = { data: { cacheDir: '/nowhere' } };
  expect(make({}).form).toBe('fixed, not decontaminated');
  expect(make({ decontamination }).form).toBe('fixed');
});

test('qft-data sends no prompt, and says of no other', () => {
  const cacheDir = '/nowhere';
  expect(qftData({ cacheDir, form: 'faithful' }).form).toBe('faithful');
  expect(qftData({ cacheDir }).form).toBe('fixed, not decontaminated');
  expect(qftData({ cacheDir, decontamination: { data: { cacheDir } } }).form).toBe('fixed');
});

test('a run does not go on with another text of a prompt, and says which one', async () => {
  using folder = makeTemporaryFolder();
  await using scripted = await startScriptedModels({ prefixes: { qwen: qwen2Prefix } });
  const make = (user: string): Recipe => {
    const prompt = definePrompt({ name: 'solve-math', version: 1, origin: 'given', user });
    return scalequestSimple({ prompts: { ...ownPrompts, 'solve-math': prompt }, accept: 'all', rows: 4 });
  };
  const run = (recipe: Recipe) => runRecipe({ recipe, folder: folder.path, models: scripted.models });
  await run(make('Solve it.\n{{question}}'));
  await run(make('Solve it.\n{{question}}'));
  await expect(run(make('Solve this.\n{{question}}'))).rejects.toMatchObject({
    code: 'RECIPE_CHANGED',
    message: expect.stringContaining("stage 'respond'.settings.prompt.sha256"),
  });
});

test('whatever the file of a recipe imports the package gives, so that a copy of it runs', () => {
  const here = new URL('.', import.meta.url);
  const types = readFileSync(new URL('../index.ts', here), 'utf8');
  const files = readdirSync(here).filter((file) =>
    /^(?:scalequest-\w+|qpo-pairs|qft-data|math-stages)\.ts$/.test(file),
  );
  expect(files.length).toBe(7);
  for (const file of files) {
    const source = readFileSync(new URL(file, here), 'utf8');
    for (const [, isType, names = ''] of source.matchAll(/^import (type )?\{([^}]*)\} from '\.[^']*';/gm)) {
      for (const name of names
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean)) {
        const isTypeName = isType !== undefined || name.startsWith('type ');
        const plain = name.replace(/^type /, '');
        const isGiven = isTypeName ? new RegExp(`\\b${plain}\\b`).test(types) : Object.hasOwn(synth, plain);
        expect(isGiven, `${plain} of ${file}`).toBe(true);
      }
    }
  }
});

test('a generator of another family is asked with its own prefix, and the others with theirs', () => {
  const own = { ...qwen2Prefix, name: 'mine', prefix: '[INST] ', ending: '</s>', stop: ['</s>'] };
  for (const make of [scalequestMath, scalequestSimple, scalequestLongcot, scalequestCode]) {
    const [first] = listStages(make({ prefixes: { qwen: own } }));
    const [, usual] = listStages(make())[0] ?? [];
    const { prefixes: others } = usual as { readonly prefixes: Readonly<Record<string, unknown>> };
    expect(first).toEqual([
      'generate',
      expect.objectContaining({ prefixes: { ...others, qwen: { prefix: '[INST] ', stop: ['</s>'] } } }),
    ]);
  }
});
