import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SynthStatus } from '@scalequest/synth';
import { type ModelServer, makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli, startCli } from './support/run-cli.ts';

/** A recipe as a user writes one: words are asked for, the odd ones dropped, the others scored. */
const ownRecipe = `
const sampling = { temperature: 1, topP: 1, maxTokens: 8, stop: [] };
const ask = {
  order: 'free', name: 'ask', version: 1, settings: {}, needs: [], gives: ['word'], models: ['asker'],
  open: async () => ({
    judge: ({ rows, models, seedOf }) => models.judgeEach(rows, async (row) => {
      const prompt = { kind: 'completion', text: 'ask ' + row.index };
      const { choices } = await models.generate('asker', { row, prompt, sampling: { ...sampling, seed: seedOf(row) } });
      return row.index % 4 === 3 ? { drop: 'fourth' } : { keep: { word: choices[0].text } };
    }),
  }),
};
const score = {
  order: 'free', name: 'score', version: 1, settings: {}, needs: ['word'], gives: ['score'],
  models: ['reward'], rewards: [{ role: 'reward' }],
  open: async () => ({
    judge: ({ rows, models }) => models.judgeEach(rows, async (row) => {
      const { score } = await models.score('reward', { row, prompt: { kind: 'completion', text: row.fields.word } });
      return { keep: { score } };
    }),
  }),
};
export const recipe = {
  name: 'own', description: 'Words for a test.', generators: [{ name: 'list', accept: 60 }],
  stages: [ask, score], shardRows: 16, window: 2,
};
`;

function writeRecipe(folder: TemporaryFolder): void {
  writeFileSync(folder.join('own.mjs'), ownRecipe);
}

function startRewardServer(): Promise<ModelServer> {
  return startModelServer({
    ...{ models: ['m2'], shape: 'vllm' },
    reward: ({ text }) => (text.includes('is 9') ? -1 : text.length),
  });
}

test('a recipe of a user runs with a model for each role, ends when it is asked to, and goes on to its dataset', async () => {
  using folder = makeTemporaryFolder();
  writeRecipe(folder);
  const seen: (string | undefined)[] = [];
  let endLook = (): void => undefined;
  const looked = new Promise<void>((resolve) => {
    endLook = resolve;
  });
  await using asker = await startModelServer({
    ...{ models: ['m1'], latencyMs: 60, apiKey: 'the-key' },
    reply: async ({ text }) => {
      seen.push(text);
      // Until it was looked at, and asked to end, the run must not come to its end by itself.
      if (seen.length > 20) await looked;
      return `word for ${text}`;
    },
  });
  await using reward = await startRewardServer();
  const args = [
    ...['synth', './own.mjs', '--out', 'run', '--endpoint', `asker=${asker.baseUrl}`, '--model', 'asker=m1'],
    ...['--endpoint', `reward=${reward.baseUrl}`, '--model', 'reward=m2', '--key-env', 'asker=MY_KEY'],
    ...['--price', 'asker=1000,2000', '--price', 'reward=0,0', '--max-concurrency', '4', '--json'],
  ];
  const options = { cwd: folder.path, env: { MY_KEY: 'the-key' } };
  const { child, result } = startCli(args, options);
  while (seen.length < 20) await sleep(20);
  const status = await runCli(['synth', 'status', 'run', '--json'], options);
  const running = JSON.parse(status.stdout) as SynthStatus;
  expect(running).toMatchObject({ recipe: 'own', standing: 'running', wanted: 60 });
  expect(running.open.ask).toBeGreaterThan(0);
  child.kill('SIGINT');
  endLook();
  const stopped = await result;
  expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringContaining('Stopped. What is finished is kept')]);
  expect(stopped.stderr).toContain('reward: rewards by /classify');
  expect(JSON.parse(stopped.stdout)).toMatchObject({ standing: 'stopped' });

  const { code, stdout, stderr } = await runCli(args, options);
  expect(code).toBe(0);
  const done = JSON.parse(stdout) as SynthStatus & { readonly results: unknown };
  expect(done).toMatchObject({
    ...{ standing: 'finished', accepted: 60, wanted: 60, open: {} },
    sessions: [{ end: 'stopped' }, { end: 'finished' }],
    results: [{ generator: 'list', accepted: 60, isComplete: true }],
  });
  const [asked] = done.stages;
  expect(asked).toMatchObject({ dropped: { fourth: (asked?.rows ?? 0) / 4 } });
  // Nothing that was answered was asked again, and what was spent is the sum of both sessions.
  expect(new Set(seen).size).toBe(seen.length);
  const spent = done.sessions.map(({ models }) => models.asker?.cost ?? 0);
  expect(spent.every((cost) => cost > 0)).toBe(true);
  expect(stderr).not.toContain('the-key');
  expect(readFileSync(folder.join('run', 'sessions.jsonl'), 'utf8')).not.toContain('the-key');

  const table = await runCli(['synth', 'status', 'run'], options);
  expect(table.stdout).toMatch(/^own, seed 0: finished\n60 of 60 rows\n/);
  expect(table.stdout).toMatch(/^ask +\d+ +\d+ +75\.0 % .*fourth \d+$/m);

  // The bound on the cost holds for all sessions together.
  const bounded = args.with(3, 'bounded').concat('--max-cost', '0.3');
  for (const more of [0, 1]) {
    const before = seen.length;
    const end = await runCli(bounded, options);
    expect([end.code, end.stderr]).toEqual([1, expect.stringMatching(/budget|cost/i)]);
    if (more === 1) expect(seen.length - before).toBeLessThan(6);
    else expect(seen.length - before).toBeGreaterThan(6);
  }
});

test('what a killed session has spent counts against the bound of the next, though it had no time to note it', async () => {
  using folder = makeTemporaryFolder();
  writeRecipe(folder);
  let onRequest = (): void => undefined;
  let requests = 0;
  await using asker = await startModelServer({
    ...{ models: ['m1'], latencyMs: 20 },
    reply: ({ text }) => {
      requests += 1;
      onRequest();
      return `word for ${text}`;
    },
  });
  await using reward = await startRewardServer();
  // A request of the asker costs 2 + 4, and may cost 2 + 8 before its answer is there.
  const args = [
    ...['synth', './own.mjs', '--out', 'run', '--endpoint', `asker=${asker.baseUrl}`, '--model', 'asker=m1'],
    ...['--endpoint', `reward=${reward.baseUrl}`, '--model', 'reward=m2', '--max-concurrency', '1'],
    ...['--price', 'asker=1000000,1000000', '--price', 'reward=0,0', '--max-cost', '120'],
  ];
  for (let kills = 0; kills < 2; kills++) {
    const { child, result } = startCli(args, { cwd: folder.path });
    let left = 8;
    onRequest = () => {
      left -= 1;
      if (left === 0) child.kill('SIGKILL');
    };
    expect(await result).toMatchObject({ signal: 'SIGKILL' });
  }
  expect(requests).toBe(16);
  onRequest = () => undefined;
  const end = await runCli(args, { cwd: folder.path });
  expect([end.code, end.stderr]).toEqual([
    1,
    expect.stringMatching(/the same command goes on with a higher --max-cost/),
  ]);
  // Without a kill it would have been 20 at most; two were out at the kills, and are on no disk.
  expect(requests).toBeLessThanOrEqual(22);
  // With more to spend it goes on to its dataset.
  expect((await runCli(args.with(-1, '100000'), { cwd: folder.path })).code).toBe(0);

  const { stdout } = await runCli(['synth', 'status', 'run'], { cwd: folder.path });
  expect(stdout).toMatch(/^role +model +requests +failed +tokens in +tokens out +cost$/m);
  expect(stdout).toMatch(/^asker +m1 +\d+ +0 +[\d,]+ +[\d,]+ +[\d.]+$/m);
  expect(stdout).toMatch(/^4 sessions \(killed 2, failed 1, finished 1\)/m);
});

test('a generator of which too little passes ends the run with exit code 1, and is named', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(
    folder.join('poor.mjs'),
    `export const recipe = ({ accept = 4 }) => ({
      name: 'poor', description: 'A test.', generators: [{ name: 'list', accept }], shardRows: 50,
      stages: [{
        order: 'free', name: 'count', version: 1, settings: {}, needs: [], gives: [],
        open: async () => ({ judge: async ({ rows }) => rows.map(({ index }) => index === 3 ? { keep: {} } : { drop: 'no' }) }),
      }],
    });`,
  );
  const end = await runCli(['synth', './poor.mjs', '--out', 'run', '--accept', '2'], { cwd: folder.path });
  expect(end.code).toBe(1);
  expect(end.stderr).toContain("Generator 'list' ended before there was enough: 1 of its 100 rows passed.");
  expect(end.stdout).toMatch(/^count +100 +1 +1\.0 % .*no 99$/m);
});

test.each<readonly [string, readonly string[], string]>([
  ['no recipe', ['--out', 'run'], 'Recipe missing.'],
  ['no folder', ['nano'], '--out is missing'],
  ['a recipe that is not known', ['nanno', '--out', 'run'], "Recipe 'nanno' is not known. "],
  ['a module that is not there', ['./none.mjs', '--out', 'run'], 'It does not exist.'],
  ['a module without a recipe', ['./empty.mjs', '--out', 'run'], 'It exports nothing that is called `recipe`'],
  ['a role that nobody answers for', ['./own.mjs', '--out', 'run'], "The recipe's roles are asker, reward."],
  ['a role that is not there', ['./own.mjs', '--out', 'run', '--model', 'judge=m'], "names a role 'judge'"],
  [
    'an endpoint without a model',
    ['./own.mjs', '--out', 'run', '--endpoint', 'asker=http://127.0.0.1:9/v1'],
    "Role 'asker' has an endpoint, and no model.",
  ],
  ['no pair', ['./own.mjs', '--out', 'run', '--endpoint', 'http://127.0.0.1:9/v1'], 'Give ROLE=VALUE.'],
  ['a form of a recipe that has one', ['nano', '--out', 'run', '--form', 'fixed'], "Recipe 'nano' takes no form"],
  ['a form that is not known', ['nano', '--out', 'run', '--form', 'loose'], "Option '--form' is loose"],
  ['a form of rows that is not known', ['export', 'none', '--out', 'x', '--form', 'y'], "Option '--form' is y."],
  ['a push that nobody asked for', ['export', 'none', '--out', 'x', '--public'], '--public goes with --push'],
  ['a folder without a run', ['status', 'none'], 'It does not exist.'],
])('%s is a wrong request: exit code 2 and nothing is written', async (_, args, said) => {
  using folder = makeTemporaryFolder();
  writeRecipe(folder);
  writeFileSync(folder.join('empty.mjs'), 'export const other = 1;\n');
  const { code, stderr } = await runCli(['synth', ...args], { cwd: folder.path });
  expect(stderr).toContain(said);
  expect(code).toBe(2);
  expect(readdirSync(folder.path).sort()).toEqual(['empty.mjs', 'own.mjs']);
});

test('nano makes a dataset from nothing, without a network: each filter leaves more that is valid and right', async () => {
  using folder = makeTemporaryFolder();
  const withoutNetwork = { NODE_OPTIONS: `--import=${new URL('./support/no-network.mjs', import.meta.url).href}` };
  const args = ['synth', 'nano', '--accept', '40', '--out', folder.join('run')];
  const { code, stdout, stderr } = await runCli([...args, '--json'], { env: withoutNetwork });
  expect([code, stderr]).toEqual([0, expect.stringContaining('40/40 rows')]);
  const { stages, oracle } = JSON.parse(stdout) as {
    readonly stages: SynthStatus['stages'];
    readonly oracle: readonly { readonly rows: number; valid: number; answers: number; right: number }[];
  };
  expect(stages.map(({ stage }) => stage)).toEqual(['generate', 'duplicates', 'respond', 'check', 'select']);
  const [generated, , , checked, selected] = oracle;
  const shareOf = (part = 0, whole = 0): number => part / whole;
  expect(shareOf(generated?.valid, generated?.rows)).toBeGreaterThan(0.65);
  expect(shareOf(selected?.valid, selected?.rows)).toBeGreaterThan(shareOf(generated?.valid, generated?.rows));
  expect(shareOf(selected?.right, selected?.answers)).toBeGreaterThan(shareOf(checked?.right, checked?.answers));
  expect(selected?.answers).toBe(selected?.rows);
  const dataset = await runCli(['synth', 'export', 'run', '--out', 'dataset', '--json'], { cwd: folder.path });
  expect(JSON.parse(dataset.stdout)).toMatchObject({ out: 'dataset', configs: [{ name: 'default', rows: 40 }] });
  expect(readdirSync(folder.join('dataset')).sort()).toEqual(['README.md', 'data']);
  const rows = await runCli(['synth', 'export', 'run', '--out', 'sft.jsonl', '--form', 'sft'], { cwd: folder.path });
  expect([rows.code, rows.stdout]).toEqual([0, '40 rows of the form sft in sft.jsonl\n']);
  expect(readFileSync(folder.join('sft.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(40);
  // Once more there is nothing to do, and the table is printed.
  const again = await runCli(args, { env: withoutNetwork });
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/^after +rows +valid questions +right answers$/m);
});
