import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeTemporaryFolder, startHubServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const hubFile = 'HuggingFaceH4/MATH-500/test.jsonl';

test('data list names every benchmark with count, licence and origins', async () => {
  const { code, stdout } = await runCli(['data', 'list', '--json']);
  expect(code).toBe(0);
  const { benchmarks } = JSON.parse(stdout) as { readonly benchmarks: readonly { readonly name: string }[] };
  const names = [
    'aime24',
    'amc23',
    'college-math',
    'gsm-hard',
    'gsm8k',
    'gsm8k-train',
    'humaneval',
    'humaneval-plus',
    'math',
    'math-500',
    'math-embedded',
    'math-train',
    'mbpp',
    'mbpp-all',
    'mbpp-plus',
    'mbpp-plus-v0.2.0',
    'mbpp-prompt',
    'mbpp-sanitized',
    'mbpp-train',
    'mbpp-validation',
    'olympiadbench',
    'word-problems',
  ];
  expect(benchmarks.map(({ name }) => name).sort()).toEqual(names);
  for (const benchmark of benchmarks) {
    expect(benchmark).toMatchObject({
      count: expect.any(Number),
      licence: expect.any(String),
      origins: expect.any(Array),
    });
  }
});

test('a hub that gives other rows leaves nothing in the cache, and the hashes are told', async () => {
  using folder = makeTemporaryFolder();
  const row = {
    problem: 'What is $1 + 1$?',
    solution: '$\\boxed{2}$',
    answer: '2',
    subject: 'Algebra',
    level: 1,
    unique_id: 'x',
  };
  await using hub = await startHubServer({ files: { [hubFile]: `${JSON.stringify(row)}\n` } });
  const env = { HF_ENDPOINT: hub.endpoint, SCALEQUEST_CACHE_DIR: folder.path };
  const fetched = await runCli(['data', 'fetch', 'math-500'], { env });
  expect(fetched).toMatchObject({ code: 1, stderr: expect.stringContaining('1 problems, expected 500') });
  const verified = await runCli(['data', 'verify', 'math-500'], { env });
  expect(verified).toMatchObject({ code: 2, stderr: expect.stringContaining('was not found') });
});

test('data verify looks into the data folder of the configuration file', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('scalequest.config.json'), '{"dataDir":"my-benchmarks"}');
  const { code, stderr } = await runCli(['data', 'verify', 'math-500'], { cwd: folder.path });
  expect(code).toBe(2);
  expect(stderr).toContain("the data folder 'my-benchmarks'");
});

test.skipIf(dataDir === undefined)(
  'what a hub gives is fetched, verified and used; a second fetch asks nobody (needs SCALEQUEST_DATA_DIR)',
  async () => {
    using folder = makeTemporaryFolder();
    const content = gunzipSync(readFileSync(join(dataDir as string, 'benchmark', 'math-500', 'test.jsonl.gz')));
    await using hub = await startHubServer({ files: { [hubFile]: content } });
    hub.misbehave({ kind: 'cut', afterBytes: 100_000 });
    const env = { HF_ENDPOINT: hub.endpoint, SCALEQUEST_CACHE_DIR: folder.path };
    expect(await runCli(['data', 'fetch', 'math-500'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('500 problems'),
    });
    const asked = hub.requests.length;
    expect(asked).toBeGreaterThan(1);
    expect(await runCli(['data', 'fetch', 'math-500'], { env })).toMatchObject({ code: 0 });
    const verified = await runCli(['data', 'verify', 'math-500', '--json'], { env });
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ results: [{ matchesPin: true, source: { kind: 'cache' } }] });
    expect(hub.requests).toHaveLength(asked);
  },
);
