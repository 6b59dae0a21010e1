import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEmbeddedModelPath } from '@scalequest/models';
import { exportForms, exportRows, type Fields, type Recipe, runRecipe } from '@scalequest/synth';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { pythonFolder, rowSchemas } from '@scalequest/train-bridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testPython } from './support/test-python.ts';

if (testPython === undefined) console.log('Skipped: SCALEQUEST_TEST_PYTHON names no Python with torch and TRL.');

const responses = ['It is 2.', 'It is 3.', 'No idea.'].map((text) => ({ text, finishReason: 'stop' }));
const whole: Fields = {
  ...{ question: 'What is 1+1?', rewritten: 'What is 1+1+1?', direction: 'difficulty', difficulty: 0.25 },
  ...{ responses, rewards: [0.5, 2.5, -1], response: 'It is 3.', answer: '3' },
};
/** Rows of which some forms can make nothing. */
const rows: readonly Fields[] = [
  ...Array.from({ length: 6 }, (_, i) => ({ ...whole, question: `What is ${i}+1?` })),
  { ...whole, rewritten: whole.question as string },
  { ...whole, rewards: [1, 1, 1] },
  { ...whole, answer: null },
  { ...whole, question: 'half \ud83d' },
];

const recipe: Recipe = {
  name: 'exports',
  description: 'Rows of a test.',
  generators: [{ name: 'one', accept: 'all', rows: rows.length }],
  stages: [
    {
      order: 'free',
      ...{ name: 'own', version: 1, settings: {}, needs: [], gives: Object.keys(whole) },
      open: async () => ({
        judge: async (shard: { readonly rows: readonly { readonly index: number }[] }) =>
          shard.rows.map(({ index }) => ({ keep: rows[index] ?? {} })),
      }),
    },
  ],
};

const template = { prefix: '<|im_start|>user\n', end: '<|im_end|>' };
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  await runRecipe({ recipe, folder: folder.join('run') });
});
afterAll(() => folder[Symbol.dispose]());

async function exportForm(form: keyof typeof exportForms) {
  const out = folder.join(`${form}.jsonl`);
  const { skipped } = await exportRows({ run: folder.join('run'), out, form, template, overwrite: true });
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  return { skipped, rows: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test.each([
  ['sft', 'sft', { prompt: 'What is 0+1?', reply: 'It is 3.' }, {}],
  ['qft', 'sft', { question: 'What is 0+1?' }, {}],
  ['qpo', 'dpo', { chosen: 'What is 1+1+1?', rejected: 'What is 0+1?' }, { unchanged: 1 }],
  [
    'preference',
    'reward',
    { prompt: 'What is 0+1?', chosen: 'It is 3.', rejected: 'No idea.' },
    { 'no-better-response': 1 },
  ],
  ['regression', 'regression', { prompt: 'What is 0+1?', target: 0.25 }, {}],
  ['grpo', 'grpo', { prompt: 'What is 0+1?', answer: '3' }, { 'no-answer': 1 }],
] as const)(
  "'%s' gives rows that a training of kind '%s' takes, and says of which it made none",
  async (form, kind, first, skipped) => {
    const exported = await exportForm(form);
    expect(exported.rows[0]).toEqual({ id: 'one/0', ...first });
    for (const row of exported.rows) expect(rowSchemas[kind].parse(row)).toEqual(row);
    expect(exported.skipped).toEqual({ ...skipped, 'half-character': 1 });
    const lost = Object.values(exported.skipped).reduce((sum, count) => sum + count, 0);
    expect(exported.rows.length + lost).toBe(rows.length);
  },
);

test.skipIf(testPython === undefined)(
  'TRL trains a step on each form of its own, and the loader of scalequest train reads each of the others',
  async () => {
    const forms = Object.keys(exportForms) as (keyof typeof exportForms)[];
    for (const form of forms) await exportForm(form);
    const script = join(import.meta.dirname, 'support', 'train-synth-exports.py');
    const output = execFileSync(testPython as string, [script, getEmbeddedModelPath(), folder.path, ...forms], {
      env: {
        ...process.env,
        PYTHONPATH: pythonFolder,
        HF_HOME: folder.join('hf'),
        HF_HUB_OFFLINE: '1',
        OMP_NUM_THREADS: '1',
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    const [prompt, chosen, rejected] = ['What is 0+1?', 'It is 3.', 'No idea.'];
    const user = [{ role: 'user', content: prompt }];
    const assistant = (content: string) => [{ role: 'assistant', content }];
    const trained = { steps: 1, hasChanged: true };
    expect(told).toEqual({
      'trl-sft': { ...trained, rows: 9, first: { messages: [...user, ...assistant(chosen)] } },
      'trl-qft': { ...trained, rows: 9, first: { text: '<|im_start|>user\nWhat is 0+1?<|im_end|>' } },
      'trl-qpo': {
        ...{ ...trained, rows: 8 },
        first: { prompt: template.prefix, chosen: 'What is 1+1+1?<|im_end|>', rejected: 'What is 0+1?<|im_end|>' },
      },
      'trl-dpo': {
        ...{ ...trained, rows: 8 },
        first: { prompt: user, chosen: assistant(chosen), rejected: assistant(rejected) },
      },
      'trl-grpo': { ...trained, rows: 8, first: { prompt: user, answer: '3' } },
      ...{
        sft: { rows: 9, row: 'ChatRow' },
        qft: { rows: 9, row: 'QuestionRow' },
        qpo: { rows: 8, row: 'PreferenceRow' },
      },
      ...{ preference: { rows: 8, row: 'PreferenceRow' }, regression: { rows: 9, row: 'ScoredRow' } },
      grpo: { rows: 8, row: 'AnswerRow' },
    });
  },
  300_000,
);

test('a form that the rows cannot have, one without its template and a file that is there are refused, and nothing is written', async () => {
  const run = folder.join('bare');
  const bare = recipe.stages.map((stage) => ({
    ...stage,
    gives: ['question'],
    open: async () => ({
      judge: async (shard: { readonly rows: readonly unknown[] }) =>
        shard.rows.map(() => ({ keep: { question: 'q' } })),
    }),
  })) as Recipe['stages'];
  await runRecipe({ recipe: { ...recipe, stages: bare }, folder: run });
  const out = folder.join('bare.jsonl');
  const sft = exportRows({ run, out, form: 'sft' });
  await expect(sft).rejects.toMatchObject({ code: 'FIELDS_MISSING', kind: 'request' });
  await expect(sft).rejects.toThrow("'one/0' has no 'response'");
  await expect(sft).rejects.toThrow('can be: qft, trl-qft.');
  await expect(exportRows({ run, out, form: 'trl-qft' })).rejects.toThrow('none was given');
  await expect(exportRows({ run, out, form: 'csv' as 'sft' })).rejects.toThrow('There are: sft, qft');
  expect(existsSync(out)).toBe(false);
  await exportRows({ run, out, form: 'qft' });
  await expect(exportRows({ run, out, form: 'qft' })).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
