// One process that calls a model many times and prints what that took as JSON: `node call-models.mjs '{"via": ...}'`.
// `via`: `ours` for our client, `openai` for the stock client of the `openai` package with its own defaults, `bare` for a pool
// of connections alone, which shows what server and machine can do. `warmUp` requests go before those that count.

import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJournaledClient, createOpenAiClient } from '@scalequest/models';
import { openRequestJournal } from '@scalequest/runs';

const options = { n: 1, concurrency: 512, maxTokens: 64, warmUp: 0, ...JSON.parse(process.argv[2]) };
const { via, baseUrls, count, concurrency, n, maxTokens, warmUp } = options;
const sampling = { temperature: 1, topP: 1, maxTokens, stop: [] };

/** The packages that `packages/models` has, in its versions. */
const requireFromModels = createRequire(new URL('../../packages/models/package.json', import.meta.url));

async function openClient() {
  if (via === 'ours') {
    const client = createOpenAiClient({
      model: 'm',
      baseUrls,
      via: 'undici',
      maxConcurrency: Math.ceil(concurrency / baseUrls.length),
      ...options.client,
    });
    const journal = options.journal && (await openRequestJournal({ folder: options.journal }));
    const asked = journal ? createJournaledClient({ client, journal }) : client;
    return {
      ask: async (index) => {
        const key = { id: `question-${index}`, epoch: 0 };
        const request = { key, prompt: ask(index), sampling: { ...sampling, seed: index * n, n } };
        return (await asked.generate(request)).choices.length;
      },
      readStatistics: client.getStatistics,
      finish: () => journal?.close(),
    };
  }
  if (via === 'bare') {
    const { Pool } = requireFromModels('undici');
    const { origin, pathname } = new URL(baseUrls[0]);
    const pool = new Pool(origin, { connections: concurrency });
    const headers = { 'content-type': 'application/json' };
    return {
      ask: async (index) => {
        const body = JSON.stringify({ model: 'm', prompt: ask(index).text, max_tokens: maxTokens, seed: index * n, n });
        const answer = await pool.request({ method: 'POST', path: `${pathname}/completions`, headers, body });
        return (await answer.body.json()).choices.length;
      },
      readStatistics: () => undefined,
    };
  }
  const { OpenAI } = requireFromModels('openai');
  const client = new OpenAI({ baseURL: baseUrls[0], apiKey: 'none' });
  return {
    ask: async (index) => {
      const { choices } = await client.completions.create({
        model: 'm',
        prompt: ask(index).text,
        temperature: 1,
        top_p: 1,
        max_tokens: maxTokens,
        seed: index * n,
        n,
      });
      return choices.length;
    },
    readStatistics: () => undefined,
  };
}

function ask(index) {
  return { kind: 'completion', text: `Question ${index}: ${'what is it? '.repeat(12)}` };
}

const { ask: askOnce, readStatistics, finish } = await openClient();
const memoryMb = [];
const setAside = {};
let next = 0;
let answered = 0;
let completions = 0;
let isDone = false;
const watch = (async () => {
  while (!isDone) {
    memoryMb.push(process.memoryUsage().rss / 2 ** 20);
    await sleep(250);
  }
})();
let cpu = process.cpuUsage();
let startedAt = performance.now();
const callers = Array.from({ length: options.callers ?? concurrency }, async () => {
  for (let index = next++; index < warmUp + count; index = next++) {
    if (index === warmUp) {
      cpu = process.cpuUsage();
      startedAt = performance.now();
    }
    try {
      const got = await askOnce(index);
      if (index < warmUp) continue;
      completions += got;
      answered += 1;
    } catch (error) {
      if (error.errorClass !== 'drop') throw error;
      setAside[error.code] = (setAside[error.code] ?? 0) + 1;
    }
  }
});
await Promise.all(callers);
await finish?.();
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
isDone = true;
await watch;
const tenth = Math.max(1, Math.floor(memoryMb.length / 10));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
console.log(
  JSON.stringify({
    answered,
    setAside,
    warmUp,
    requestsPerSecond: (count * 1000) / wallMs,
    completionsPerSecond: (completions * 1000) / wallMs,
    requestsPerCpuSecond: (count * 1e6) / (user + system),
    wallMs,
    peakMb: Math.max(...memoryMb),
    /** The second and the last tenth: the first fills caches and connections. */
    secondTenthMb: mean(memoryMb.slice(tenth, 2 * tenth)),
    lastTenthMb: mean(memoryMb.slice(-tenth)),
    statistics: readStatistics(),
  }),
);
process.exit();
