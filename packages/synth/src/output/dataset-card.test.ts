import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runRecipe } from '../engine/run-recipe.ts';
import { hostileText, makeRun, testRecipe } from './__fixtures__/make-run.ts';
import { type CardDetails, renderDatasetCard, sizeCategory } from './dataset-card.ts';
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
  expect(card).toContain('| solver | not named | not said | respond |');
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
  expect(render({}, { unfinished })).toContain('Generator qwen gave 7 of the 1,200 rows');
  const stages = summary.stages.filter(({ stage }) => stage !== 'decontaminate');
  expect(render({}, { stages })).toContain('Nothing was: the recipe has no stage');
  expect(render({})).toContain('dropped 8 as contaminated');
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
