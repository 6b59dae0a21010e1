import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRandom } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { type CaseEnd, scriptedCases } from '../__fixtures__/scripted-cases.ts';
import { answerScripted, readScripted, startScriptedModels } from '../__fixtures__/scripted-models.ts';
import { readManifest } from '../engine/manifest.ts';
import { type Fields, formatRowId } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { deepseekMathPrefix, deepseekMathPublishedPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import type { RecipeForm } from './recipe-options.ts';
import { scalequestMath } from './scalequest-math.ts';

const rows = 120;
/** Of 32 rows, cut at the ends of three shards of 40. */
const groups = 6;

function* readLines(
  folder: string,
  stage: string,
  kind: string,
): Generator<{ id: string; line: Record<string, unknown> }> {
  for (const file of readdirSync(`${folder}/shards/${stage}`)
    .filter((name) => name.endsWith(`.${kind}.jsonl.gz`))
    .sort()) {
    const generator = file.slice(0, file.lastIndexOf('-'));
    for (const text of gunzipSync(readFileSync(`${folder}/shards/${stage}/${file}`))
      .toString()
      .trimEnd()
      .split('\n')) {
      const line = JSON.parse(text) as Record<string, unknown>;
      yield { id: `${generator}/${String(line.index)}`, line };
    }
  }
}

describe.each<RecipeForm>(['faithful', 'fixed'])('the form %s', (form) => {
  test('does with each question what the script of the servers implies, and the counts at every stage are those', async () => {
    using folder = makeTemporaryFolder();
    const deepseek = form === 'faithful' ? deepseekMathPublishedPrefix : deepseekMathPrefix;
    await using scripted = await startScriptedModels({ prefixes: { qwen: qwen2Prefix, deepseek } });
    const recipe = scalequestMath({ form, accept: 'all', rows, shardRows: 40 });
    const results = await runRecipe({ recipe, folder: folder.path, seed: 5, models: scripted.models });
    const { drops, rows: accepted } = await readOutcome(folder.path);
    const questions = [...readLines(folder.path, 'generate', 'kept')].map(
      ({ id, line }) => [id, String((line.fields as Fields).question)] as const,
    );
    const sampledOut = new Set([...readLines(folder.path, 'sample', 'dropped')].map(({ id }) => id));
    const expected: Record<string, number> = {};
    const count = (name: string): void => {
      expected[name] = (expected[name] ?? 0) + 1;
    };
    const chosen = new Map<string, number>();
    for (const [id, question] of questions) {
      const end: CaseEnd = scriptedCases[readScripted(question).name].ends[form];
      const isBeforeSample =
        !('position' in end) &&
        (form === 'faithful' ? /language|solvability/.test(end.stage) : /language|solvability|respond/.test(end.stage));
      if (!isBeforeSample && sampledOut.has(id)) count('sample: over-represented');
      else if ('position' in end) chosen.set(id, end.position);
      else count(`${end.stage}: ${end.drop}`);
    }
    // What never became a question is in no file of kept rows.
    for (const name of ['empty-question', 'cut-question'] as const) {
      const end: CaseEnd = scriptedCases[name].ends[form];
      if (!('position' in end) && end.stage === 'generate')
        expected[`generate: ${end.drop}`] = scripted.asked.get(name) ?? 0;
    }
    expect(drops).toEqual(expected);
    expect([...scripted.asked.values()].reduce((sum, one) => sum + one, 0)).toBe(2 * rows);
    expect(accepted.map(formatRowId).sort()).toEqual([...chosen.keys()].sort());
    for (const row of accepted) {
      const { fields } = row;
      const id = formatRowId(row);
      const asked = readScripted(String(fields.question));
      const position = chosen.get(id) ?? -1;
      expect(fields.selected, `${id} ${asked.name}`).toMatchObject({
        position,
        by: form === 'faithful' ? 'reward' : 'both',
      });
      expect(fields.response).toBe(answerScripted(asked)[position]?.text);
      if (form === 'fixed') expect(Number(fields.answer)).toBe(asked.sum);
    }
    expect(results.reduce((sum, one) => sum + one.accepted, 0)).toBe(accepted.length);
    expect([...sampledOut].every((id) => id.startsWith('deepseek/'))).toBe(true);
    // Five answers come from one request, and every request's tokens are counted.
    const servers = scripted.servers;
    const requests: Record<string, number> = {};
    const tokens: Record<string, number> = {};
    let respondedRows = 0;
    for await (const { stage, rows: count, usage } of readManifest(folder.path)) {
      if (stage === 'respond') respondedRows += count;
      requests[stage] = (requests[stage] ?? 0) + (usage?.requests ?? 0);
      tokens[stage] = (tokens[stage] ?? 0) + (usage?.promptTokens ?? 0);
    }
    expect(servers.responder?.getStatistics().requests).toBe(respondedRows);
    // One request for each place of the faithful form, and one for each group of the fixed one; two canaries before the run.
    expect(requests.generate).toBe(form === 'faithful' ? 2 * rows : 2 * groups);
    expect(requests.reward).toBe((servers.reward?.getStatistics().byStatus['200'] ?? 0) - 2);
    const asking = ['generate', 'solvability', 'respond', 'reward', ...(form === 'faithful' ? ['difficulty'] : [])];
    for (const stage of asking) expect(tokens[stage], stage).toBeGreaterThan(0);
    // Every case came up.
    expect(Object.keys(expected).length).toBe(form === 'faithful' ? 7 : 14);
  });
});

test('the fixed form makes as many rows of each generator as are wanted, with 32 questions a request', async () => {
  using folder = makeTemporaryFolder();
  await using scripted = await startScriptedModels({ prefixes: { qwen: qwen2Prefix, deepseek: deepseekMathPrefix } });
  const recipe = scalequestMath({ accept: { qwen: 12, deepseek: 8 }, shardRows: 64 });
  const results = await runRecipe({ recipe, folder: folder.path, models: scripted.models });
  const asked: Record<string, number> = {};
  const passed: Record<string, number> = {};
  for await (const { stage, generator, rows: count, kept } of readManifest(folder.path)) {
    if (stage === 'generate') asked[generator] = (asked[generator] ?? 0) + count;
    if (stage === 'select') passed[generator] = (passed[generator] ?? 0) + kept;
  }
  expect(results).toEqual([
    { generator: 'qwen', accepted: 12, rows: asked.qwen, isComplete: true },
    { generator: 'deepseek', accepted: 8, rows: asked.deepseek, isComplete: true },
  ]);
  for (const { generator, accepted, rows } of results) {
    expect(passed[generator]).toBeGreaterThanOrEqual(accepted);
    expect(scripted.servers[generator]?.getStatistics().requests).toBe(rows / 32);
  }
});

test('each form has the settings of its source, and says whose prompts it has', () => {
  const faithful = scalequestMath({ form: 'faithful' });
  const fixed = scalequestMath();
  expect(faithful.form).toBe('faithful (own prompts)');
  expect(fixed.form).toBe('fixed, not decontaminated');
  const checked = scalequestMath({ decontamination: { data: { cacheDir: '/nonexistent' } } });
  expect(checked.form).toBe('fixed');
  expect(checked.stages.map(({ name }) => name)).toEqual([
    ...[
      'generate',
      'language',
      'duplicates',
      'decontaminate',
      'solvability',
      'respond',
      'check',
      'difficulty',
      'sample',
    ],
    ...['reward', 'select'],
  ]);
  expect(faithful.generators.map(({ rows: most, accept }) => [most, accept])).toEqual([
    [1_000_000, 'all'],
    [1_000_000, 'all'],
  ]);
  expect(fixed.generators.map(({ accept }) => accept)).toEqual([600_000, 400_000]);
  const stages = new Map(faithful.stages.map((stage) => [stage.name, stage.settings]));
  expect(stages.get('generate')).toMatchObject({ sampling: { temperature: 1, topP: 0.99, maxTokens: 512 } });
  expect(stages.get('respond')).toMatchObject({
    samples: 5,
    sampling: { temperature: 0.7, topP: 0.95, maxTokens: 2048 },
  });
  expect(stages.get('solvability')).toMatchObject({ sampling: { temperature: 0 }, read: 'substring' });
  expect(stages.get('sample')).toEqual({ dropEasiest: { deepseek: 0.31 } });
  const given = { ...ownPrompts };
  for (const name of ['judge-math', 'solve-math'] as const) given[name] = { ...ownPrompts[name], origin: 'given' };
  expect(scalequestMath({ form: 'faithful', prompts: given }).form).toBe('faithful (given prompts)');
  expect(() => scalequestMath({ accept: { qwen2: 5 } })).toThrow("The recipe has no generator 'qwen2'.");
});

test('a run that is cut off again and again ends with the rows of one that was not', async () => {
  using folder = makeTemporaryFolder();
  await using scripted = await startScriptedModels({ prefixes: { qwen: qwen2Prefix, deepseek: deepseekMathPrefix } });
  const recipe = scalequestMath({ accept: 'all', rows: 40, shardRows: 10 });
  await runRecipe({ recipe, folder: folder.join('whole'), models: scripted.models });
  const random = createRandom('cuts');
  let cuts = 0;
  for (let isDone = false; !isDone; ) {
    const cut = new AbortController();
    // After so many shards of stages: no clock decides where.
    let left = cuts < 5 ? random.integer({ min: 1, max: 6 }) : Number.POSITIVE_INFINITY;
    const onShard = (): void => {
      left -= 1;
      if (left === 0) cut.abort();
    };
    const run = runRecipe({ recipe, folder: folder.join('cut'), models: scripted.models, signal: cut.signal, onShard });
    isDone = await run.then(
      () => true,
      () => false,
    );
    if (!isDone) cuts += 1;
  }
  expect(cuts).toBe(5);
  expect(await readOutcome(folder.join('cut'))).toEqual(await readOutcome(folder.join('whole')));
});
