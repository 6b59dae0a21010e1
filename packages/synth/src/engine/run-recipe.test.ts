import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, sha256Hex } from '@scalequest/core';
import type { GenerateResponse, ModelClient } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readAll } from '../__fixtures__/read-all.ts';
import { readManifest } from './manifest.ts';
import { readStage } from './read-dataset.ts';
import type { Recipe } from './recipe.ts';
import type { Row } from './row.ts';
import { runRecipe } from './run-recipe.ts';
import type { FreeStage, OrderedStage } from './stage.ts';

/** Asks `asker` for a word; a word of the letters a to d is kept. */
const ask: FreeStage<object, { word: string }> = {
  order: 'free',
  ...{ name: 'ask', version: 1, settings: {}, needs: [], gives: ['word'], models: ['asker'] },
  open: async () => ({
    judge: ({ rows, models, seedOf }) =>
      models.judgeEach(rows, async (row) => {
        const sampling = { temperature: 1, topP: 1, maxTokens: 8, stop: [], seed: seedOf(row) };
        const prompt = { kind: 'completion', text: '' } as const;
        const { choices } = await models.generate('asker', { row, prompt, sampling });
        const word = choices[0]?.text ?? '';
        return /^[a-d]/.test(word) ? { keep: { word } } : { drop: 'other-letter', because: { word } };
      }),
  }),
};

/** Of equal words the first one stays. */
const unique: OrderedStage<{ word: string }, { length: number }, readonly string[]> = {
  order: 'in-order',
  ...{ name: 'unique', version: 1, settings: {}, needs: ['word'], gives: ['length'] },
  open: async () => {
    const seen = new Set<string>();
    return {
      prepare: async ({ rows }) => rows.map(({ fields }) => fields.word),
      judge: (_shard, words) => {
        const fresh: string[] = [];
        const decisions = words.map((word) => {
          if (seen.has(word)) return { drop: 'duplicate' };
          seen.add(word);
          fresh.push(word);
          return { keep: { length: word.length } };
        });
        return { decisions, memory: Buffer.from(fresh.join('\n')) };
      },
      remember: (memory) => {
        for (const word of Buffer.from(memory).toString().split('\n')) seen.add(word);
      },
    };
  },
};

/** Only of one generator, and after a time that has nothing to do with the row. */
const slow: FreeStage<{ length: number }, { isLong: boolean }> = {
  order: 'free',
  ...{ name: 'slow', version: 1, settings: {}, needs: ['length'], gives: ['isLong'], generators: ['one'] },
  open: async () => ({
    judge: async ({ rows }) => {
      await sleep(Math.random() * 4);
      return rows.map(({ fields: { length } }) => ({ keep: { isLong: length > 2 } }));
    },
  }),
};

const recipe: Recipe = {
  name: 'words',
  description: 'Words for a test.',
  generators: [
    { name: 'one', accept: 150 },
    { name: 'two', accept: 90 },
  ],
  stages: [ask, unique, slow],
  shardRows: 32,
  window: 3,
};

/** A word is a function of the seed; a speed is not. Each seed may be answered once in all sessions. */
function createAsker(answered: Map<number, number>): ModelClient {
  return {
    model: 'asker',
    generate: async ({ sampling }, { beforeSend } = {}): Promise<GenerateResponse> => {
      await beforeSend?.();
      await sleep(Math.random() * 3);
      const { seed = 0 } = sampling;
      answered.set(seed, (answered.get(seed) ?? 0) + 1);
      const hash = sha256Hex(String(seed));
      const text = hash.slice(0, 2) < '08' ? hash.slice(0, 8) : hash.slice(0, 3);
      const usage = { promptTokens: 1, completionTokens: 3 };
      const choices = [{ text, finishReason: 'stop' }] as const;
      return { choices, usage, latencyMs: Math.random(), attempts: 1, endpoint: 'test' };
    },
    getFingerprint: () => ({ model: 'asker', engine: 'test', endpoints: [], servedModels: [], systemFingerprints: [] }),
    getStatistics: () => ({
      ...{ requests: answered.size, resent: 0, waiting: 0, inFlight: 0, concurrencyLimit: 1 },
      failures: { retry: 0, shrink: 0, drop: 0, fatal: 0 },
      endpoints: [],
    }),
    close: async () => undefined,
  };
}

test('a run ends with as many rows as are wanted, the first that pass, whatever the order of answers', async () => {
  using folder = makeTemporaryFolder();
  const outcomes = [];
  for (const name of ['first', 'second']) {
    const models = { asker: { client: createAsker(new Map()) } };
    const results = await runRecipe({ recipe, folder: folder.join(name), seed: 3, models });
    expect(results).toEqual([
      { generator: 'one', accepted: 150, rows: expect.any(Number), isComplete: true },
      { generator: 'two', accepted: 90, rows: expect.any(Number), isComplete: true },
    ]);
    outcomes.push(await readAll(folder.join(name)));
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
  const rows = outcomes[0]?.rows as { generator: string; index: number; fields: { word: string; isLong?: boolean } }[];
  expect(new Set(rows.map(({ fields }) => fields.word)).size).toBe(240);
  const places = rows.map(({ generator, index }) => [generator, index]);
  expect(places).toEqual(places.toSorted(([a = '', i = 0], [b = '', j = 0]) => (a < b ? -1 : a > b ? 1 : +i - +j)));
  expect(rows.filter(({ fields }) => fields.isLong !== undefined)).toHaveLength(150);
  expect(readdirSync(folder.join('first')).sort()).toEqual([
    ...['manifest.jsonl', 'open', 'recipe.json', 'sessions.jsonl', 'shards'],
  ]);
});

test('a run that is stopped thirty times ends as one that was not, and no answered request is sent again', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe, folder: folder.join('whole'), models: { asker: { client: createAsker(new Map()) } } });
  const expected = await readAll(folder.join('whole'));
  const random = createRandom('stops');
  const answered = new Map<number, number>();
  let stops = 0;
  for (let isDone = false; !isDone; ) {
    const stop = new AbortController();
    const models = { asker: { client: createAsker(answered) } };
    const timer = stops < 30 ? setTimeout(() => stop.abort(), 1 + random.next() * 25) : undefined;
    isDone = await runRecipe({ recipe, folder: folder.join('stopped'), models, signal: stop.signal }).then(
      () => true,
      () => false,
    );
    clearTimeout(timer);
    if (!isDone) stops += 1;
  }
  expect(stops).toBeGreaterThan(5);
  expect(await readAll(folder.join('stopped'))).toEqual(expected);
  expect(Math.max(...answered.values())).toBe(1);
});

test('shards whose manifest lines are gone are made again, and count once', async () => {
  using folder = makeTemporaryFolder();
  const models = { asker: { client: createAsker(new Map()) } };
  await runRecipe({ recipe, folder: folder.path, models });
  const expected = await readAll(folder.path);
  const lines = readFileSync(folder.join('manifest.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBe(expected.manifest.length);
  writeFileSync(folder.join('manifest.jsonl'), `${lines.slice(0, 3).join('\n')}\n`);
  await runRecipe({ recipe, folder: folder.path, models });
  expect(await readAll(folder.path)).toEqual(expected);
});

test.each<readonly [Partial<Recipe>, string]>([
  [
    { stages: [ask, unique, { ...slow, name: 'later', needs: ['isLong'], gives: ['later'] }] },
    "Stage 'later' needs 'isLong'",
  ],
  [{ stages: [ask, ask] }, "A stage named 'ask' is there twice."],
  [{ generators: [{ name: 'one', accept: 'all' as const }] }, "All rows of generator 'one' are wanted"],
  [{ shardRows: 0 }, "'shardRows' is 0."],
  [{ stages: [ask, { ...slow, needs: ['word'], generators: ['three'] }] }, "for generator 'three', which is not there"],
  [{ stages: [{ ...ask, generators: ['one'] }] }, "No stage takes rows of generator 'two'."],
])('a recipe that cannot work is refused before anybody is asked (%#)', async (change, said) => {
  using folder = makeTemporaryFolder();
  const models = { asker: { client: createAsker(new Map()) } };
  const run = runRecipe({ recipe: { ...recipe, ...change }, folder: folder.join('run'), models });
  await expect(run).rejects.toMatchObject({ code: 'RECIPE_BROKEN', kind: 'request' });
  await expect(run).rejects.toThrow(said);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('what a stage kept can be read whatever became of it behind that stage, and only of a stage that there is', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe, folder: folder.path, models: { asker: { client: createAsker(new Map()) } } });
  const kept: Record<string, number> = {};
  for await (const entry of readManifest(folder.path)) kept[entry.stage] = (kept[entry.stage] ?? 0) + entry.kept;
  for (const [stage, fields] of [
    ['ask', ['word']],
    ['unique', ['word', 'length']],
    ['slow', ['word', 'length', 'isLong']],
  ] as const) {
    const rows: Row[] = [];
    for await (const row of readStage(folder.path, stage)) rows.push(row);
    expect(rows.length).toBe(kept[stage]);
    for (const row of rows) expect(Object.keys(row.fields)).toEqual(fields);
  }
  await expect(readStage(folder.path, 'other').next()).rejects.toThrow('Its stages are ask, unique, slow.');
});

test('another recipe, another seed and a role without a model are refused, each named', async () => {
  using folder = makeTemporaryFolder();
  const models = { asker: { client: createAsker(new Map()) } };
  await expect(runRecipe({ recipe, folder: folder.path })).rejects.toThrow("The recipe asks 'asker'");
  await runRecipe({ recipe, folder: folder.path, models });
  await expect(runRecipe({ recipe, folder: folder.path, models, seed: 1 })).rejects.toThrow('seed is 0, asked is 1');
  const other = { asker: { client: { ...createAsker(new Map()), model: 'another' } } };
  await expect(runRecipe({ recipe, folder: folder.path, models: other })).rejects.toThrow(
    'models.asker.name is "asker", asked is "another"',
  );
  const changed = { ...recipe, window: 4 };
  await expect(runRecipe({ recipe: changed, folder: folder.path, models })).rejects.toMatchObject({
    code: 'RECIPE_CHANGED',
    kind: 'request',
  });
});
