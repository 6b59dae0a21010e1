import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runRecipe } from '../engine/run-recipe.ts';
import { hostileText, makeRun, testRecipe } from './__fixtures__/make-run.ts';
import { type CardDetails, renderDatasetCard, sizeCategory } from './dataset-card.ts';
import { hideLocal } from './hide-local.ts';
import { checkLicence } from './hub-licences.ts';
import { type RunSummary, readRunSummary } from './summarize-run.ts';
import type { DatasetConfig } from './write-dataset.ts';

let folder: TemporaryFolder;
let summary: RunSummary;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  await makeRun(folder.path, { run: runRecipe });
  summary = await readRunSummary(folder.path);
});
afterAll(() => folder[Symbol.dispose]());

const config: DatasetConfig = {
  ...{ name: 'default', rows: 190, bytes: 1, fileBytes: 1, files: ['data/train-00000-of-00001.parquet'] },
  columns: [{ name: 'id', type: 'text' }],
};
const render = (details: CardDetails, changes: Partial<RunSummary> = {}): string =>
  renderDatasetCard({ summary: { ...summary, ...changes }, configs: [config], examples: [], details });

test('the funnel of the card goes from the rows that were begun to those in the dataset, and every loss has its reason', () => {
  const card = render({});
  for (const { stage, rows, kept, dropped } of summary.stages) {
    const line = card.split('\n').find((each) => each.startsWith(`| ${stage} | ${rows} | ${kept} |`));
    for (const [reason, count] of Object.entries(dropped)) expect(line).toContain(`${reason} ${count}`);
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(rows - kept).toBe(lost);
  }
  expect(card).toContain('| **in the dataset** | | **190** |');
  expect(card).toContain('In the dataset: qwen 120, deepseek 70.');
});

test('tokens, prices, models and licences stand in it; what nobody said is said to be unknown', () => {
  const [asked] = summary.stages;
  const price = { currency: 'USD', input: 1e6, output: 2e6 };
  const card = render({
    models: { asker: { name: 'org/asker', licence: 'MIT', url: 'https://example.org/a b', price } },
  });
  const { requests, promptTokens, completionTokens } = asked?.usage ?? {
    requests: 0,
    promptTokens: 0,
    completionTokens: 0,
  };
  expect(requests).toBeGreaterThan(190);
  const cost = (promptTokens + 2 * completionTokens).toLocaleString('en-US');
  const [tokensIn, tokensOut] = [promptTokens, completionTokens].map((count) => count.toLocaleString('en-US'));
  expect(card).toContain(`| generate | asker | ${requests} | ${tokensIn} | ${tokensOut} | ${cost} USD |`);
  expect(card).toMatch(/\| respond \| solver \| .* \| not known \|/);
  expect(card).toContain('| asker | [org/asker](https://example.org/a%20b) | MIT | generate |');
  // The run knows by which name it asked.
  expect(card).toContain('| solver | solver | not said | respond |');
  expect(render({}, { identity: {} })).toContain('| solver | not named | not said | respond |');
  expect(render({})).not.toContain('not known');
  expect(card).toContain('No licence was given for this dataset.');
  expect(render({ licence: 'mit' })).toContain('license: "mit"');
});

test('a prompt is in the card by its hash only, and the digest is that of the recipe without its seed', async () => {
  const card = render({});
  expect(card).not.toContain('Please reason.');
  expect(card).toMatch(/- respond, prompt: `[0-9a-f]{64}`/);
  const other = folder.join('other');
  await makeRun(other, { run: runRecipe, recipe: { ...testRecipe, description: 'Another text.' } });
  const digest = /Recipe's digest: `(\w+)`/;
  expect(digest.exec(render({}, await readRunSummary(other)))?.[1]).toBe(digest.exec(card)?.[1]);
  expect(digest.exec(render({}, { identity: { ...summary.identity, window: 3 } }))?.[1]).not.toBe(
    digest.exec(card)?.[1],
  );
});

test('a run that is not at its end says so, and a recipe without a check for contamination too', () => {
  const unfinished = [{ generator: 'qwen', accepted: 7, wanted: 1200 }];
  const [, head] = render({}, { unfinished }).split('\n# ');
  expect(head?.split('\n## ')[0]).toContain(
    '**Not finished.** When this was written, generator qwen gave 7 of the 1,200',
  );
  const stages = summary.stages.filter(({ stage }) => stage !== 'decontaminate');
  expect(render({}, { stages })).toContain('Nothing was: the recipe has no stage');
  expect(render({})).toContain('dropped 8 as contaminated');
  const rewritten = {
    ...summary.stages.find(({ stage }) => stage === 'decontaminate'),
    stage: 'decontaminate-rewritten',
  };
  const twice = render({}, { stages: [...summary.stages, rewritten as (typeof summary.stages)[number]] });
  for (const stage of ['decontaminate', 'decontaminate-rewritten'])
    expect(twice).toContain(`Stage \`${stage}\` compared`);
});

test('what a run has cost, what it was compared with and what it began with stand in it, with licences', () => {
  const contamination = {
    ...{ stage: 'decontaminate', renumbered: false, notChecked: ['aime24'] },
    benchmarks: [
      {
        ...{ benchmark: 'gsm8k', problems: 1319, rowsSha256: 'x', problemsFound: 3, cleanShare: 0.99 },
        rowsDropped: { exact: 3, 'n-gram': 5 },
      },
    ],
  };
  const sources = { one: { dataset: 'math-train' }, two: { dataset: 'my own' } };
  const stages = [...(summary.identity.stages as readonly object[]), { stage: 'read', settings: { sources } }];
  const card = renderDatasetCard({
    ...{
      summary: { ...summary, identity: { ...summary.identity, stages } },
      examples: [],
      details: {},
      contaminations: [contamination],
    },
    ...{ configs: [config, { ...config, name: 'rejected' }], spent: { asker: 1234.5, solver: 0.001 } },
    madeWith: [
      { scalequest: '0.1.0', git: null },
      { scalequest: '0.2.0', git: 'abc' },
    ],
  });
  expect(card).toContain('| gsm8k | 1,319 | 3 | 8 | MIT (openai/grade-school-math) |');
  expect(card).toContain('**Not compared with: aime24.**');
  expect(card).toContain('Rows of the configuration `rejected` that an earlier stage dropped were not compared.');
  expect(card).toMatch(/\| one \| math-train \| MIT \(hendrycks\/math\).*\|\n\| two \| my own \| not known \|/);
  expect(card).toContain('- Made with scalequest 0.1.0\n- Made with scalequest 0.2.0, git abc\n');
  expect(card).toContain('1,234.5 (asker 1,234.5, solver \\<0.01)');
});

test('neither a path of the machine nor a name and password of an address leaves it', () => {
  const models = { asker: { name: '/home/me/models/qwen-asker' }, solver: { name: 'org/solver' } };
  const stages = [
    { stage: 'own', settings: { file: 'C:\\Users\\me\\list.txt', from: 'at https://me:pass@host/v1, or' } },
  ];
  const card = render({}, { identity: { models, stages }, description: 'Of ftp://me:pass@host/a.' });
  expect(card).not.toMatch(/\/home|:pass|Users/);
  expect(card).toContain('| asker | qwen-asker | not said | generate |');
  expect(card).toContain('| solver | org/solver |');
  for (const kept of ['"list.txt"', 'at https://host/v1, or', 'Of ftp://host/a.']) expect(card).toContain(kept);
  for (const text of [
    'a/b of c/d',
    '\\frac{1}{2} \\cdot 3',
    'x \\frac{1}{2}',
    '/classify',
    'org/model',
    '<|im_start|>user\n',
    'a@b',
  ])
    expect(hideLocal(text)).toBe(text);
});

test('a licence that the hub does not know is refused, with one that is like it', () => {
  expect(() => checkLicence('Apache 2.0')).toThrow('Close names: apache-2.0');
  for (const known of ['apache-2.0', 'cc-by-4.0', 'other']) checkLicence(known);
});

test('texts of a run cannot leave their place in the card', () => {
  const card = render(
    { title: hostileText, models: { asker: { name: '](javascript:x) | x\n# y' } } },
    {
      description: '<script>\n---\n# no',
    },
  );
  expect(card.split('\n').filter((line) => line === '---')).toHaveLength(2);
  expect(card).not.toMatch(/^# (no|y)/m);
  const [, body] = card.split('\n---\n');
  expect(body).not.toMatch(/(?<!\\)<(script|img)/);
  expect(body).toContain('\\<script\\>');
  const examples = [{ id: 'a/0', query: 'Look: ````json\n```` <b>' }];
  const shown = renderDatasetCard({ summary, configs: [config], examples, details: {} });
  expect(shown).toContain('\n`````json\n');
});

test.each([
  [0, 'n<1K'],
  [999, 'n<1K'],
  [1000, '1K<n<10K'],
  [999_999, '100K<n<1M'],
  [1_000_000, '1M<n<10M'],
  [2e12, 'n>1T'],
])('%i rows are of the size %s', (rows, size) => {
  expect(sizeCategory(rows)).toBe(size);
});
