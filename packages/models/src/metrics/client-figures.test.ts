import { startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import type { ModelCall } from '../model-client.ts';
import { createOpenAiClient } from '../openai/create-openai-client.ts';

const sampling = { temperature: 0, topP: 1, maxTokens: 8, stop: [] };

test('whoever measures is told of each request once, repeats included; the total is that of all endpoints', async () => {
  await using good = await startModelServer();
  // The first request of a text fails.
  await using bad = await startModelServer({
    misbehaviours: [{ kind: 'status', status: 500, body: { error: 'CUDA' }, when: ({ timesSeen }) => timesSeen === 0 }],
  });
  const calls: ModelCall[] = [];
  const client = createOpenAiClient({
    model: 'm',
    baseUrls: [good.baseUrl, bad.baseUrl],
    onCall: (call) => calls.push(call),
  });
  const asked = Array.from({ length: 8 }, (_, i) =>
    client.generate({ prompt: { kind: 'completion', text: `What is ${i}?` }, sampling }),
  );
  await Promise.all(asked);
  const { requests, resent, failures, total, endpoints } = client.getStatistics();
  await client.close();

  const failed = calls.filter(({ errorCode }) => errorCode !== undefined);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.every(({ endpoint, usage }) => endpoint === bad.baseUrl && usage === undefined)).toBe(true);
  expect(calls.filter(({ errorCode }) => errorCode === undefined)).toHaveLength(8);
  expect(calls[0]).toMatchObject({ kind: 'completion', latencyMs: expect.any(Number) });
  expect(calls).toHaveLength(requests);
  expect(resent).toBe(failed.length);
  expect(failures).toMatchObject({ retry: failed.length, drop: 0 });
  expect(total).toMatchObject({ requests, answered: 8, samples: 8, failureCodes: { SERVER_FAILED: failed.length } });
  expect(total?.completionTokens).toBe(endpoints.reduce((sum, { completionTokens }) => sum + completionTokens, 0));
  expect(total?.latencyMs.max).toBe(Math.max(...endpoints.map(({ latencyMs }) => latencyMs.max)));
});

test('a request that is given up is no call that failed', async () => {
  await using server = await startModelServer({ misbehaviours: [{ kind: 'hang' }] });
  const calls: ModelCall[] = [];
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl], onCall: (call) => calls.push(call) });
  const asked = client.generate(
    { prompt: { kind: 'completion', text: 'Hello' }, sampling },
    { signal: AbortSignal.timeout(50) },
  );
  await expect(asked).rejects.toThrow();
  await client.close();
  expect(calls).toEqual([]);
});
