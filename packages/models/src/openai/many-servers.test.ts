import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ModelServer, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { EndpointOptions, EndpointSource } from '../discovery/endpoint-source.ts';
import type { ModelClient } from '../model-client.ts';
import { type Clock, systemClock } from '../scheduling/clock.ts';
import { createOpenAiClient } from './create-openai-client.ts';

/** Real time, in which waits of the scheduler take a hundredth. */
const hurriedClock: Clock = {
  ...systemClock,
  now: () => performance.now() * 100,
  schedule: (delayMs, callback) => systemClock.schedule(delayMs / 100, callback),
};
const timeoutMs = 60_000_000;

/** So many callers that always want something, until so many requests are answered. */
async function drive(
  client: ModelClient,
  {
    callers,
    requests,
    onAnswer,
  }: { readonly callers: number; readonly requests: number; readonly onAnswer?: (done: number) => Promise<void> },
): Promise<readonly string[]> {
  const texts: string[] = [];
  let begun = 0;
  const caller = async (): Promise<void> => {
    for (let index = begun++; index < requests; index = begun++) {
      const { choices } = await client.generate({
        prompt: { kind: 'completion', text: `Prompt ${index}` },
        sampling: { temperature: 0, topP: 1, maxTokens: 8, stop: [] },
      });
      texts.push(choices[0]?.text ?? '');
      await onAnswer?.(texts.length);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return texts;
}

function makeSource(
  first: readonly EndpointOptions[],
): EndpointSource & { readonly set: (next: readonly EndpointOptions[]) => void } {
  let endpoints = first;
  let onChange = (): void => undefined;
  return {
    get endpoints() {
      return endpoints;
    },
    onChange: (callback) => {
      onChange = callback;
      return () => undefined;
    },
    set: (next) => {
      endpoints = next;
      onChange();
    },
  };
}

const reply = ({ text }: { readonly text: string }): string => `Answer to ${text}`;

describe('several servers', () => {
  test('share the requests to 5 %', async () => {
    const servers = await Promise.all(Array.from({ length: 8 }, () => startModelServer({ latencyMs: 15, reply })));
    const client = createOpenAiClient({
      model: 'm',
      baseUrls: servers.map(({ baseUrl }) => baseUrl),
      maxConcurrency: 8,
    });
    await drive(client, { callers: 80, requests: 1600 });
    for (const server of servers) {
      expect(Math.abs(server.getStatistics().requests / 200 - 1)).toBeLessThanOrEqual(0.05);
    }
    await client.close();
    await Promise.all(servers.map((server) => server.close()));
  });

  test('of which one is killed and started again on its port lose no row, and use it again', async () => {
    await using steady = await startModelServer({ latencyMs: 5, reply });
    let other: ModelServer = await startModelServer({ latencyMs: 5, reply });
    const { port } = other;
    const client = createOpenAiClient({
      model: 'm',
      baseUrls: [steady.baseUrl, other.baseUrl],
      maxConcurrency: 8,
      clock: hurriedClock,
      timeoutMs,
    });
    const texts = await drive(client, {
      callers: 24,
      // As many once it is back that the longest wait for it is over long before they are.
      requests: 2000,
      onAnswer: async (done) => {
        if (done === 300) await other.close();
        if (done === 600) other = await startModelServer({ latencyMs: 5, port, reply });
      },
    });
    expect(new Set(texts).size).toBe(2000);
    expect(other.getStatistics().requests).toBeGreaterThan(50);
    await client.close();
    await other.close();
  });

  test('that may have more at once get more, over new connections, while requests are out', async () => {
    await using server = await startModelServer({ latencyMs: 20, reply });
    const { baseUrl } = server;
    const source = makeSource([{ baseUrl, maxConcurrency: 4 }]);
    const client = createOpenAiClient({ model: 'm', endpoints: source });
    const before: number[] = [];
    const texts = await drive(client, {
      callers: 64,
      requests: 800,
      onAnswer: async (done) => {
        if (done !== 200) return;
        before.push(server.getStatistics().maxInFlight);
        source.set([{ baseUrl, maxConcurrency: 32 }]);
      },
    });
    expect(new Set(texts).size).toBe(800);
    // A server counts an answer as out for a moment longer than its client does.
    expect(before[0]).toBeLessThanOrEqual(8);
    expect(server.getStatistics().maxInFlight).toBeGreaterThan(16);
    expect(server.getStatistics().maxInFlight).toBeLessThanOrEqual(32 + 4);
    await client.close();
  });
});

test('a closed client leaves nothing that keeps a process from its end', async () => {
  await using server = await startModelServer({
    misbehaviours: [{ kind: 'hang', when: ({ text }) => text === 'hang' }],
  });
  const module = new URL('../../dist/index.js', import.meta.url).href;
  const script = `
    import { createBudget, createOpenAiClient } from ${JSON.stringify(module)};
    const budget = createBudget({ requestsPerSecond: 20, tokensPerMinute: 1e6 });
    const ask = (client, text) => client.generate({
      prompt: { kind: 'completion', text }, sampling: { temperature: 0, topP: 1, maxTokens: 8, stop: [] },
    }).then(() => 'answered', (error) => error.code);
    const endpoints = { endpoints: [], onChange: () => () => undefined };
    const clients = [
      createOpenAiClient({ model: 'm', baseUrls: [${JSON.stringify(server.baseUrl)}, 'http://127.0.0.1:9/v1'], budget, hedge: {} }),
      createOpenAiClient({ model: 'm', baseUrls: ['http://127.0.0.1:9/v1'], budget }),
      createOpenAiClient({ model: 'm', endpoints }),
    ];
    await ask(clients[0], 'Hello');
    const calls = clients.flatMap((client) => Array.from({ length: 20 }, (_, at) => ask(client, at % 2 ? 'hang' : 'Hi')));
    await ask(clients[0], 'Hello again');
    await Promise.all(clients.map((client) => client.close()));
    const codes = await Promise.all(calls);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const left = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('TCP'));
    console.log(JSON.stringify({ left, closed: codes.includes('CLIENT_CLOSED') }));`;
  // It also has to end by itself.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual({ left: [], closed: true });
});
