// What the scheduler of `packages/models` does with servers: how fast it calls them beside the stock `openai` client, how
// flat its memory is, and how it takes slow, dead, refusing and broken ones.
// Usage: npm run bench -- model-calls [--only speed,journal,memory,endpoints,dead,limit,chaos] [--runs N] [--requests 1000000].
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { forkModelServer, makeTemporaryFolder } from '@scalequest/test-kit';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'speed,journal,memory,endpoints,dead,limit,chaos' },
    requests: { type: 'string', default: '1000000' },
  },
});
const runs = Number(values.runs);
const run = promisify(execFile);
const script = join(import.meta.dirname, 'support', 'call-models.mjs');

async function call(options) {
  const { stdout } = await run(process.execPath, [script, JSON.stringify(options)], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** Starts servers, each in a process of its own, and stops them when the work is done. */
async function withServers(all, work) {
  const servers = await Promise.all(all.map((options) => forkModelServer(options)));
  try {
    return await work(...servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

const pick = (results, key) => results.map((result) => result[key]);
const percent = (value) => `${(100 * value).toFixed(1)} %`;

async function measureSpeed(baseUrls) {
  for (const { n, count } of [
    { n: 1, count: 30_000 },
    { n: 5, count: 20_000 },
  ]) {
    const results = { ours: [], openai: [], bare: [] };
    for (let time = 0; time < runs; time++) {
      for (const via of Object.keys(results)) {
        // The stock client takes several times as long: fewer requests show it as well.
        const measured = via === 'openai' ? count / 4 : count;
        results[via].push(await call({ via, baseUrls, n, count: measured, warmUp: 2000, concurrency: 256 }));
      }
    }
    console.log(
      `requests for ${n} completion${n === 1 ? '' : 's'}, 256 at once, one process each for client and server, after 2,000 others`,
    );
    for (const via of Object.keys(results)) {
      const name = via === 'bare' ? 'bare (a pool of connections and JSON alone: what the server can do)' : via;
      console.log(`  ${name}`);
      console.log(`    requests/s ${describeSpread(pick(results[via], 'requestsPerSecond'), 0)}`);
      console.log(`    completions/s ${describeSpread(pick(results[via], 'completionsPerSecond'), 0)}`);
      const perCpuSecond = pick(results[via], 'requestsPerCpuSecond');
      console.log(`    requests per processor second of the client ${describeSpread(perCpuSecond, 0)}`);
    }
    const ratios = results.ours.map((ours, at) => ours.requestsPerCpuSecond / results.openai[at].requestsPerCpuSecond);
    console.log(`  ours to openai, per processor second: ${describeSpread(ratios, 2)}\n`);
  }
}

const sections = {
  /** A server that answers at once, beside the client on the machine. */
  async speed() {
    await withServers([{}], async ({ baseUrl }) => {
      await measureSpeed([baseUrl]);
    });
  },

  /** The same requests with and without a journal. */
  async journal() {
    const count = 20_000;
    const costs = [];
    await withServers([{}], async ({ baseUrl }) => {
      const options = { via: 'ours', baseUrls: [baseUrl], count, warmUp: 2000, concurrency: 256 };
      for (let time = 0; time < runs; time++) {
        const folder = makeTemporaryFolder();
        const without = await call(options);
        const withJournal = await call({ ...options, journal: folder.join('requests') });
        folder[Symbol.dispose]();
        costs.push(1e6 / withJournal.requestsPerCpuSecond - 1e6 / without.requestsPerCpuSecond);
      }
    });
    console.log(`a journal, ${count} requests, 256 at once`);
    console.log(`  its cost a request, microseconds of the processor: ${describeSpread(costs, 0)}\n`);
  },

  async memory() {
    const count = Number(values.requests);
    const [result, { maxInFlight }] = await withServers([{ options: { latencyMs: 800 } }], async (server) => [
      await call({ via: 'ours', baseUrls: [server.baseUrl], count, concurrency: 4096 }),
      await server.getStatistics(),
    ]);
    const { secondTenthMb, lastTenthMb, peakMb, requestsPerSecond } = result;
    console.log(`${count} requests, 4,096 at once (the server saw ${maxInFlight}), 800 ms each`);
    console.log(`  memory: ${secondTenthMb.toFixed(0)} MB in the second tenth, ${lastTenthMb.toFixed(0)} in the last`);
    console.log(`  peak ${peakMb.toFixed(0)} MB; requests/s ${requestsPerSecond.toFixed(0)}\n`);
  },

  async endpoints() {
    const measure = (latencies) =>
      withServers(
        latencies.map((latencyMs) => ({ options: { latencyMs } })),
        async (...servers) => {
          const baseUrls = servers.map(({ baseUrl }) => baseUrl);
          const result = await call({ via: 'ours', baseUrls, count: 30_000, concurrency: 256, callers: 400 });
          return { ...result, counts: result.statistics.endpoints.map(({ answered }) => answered) };
        },
      );
    const even = await measure(Array(8).fill(200));
    const mean = 30_000 / 8;
    const spread = Math.max(...even.counts.map((count) => Math.abs(count / mean - 1)));
    console.log('eight endpoints of 200 ms, 32 requests at once each, 30,000 requests');
    console.log(`  farthest from an equal share: ${percent(spread)}; requests/s ${even.requestsPerSecond.toFixed(0)}`);
    const slow = await measure([2000, ...Array(7).fill(200)]);
    const kept = slow.requestsPerSecond / even.requestsPerSecond;
    console.log(
      `  one of them ten times slower: ${percent(1 - kept)} of the throughput lost, 11.3 % being what it lacks (${slow.counts[0]} requests went to it)\n`,
    );
  },

  /** One of three servers dies and comes back. */
  async dead() {
    const [diesAfterMs, awayMs, count] = [5000, 20_000, 12_000];
    await withServers(Array(2).fill({ options: { latencyMs: 200 } }), async (...servers) => {
      const mortal = await forkModelServer({ options: { latencyMs: 200 } });
      const baseUrls = [...servers, mortal].map(({ baseUrl }) => baseUrl);
      const done = call({ via: 'ours', baseUrls, count, concurrency: 72 });
      await sleep(diesAfterMs);
      await mortal.close();
      await sleep(awayMs);
      const back = await forkModelServer({ options: { latencyMs: 200, port: mortal.port } });
      const returnedAt = Date.now();
      const result = await done;
      const { firstRequestAt, requests } = await back.getStatistics();
      await back.close();
      const waited = firstRequestAt === undefined ? 'never' : `${((firstRequestAt - returnedAt) / 1000).toFixed(1)} s`;
      console.log(`three servers, of which one dies after ${diesAfterMs / 1000} s and is away for ${awayMs / 1000} s`);
      console.log(`  rows lost ${count - result.answered}; in use again after ${waited} (${requests} requests)\n`);
    });
  },

  async limit() {
    for (const latencyMs of [20, 200]) {
      const results = [];
      for (let time = 0; time < runs; time++) {
        const rateLimit = { ratePerSecond: 200, burst: 20, retryAfter: '1' };
        const [{ wallMs, statistics }, { byStatus }] = await withServers(
          [{ options: { latencyMs, rateLimit } }],
          async (server) => [
            await call({ via: 'ours', baseUrls: [server.baseUrl], count: 6000, concurrency: 128 }),
            await server.getStatistics(),
          ],
        );
        results.push({
          used: 6000 / ((wallMs / 1000) * 200 + 20),
          refused: (byStatus[429] ?? 0) / statistics.requests,
        });
      }
      console.log(`a server that allows 200 requests/s (429, Retry-After: 1), ${latencyMs} ms, 6,000 requests`);
      console.log(`  of what it allowed, %: ${describeSpread(pick(results, 'used').map((value) => 100 * value))}`);
      console.log(
        `  refused, %: ${describeSpread(
          pick(results, 'refused').map((value) => 100 * value),
          2,
        )}\n`,
      );
    }
  },

  async chaos() {
    const count = 100_000;
    const behaviourModule = new URL('./support/broken-server.mjs', import.meta.url);
    const broken = ['a', 'b', 'c'].map((seed) => ({ behaviourModule, options: { seed } }));
    await withServers(broken, async (...servers) => {
      // No server has this name, and no process listens at this port.
      const baseUrls = [
        ...servers.map(({ baseUrl }) => baseUrl),
        'http://no-such-host.invalid/v1',
        'http://127.0.0.1:9/v1',
      ];
      const result = await call({
        via: 'ours',
        baseUrls,
        count,
        concurrency: 640,
        client: { timeoutMs: 3000, maxAttempts: 6 },
      });
      const { answered, setAside, statistics } = result;
      const dropped = Object.values(setAside).reduce((sum, value) => sum + value, 0);
      console.log(
        `${count} requests to three servers that misbehave at 8 % of them, one that does not resolve, one that is not there`,
      );
      console.log(
        `  answered ${answered}, set aside ${dropped} (${JSON.stringify(setAside)}), lost ${count - answered - dropped}`,
      );
      console.log(`  requests sent ${statistics.requests}; failures ${JSON.stringify(statistics.failures)}`);
      for (const { name, answered: own, failureCodes } of statistics.endpoints) {
        console.log(`  ${name}: answered ${own}, ${JSON.stringify(failureCodes)}`);
      }
      console.log('');
    });
  },
};

console.log(`${describeMachine()}\n`);
for (const name of values.only.split(',')) {
  if (sections[name] === undefined) throw new Error(`No section '${name}': ${Object.keys(sections).join(', ')}.`);
  await sections[name]();
}
