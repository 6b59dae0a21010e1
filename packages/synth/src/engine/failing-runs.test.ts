import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createBudget, createOpenAiClient } from '@scalequest/models';
import { type ModelServerRequest, makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll, readFinished } from '../__fixtures__/read-all.ts';
import { loadWords } from '../__fixtures__/run-words.ts';
import { openModels, recipe } from '../__fixtures__/word-recipe.mjs';
import { faults, makeWord, nameRequest } from '../__fixtures__/word-server.ts';
import type { SynthError } from '../errors.ts';
import { readDataset } from './read-dataset.ts';
import { readSynthStatus } from './read-status.ts';
import type { Recipe } from './recipe.ts';
import { runRecipe } from './run-recipe.ts';
import type { RecipeModel } from './shard-models.ts';
import type { FreeStage } from './stage.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** A list of numbers, and no model. */
const count: FreeStage<object, { number: number }> = {
  order: 'free',
  ...{ name: 'count', version: 1, settings: {}, needs: [], gives: ['number'] },
  open: async () => ({ judge: async ({ rows }) => rows.map(({ index }) => ({ keep: { number: index } })) }),
};

const numbers: Recipe = {
  name: 'numbers',
  description: 'Numbers for a test.',
  generators: [{ name: 'list', accept: 'all', rows: 100 }],
  stages: [count, { ...count, name: 'again', gives: ['twice'], open: async () => ({ judge: twice }) } as FreeStage],
  shardRows: 10,
};

const twice: Awaited<ReturnType<FreeStage['open']>>['judge'] = async ({ rows }) =>
  rows.map(({ index }) => ({ keep: { twice: 2 * index } }));

test('a key that is refused ends all work at once, and is told once', async () => {
  using folder = makeTemporaryFolder();
  let requests = 0;
  const isTooMany = (): boolean => {
    requests += 1;
    return requests > 30;
  };
  await using server = await startModelServer({
    ...{ models: ['asker', 'judge'], reply: makeWord, latencyMs: 5 },
    misbehaviours: [{ kind: 'status', status: 401, body: { error: { message: 'No.' } }, when: isTooMany }],
  });
  const models = openModels(server.baseUrl);
  const run = runRecipe({ recipe, folder: folder.path, models });
  await expect(run).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  // What was on its way then, and no more of the rows that wait.
  expect(requests).toBeLessThan(30 + 2 * 16);
  expect(readFinished(folder.path).length).toBeGreaterThan(0);
  const { sessions, standing } = await readSynthStatus(folder.path);
  expect([standing, sessions.map(({ end, error }) => [end, error])]).toEqual(['stopped', [['failed', 'AUTH_FAILED']]]);
  await Promise.all(Object.values(models).map(({ client }) => client.close()));
});

test.skipIf(spawnSync('bash', ['-c', 'ulimit -f 8']).status !== 0)(
  'a disk that takes no more of a shard, a journal or the manifest ends the run with its reason, and it goes on (needs ulimit)',
  { timeout: 120_000 },
  async () => {
    using folder = makeTemporaryFolder();
    const finished = new Set<string>();
    const repeated: string[] = [];
    await using server = await startModelServer({
      models: ['asker', 'judge'],
      reply: makeWord,
      misbehaviours: [
        {
          kind: 'hang',
          when: (request) => {
            if (finished.has(nameRequest(request))) repeated.push(nameRequest(request));
            return false;
          },
        },
        ...faults,
      ],
    });
    const seen: string[] = [];
    const run = async (name: string, limitBlocks?: number): Promise<number | null> => {
      const words = loadWords(
        { folder: folder.join(name), baseUrl: server.baseUrl },
        limitBlocks === undefined ? {} : { limitBlocks },
      );
      words.start();
      const { code, stderr } = await words.ended;
      for (const done of readFinished(folder.join(name))) finished.add(done);
      if (code === 0) return code;
      const error = JSON.parse(stderr) as { readonly code: string; readonly message: string };
      expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining('over the size limit') });
      seen.push(/(answers|manifest|sent|kept|dropped)/.exec(error.message)?.[1] ?? error.message);
      return code;
    };
    // Blocks of 1,024 bytes: a journal's file is a few of them, the manifest grows to a dozen.
    for (const limit of [1, 2, 4, 8]) await run('full', limit);
    expect(await run('full')).toBe(0);
    expect(seen).toContain('answers');
    expect(seen).toContain('manifest');
    expect(repeated).toEqual([]);
    finished.clear();
    expect(await run('whole')).toBe(0);
    expect(await readAll(folder.join('full'))).toEqual(await readAll(folder.join('whole')));
  },
);

test('a shard that cannot be written ends the run, and nothing of it is in the manifest', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe: numbers, folder: folder.join('whole') });
  // Where the folder of a stage should be stands a file.
  const path = folder.join('broken', 'shards', 'again');
  const block: FreeStage = {
    ...(numbers.stages[0] as FreeStage),
    open: async (context) => {
      writeFileSync(path, '');
      return await count.open(context);
    },
  };
  const stages = [block, ...numbers.stages.slice(1)];
  mkdirSync(folder.join('broken', 'shards'), { recursive: true });
  const failed = runRecipe({ recipe: { ...numbers, stages }, folder: folder.join('broken') });
  await expect(failed).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(readFileSync(folder.join('broken', 'manifest.jsonl'), 'utf8')).not.toContain('again');
  rmSync(path);
  await runRecipe({ recipe: numbers, folder: folder.join('broken') });
  expect(await readAll(folder.join('broken'))).toEqual(await readAll(folder.join('whole')));
});

test('a folder that lost its recipe or its manifest is refused: what was made in it is not asked for again', async () => {
  using folder = makeTemporaryFolder();
  const run = (): Promise<unknown> => runRecipe({ recipe: numbers, folder: folder.path });
  await run();
  const expected = await readAll(folder.path);
  for (const [name, code] of [
    ['manifest.jsonl', 'MANIFEST_DAMAGED'],
    ['recipe.json', 'RECIPE_UNREADABLE'],
  ] as const) {
    renameSync(folder.join(name), folder.join('aside'));
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringMatching(/is gone.*Restore the file/s) });
    expect(existsSync(folder.join(name))).toBe(false);
    renameSync(folder.join('aside'), folder.join(name));
  }
  await run();
  expect(await readAll(folder.path)).toEqual(expected);
});

test('a spent budget waits for what is out and paid for: the next session, with more to spend, asks nothing twice', async () => {
  using folder = makeTemporaryFolder();
  const asked = new Map<string, number>();
  let isPoor = true;
  const count = (request: ModelServerRequest): boolean => {
    asked.set(nameRequest(request), (asked.get(nameRequest(request)) ?? 0) + 1);
    return false;
  };
  await using server = await startModelServer({
    ...{ models: ['asker', 'judge'], reply: makeWord },
    // The judge is at work when the asker, which costs, has nothing more to spend.
    latencyMs: ({ text }) => (isPoor && text.startsWith('judge') ? 400 : 3),
    misbehaviours: [{ kind: 'hang', when: count }],
  });
  const run = async (maxCost: number): Promise<unknown> => {
    const budget = createBudget({ maxCost });
    const open = (model: string): RecipeModel => ({
      client: createOpenAiClient({
        ...{ model, baseUrls: [server.baseUrl], budget, maxConcurrency: 16 },
        prices: model === 'asker' ? { prompt: 1000, completion: 1000 } : { prompt: 0, completion: 0 },
      }),
    });
    const models = { asker: open('asker'), judge: open('judge') };
    try {
      return await runRecipe({ recipe, folder: folder.path, models });
    } finally {
      await Promise.all(Object.values(models).map(({ client }) => client.close()));
    }
  };
  for (const maxCost of [0.3, 0.5]) await expect(run(maxCost)).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  expect([...asked.keys()].filter((name) => name.startsWith('judge')).length).toBeGreaterThan(10);
  isPoor = false;
  await run(1000);
  expect([...asked.values()].filter((times) => times > 1)).toEqual([]);
  const { sessions } = await readSynthStatus(folder.path);
  const ends = sessions.map(({ end, error }) => error ?? end);
  expect(ends).toEqual(['BUDGET_SPENT', 'BUDGET_SPENT', 'finished']);
});

test('a server that takes no request ends the run before its rows are dropped, and is asked again by the next session', async () => {
  using folder = makeTemporaryFolder();
  let isBroken = true;
  await using server = await startModelServer({
    ...{ models: ['asker', 'judge'], reply: makeWord },
    misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => isBroken && text.startsWith('judge') }],
  });
  const models = openModels(server.baseUrl);
  const broken = runRecipe({ recipe, folder: folder.path, models });
  await expect(broken).rejects.toMatchObject({
    code: 'REQUESTS_FAILED',
    fields: { stage: 'judge', code: 'BAD_REQUEST' },
  });
  await expect(broken).rejects.toThrow(/None of its rows was dropped.*the same command asks again/s);
  expect((await readSynthStatus(folder.path)).stages[2]).toMatchObject({ rows: 0, dropped: {} });
  isBroken = false;
  await runRecipe({ recipe, folder: folder.path, models });
  await runRecipe({ recipe, folder: folder.join('whole'), models });
  expect(await readAll(folder.path)).toEqual(await readAll(folder.join('whole')));
  await Promise.all(Object.values(models).map(({ client }) => client.close()));
});

test('a damaged line of the manifest is named, and the shard that it was about is made again without it', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe: numbers, folder: folder.path });
  const expected = await readAll(folder.path);
  const path = folder.join('manifest.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  const place = lines.findIndex((line) => line.includes('"stage":"count","generator":"list","number":3,'));
  for (const broken of ['{"stage":', lines[place]?.replace('"kept":10', '"kept":-1'), lines[0]]) {
    if (broken === lines[0] && place === 0) continue;
    const text = lines.with(place, broken ?? '').join('\n');
    writeFileSync(path, text);
    for (const read of [runRecipe, ({ folder: path }: { readonly folder: string }) => readSynthStatus(path)]) {
      const attempt = read({ recipe: numbers, folder: folder.path });
      await expect(attempt).rejects.toMatchObject({ code: 'MANIFEST_DAMAGED' });
      await expect(attempt).rejects.toThrow(/Line \d+ of .*remove line \d+/s);
    }
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  // The second stage's line stays, and is made again nevertheless: it may say something else of what it is given now.
  writeFileSync(path, lines.toSpliced(place, 1).join('\n'));
  const made: string[] = [];
  await runRecipe({
    recipe: numbers,
    folder: folder.path,
    onShard: ({ stage, number }) => made.push(`${stage}/${number}`),
  });
  expect(made).toEqual(['count/3', 'again/3']);
  expect(await readAll(folder.path)).toEqual(expected);
});

test('a shard file that is gone, cut short or changed is found out when it is read, and what the error says mends it', async () => {
  using folder = makeTemporaryFolder();
  const run = (): Promise<unknown> => runRecipe({ recipe: numbers, folder: folder.path });
  await run();
  const expected = await readAll(folder.path);
  const file = folder.join('shards', 'count', 'list-000004.kept.jsonl.gz');
  const bytes = readFileSync(file);
  const changed = gunzipSync(bytes).toString().replace('"number":41', '"number":42');
  const collect = async (): Promise<void> => {
    for await (const _ of readDataset(folder.path));
  };
  for (const [damage, why] of [
    [undefined, 'It is gone.'],
    [bytes.subarray(0, 30), 'cut short or damaged'],
    [gzipSync(changed), 'not what was written'],
  ] as const) {
    if (damage === undefined) rmSync(file);
    else writeFileSync(file, damage);
    await expect(collect()).rejects.toMatchObject({ code: 'SHARD_DAMAGED' });
    await expect(collect()).rejects.toThrow(why);
  }
  const { message } = (await collect().catch((error: unknown) => error)) as Error;
  const command = /`(sed [^`]*)`/.exec(message)?.[1] ?? '';
  expect(spawnSync('bash', ['-c', command], { cwd: folder.path }).status).toBe(0);
  await run();
  expect(await readAll(folder.path)).toEqual(expected);
});

test('what a stage in order remembers is not taken where it was changed, and what the error says mends it', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer({ models: ['asker', 'judge'], reply: makeWord });
  const models = openModels(server.baseUrl);
  const run = (): Promise<unknown> => runRecipe({ recipe, folder: folder.path, models });
  await run();
  const expected = await readAll(folder.path);
  // Another word of the same length: nothing but its hash tells.
  const path = folder.join('shards', 'unique', 'one-000001.memory');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^.../, 'zzz'));
  const { message, code } = (await run().catch((error: unknown) => error)) as SynthError;
  expect([code, message]).toEqual(['SHARD_DAMAGED', expect.stringContaining('It is not what was written.')]);
  const command = /`(sed [^`]*)`/.exec(message)?.[1] ?? '';
  expect(spawnSync('bash', ['-c', command]).status).toBe(0);
  await run();
  expect(await readAll(folder.path)).toEqual(expected);
  await Promise.all(Object.values(models).map(({ client }) => client.close()));
});

test('a session that was not heard of for long is killed, though another process has its number by now', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe: numbers, folder: folder.path });
  const last = JSON.parse(readFileSync(folder.join('sessions.jsonl'), 'utf8')) as object;
  const write = (at: string): void =>
    writeFileSync(folder.join('session.json'), JSON.stringify({ ...last, end: 'running', at }));
  const ends: unknown[] = [];
  for (const at of [new Date().toISOString(), '2026-01-01T00:00:00.000Z']) {
    write(at);
    const { standing, sessions } = await readSynthStatus(folder.path);
    ends.push([standing, sessions.at(-1)?.end]);
  }
  expect(ends).toEqual([
    ['running', 'running'],
    ['stopped', 'killed'],
  ]);
});

test('a stage of another version is another recipe: its shards are not taken for those of the first', async () => {
  using folder = makeTemporaryFolder();
  await runRecipe({ recipe: numbers, folder: folder.path });
  const newer = { ...numbers, stages: [{ ...count, version: 2 }, ...numbers.stages.slice(1)] };
  const run = runRecipe({ recipe: newer, folder: folder.path });
  await expect(run).rejects.toMatchObject({ code: 'RECIPE_CHANGED', kind: 'request' });
  await expect(run).rejects.toThrow("stage 'count'.version is 1, asked is 2");
});

test('a generator of which too little passes ends after fifty rows for each that is wanted, and says so', async () => {
  using folder = makeTemporaryFolder();
  const few: FreeStage = {
    ...count,
    open: async () => ({
      judge: async ({ rows }) =>
        rows.map(({ index }) => (index % 400 === 7 ? { keep: { number: index } } : { drop: 'no' })),
    }),
  };
  const generators = [
    { name: 'poor', accept: 20 },
    { name: 'rich', accept: 1 },
  ];
  const results = await runRecipe({ recipe: { ...numbers, generators, stages: [few] }, folder: folder.path });
  expect(results).toEqual([
    { generator: 'poor', rows: 1000, accepted: 3, isComplete: false },
    { generator: 'rich', rows: 10, accepted: 1, isComplete: true },
  ]);
  expect(await readSynthStatus(folder.path)).toMatchObject({
    standing: 'finished',
    ...{ accepted: 4, wanted: 21 },
    stages: [{ rows: 1010, kept: 4, dropped: { no: 1006 } }],
  });
});

test.each([
  { accept: 1, shardRows: 1, window: 1 },
  { accept: 7, shardRows: 1, window: 3 },
  { accept: 5, shardRows: 100, window: 8 },
  { accept: 5, shardRows: 3, window: 1 },
  { accept: 4 },
])('the smallest shards and windows give the first rows that pass: %o', async ({ accept, ...settings }) => {
  using folder = makeTemporaryFolder();
  const third: FreeStage = {
    ...count,
    open: async () => ({
      judge: async ({ rows }) =>
        rows.map(({ index }) => (index % 3 === 2 ? { keep: { number: index } } : { drop: 'no' })),
    }),
  };
  const { shardRows: _none, ...rest } = numbers;
  const generators = [
    { name: 'one', accept },
    { name: 'two', accept: 1 },
  ];
  await runRecipe({ recipe: { ...rest, ...settings, generators, stages: [third] }, folder: folder.path });
  const { rows } = await readAll(folder.path);
  const wanted = Array.from({ length: accept }, (_, place) => ({ generator: 'one', index: 3 * place + 2 }));
  expect(rows).toMatchObject([...wanted, { generator: 'two', index: 2 }]);
  // A small dataset asks for no more than its first shards.
  const [{ rows: asked } = { rows: 0 }] = (await readSynthStatus(folder.path)).generators;
  expect(asked).toBeLessThanOrEqual(50 * accept);
  if (settings.shardRows === undefined) expect(asked).toBe(32);
});

test('a run cannot be made longer, and says so', async () => {
  using folder = makeTemporaryFolder();
  const asked = (accept: number): Recipe => ({ ...numbers, generators: [{ name: 'list', accept, rows: 100 }] });
  await runRecipe({ recipe: asked(10), folder: folder.path });
  const longer = runRecipe({ recipe: asked(20), folder: folder.path });
  await expect(longer).rejects.toMatchObject({ code: 'RECIPE_CHANGED', kind: 'request' });
  await expect(longer).rejects.toThrow(/accept is 10, asked is 20.*cannot be made longer/s);
});

test.each<readonly [string, unknown, string]>([
  ['too few decisions', [], '0 decisions for 10 rows'],
  ['a field that is missing', { keep: {} }, "was kept without 'number'"],
  ['what JSON cannot hold', { keep: { number: Number.NaN } }, "a 'number' that JSON cannot hold"],
  ['a date', { keep: { number: new Date(0) } }, "a 'number' that JSON cannot hold"],
])('a stage that gives %s is named, and nothing of it is kept', async (_, said, message) => {
  using folder = makeTemporaryFolder();
  const judge = async ({ rows }: { readonly rows: readonly unknown[] }): Promise<never> =>
    (Array.isArray(said) ? said : rows.map(() => said)) as never;
  const stages = [{ ...count, open: async () => ({ judge }) } as FreeStage];
  const run = runRecipe({ recipe: { ...numbers, stages }, folder: folder.path });
  await expect(run).rejects.toMatchObject({ code: 'STAGE_BROKEN' });
  await expect(run).rejects.toThrow(message);
  expect(existsSync(folder.join('shards'))).toBe(false);
});

test('a stage that fails in the midst of others ends them, closes all, and leaves no rejection behind', async () => {
  using folder = makeTemporaryFolder();
  let closed = 0;
  const ordered = {
    ...({ order: 'in-order', name: 'ordered', version: 1, settings: {}, needs: ['number'], gives: [] } as const),
    open: async () => ({
      prepare: async () => undefined,
      judge: (shard: { readonly number: number; readonly rows: readonly unknown[] }) => {
        if (shard.number === 3) throw new Error('Shard 3 is broken.');
        return { decisions: shard.rows.map(() => ({ keep: {} })), memory: Buffer.alloc(0) };
      },
      remember: () => undefined,
      close: async () => {
        closed += 1;
        throw new Error('It does not close either.');
      },
    }),
  };
  const run = runRecipe({
    recipe: { ...numbers, stages: [count, ordered, { ...ordered, name: 'ordered-2' }] },
    folder: folder.path,
  });
  await expect(run).rejects.toThrow('Shard 3 is broken.');
  expect(closed).toBe(2);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

test('shards that wait for their turn when the run is asked to end are not judged any more, and the run goes on with them', async () => {
  using folder = makeTemporaryFolder();
  const judged: number[] = [];
  let stop = new AbortController();
  const ordered = {
    ...({ order: 'in-order', name: 'ordered', version: 1, settings: {}, needs: ['number'], gives: [] } as const),
    open: async () => ({
      prepare: async () => undefined,
      judge: async (shard: { readonly number: number; readonly rows: readonly unknown[] }) => {
        judged.push(shard.number);
        if (judged.length === 2) stop.abort();
        return { decisions: shard.rows.map(() => ({ keep: {} })), memory: Buffer.alloc(0) };
      },
      remember: () => undefined,
    }),
  };
  const run = (): ReturnType<typeof runRecipe> =>
    runRecipe({ recipe: { ...numbers, stages: [count, ordered] }, folder: folder.path, stop: stop.signal });
  await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
  expect(judged).toEqual([0, 1]);
  stop = new AbortController();
  await run();
  expect(judged.length).toBeGreaterThan(3);
  expect(judged).toEqual(judged.map((_, at) => at));
});
