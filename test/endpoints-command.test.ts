import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli, startCli } from './support/run-cli.ts';

const problems = ['eval', 'math-embedded', '--model', 'test-model', '--no-doctor'];

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

test('a run follows its file of endpoints: servers come and go, and what is wrong is said once', async () => {
  using folder = makeTemporaryFolder();
  await using first = await startModelServer({ latencyMs: 100 });
  await using second = await startModelServer({ latencyMs: 5 });
  const list = folder.join('endpoints.txt');
  writeFileSync(list, `${first.baseUrl} # the slow one\n`);
  // Four at once of 100 ms each: 500 would take a dozen seconds without the second server.
  const flags = ['--endpoints', list, '--out', 'run', '--concurrency', '4', '--metrics', 'metrics.jsonl', '--json'];
  const { child, result } = startCli([...problems, ...flags], { cwd: folder.path });
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  while (first.getStatistics().requests < 4) await sleep(20);
  writeFileSync(list, 'nonsense\n');
  while (!said.includes('is no list of endpoints')) await sleep(20);
  writeFileSync(list, `${second.baseUrl}\n`);
  const { code, stdout, stderr } = await result;
  expect(code).toBe(0);
  expect(stderr.match(/is no list of endpoints/g)).toHaveLength(1);
  expect(stderr).toContain('listed before are used on');
  const { summary } = JSON.parse(stdout);
  expect(summary).toMatchObject({ samples: 500, setAside: {}, calls: { requests: 500, failures: { drop: 0 } } });
  const asked = [first, second].map((server) => ({
    endpoint: server.baseUrl,
    requests: server.getStatistics().requests,
  }));
  expect(asked.every(({ requests }) => requests > 0)).toBe(true);
  const byName = (one: { readonly endpoint: string }, other: { readonly endpoint: string }): number =>
    one.endpoint < other.endpoint ? -1 : 1;
  expect([...summary.calls.endpoints].sort(byName)).toMatchObject([...asked].sort(byName));
  expect(readJson(folder.join('run', 'run.json'))).toMatchObject({ sessions: [{ calls: { requests: 500 } }] });

  const lines = readFileSync(folder.join('metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  const last = JSON.parse(lines.at(-1) as string);
  expect(last).toMatchObject({
    metrics: 1,
    benchmark: 'math-embedded',
    model: 'test-model',
    folder: 'run',
    samples: 500,
    requests: 500,
    resent: 0,
    waiting: 0,
    inFlight: 0,
    failures: { retry: 0, shrink: 0, drop: 0, fatal: 0 },
    cost: null,
    total: { answered: 500, samples: 500, latencyMs: { p99: expect.any(Number) } },
    hedges: null,
    budget: null,
  });
  expect(last.endpoints).toHaveLength(2);
  expect(last.endpoints[0]).toMatchObject({
    name: second.baseUrl,
    isListed: true,
    isAvailable: true,
    requestsPerSecondLimit: null,
    answeredPerSecond: expect.any(Number),
    completionTokensPerSecond: expect.any(Number),
    cost: null,
  });
  expect(last.endpoints[1]).toMatchObject({ name: first.baseUrl, isListed: false });
});

test('where the endpoints are listed is no part of a run, and a limit holds over all of them', async () => {
  using folder = makeTemporaryFolder();
  await using first = await startModelServer();
  await using second = await startModelServer();
  const urls = [first.baseUrl, second.baseUrl];
  writeFileSync(folder.join('endpoints.json'), JSON.stringify(urls));
  writeFileSync(folder.join('scalequest.config.json'), JSON.stringify({ endpoints: 'endpoints.json' }));
  const startedAt = performance.now();
  const limits = ['--requests-per-second', '20', '--limit', '30'];
  const run = await runCli([...problems, ...limits], { cwd: folder.path });
  expect(run).toMatchObject({ code: 0 });
  expect(performance.now() - startedAt).toBeGreaterThan(1400);
  expect(run.stderr).toMatch(/endpoints: 2 of 2 in use/);
  expect(run.stdout).not.toContain('calls:');
  const again = await runCli([...problems, '--limit', '30', '--base-url', ...urls], { cwd: folder.path });
  expect(again.stderr).toContain('30 samples were finished before');
});

test('the doctor asks a few of many endpoints, and says which', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer();
  const urls = Array.from({ length: 40 }, (_, i) => server.baseUrl.replace('127.0.0.1', `127.0.0.${i + 1}`));
  writeFileSync(folder.join('endpoints.txt'), urls.join('\n'));
  const { stderr, stdout } = await runCli(
    ['doctor', '--model', 'test-model', '--endpoints', 'endpoints.txt', '--timeout', '5', '--json'],
    { cwd: folder.path },
  );
  const asked = [0, 5, 10, 15, 20, 25, 30, 35].map((i) => urls[i] as string);
  expect(stderr).toContain(`asks 8 of 40 endpoints, spread over the list: ${asked.join(', ')}.`);
  const checks: readonly { readonly endpoint?: string }[] = JSON.parse(stdout).reports[0].checks;
  expect(new Set(checks.flatMap(({ endpoint }) => endpoint ?? []))).toEqual(new Set(asked));
});

test.each([
  ['--base-url beside it', ['--base-url', 'http://a/v1'], 'both say whom to ask'],
  ['figures in a file of something else', ['--metrics', 'priced.json'], 'It holds something else'],
  ['prices of its own', ['--endpoints', 'priced.json'], 'the cost of a run is counted by its own'],
  ['no file', ['--endpoints', 'none.txt'], "File 'none.txt' cannot be read"],
])('a wrong request is refused before anybody is asked: %s', async (_, flags, says) => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer();
  writeFileSync(folder.join('endpoints.txt'), server.baseUrl);
  const priced = { baseUrl: server.baseUrl, prices: { prompt: 1, completion: 1 } };
  writeFileSync(folder.join('priced.json'), JSON.stringify([priced]));
  const given = flags[0] === '--endpoints' ? flags : ['--endpoints', 'endpoints.txt', ...flags];
  const { code, stderr } = await runCli(['eval', 'math-embedded', '--model', 'm', ...given], { cwd: folder.path });
  expect(stderr).toContain(says);
  expect([code, server.getStatistics().requests]).toEqual([2, 0]);
});
