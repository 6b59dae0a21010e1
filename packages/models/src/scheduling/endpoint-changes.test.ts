import { describe, expect, test } from 'vitest';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import type { EndpointSettings } from './endpoint.ts';
import { type Attempt, createRequestRunner } from './request-runner.ts';

const prices = { prompt: 1e6, completion: 1e6 };
const turn = {
  stage: '',
  priority: 0,
  demand: { expectedTokens: 10, most: { promptTokens: 0, completionTokens: 10 } },
};

function setUp(first: EndpointSettings) {
  const virtual = createVirtualRunner(createRequestRunner, { mayChange: true, endpoints: [first] });
  let out = 0;
  let most = 0;
  let cost = 0;
  const attempt: Attempt<string> = async () => {
    most = Math.max(most, ++out);
    cost += 10;
    await virtual.wait(1000);
    out -= 1;
    return { ok: true, value: '', usage: { promptTokens: 0, completionTokens: 10 } };
  };
  return { ...virtual, attempt, read: () => ({ most, cost }) };
}

describe('an endpoint that was removed and is added again', () => {
  test('has the requests that are out there counted', async () => {
    const settings = { name: 'a', maxConcurrency: 8, prices };
    const { clock, runner, wait, attempt, read } = setUp(settings);
    const calls = Array.from({ length: 60 }, () => runner.run(attempt, { turn }));
    await clock.runUntil(wait(300));
    runner.setEndpoints([]);
    runner.setEndpoints([settings]);
    expect(runner.readStates()).toHaveLength(1);
    expect(runner.endpoints[0]?.inFlight).toBe(8);
    await clock.runUntil(Promise.all(calls));
    expect(read().most).toBe(8);
    expect(runner.endpoints[0]?.inFlight).toBe(0);
  });

  test('starts slowly, and with its troubles forgotten', async () => {
    const settings = { name: 'a', maxConcurrency: 64 };
    const { clock, runner, wait, attempt } = setUp(settings);
    await clock.runUntil(Promise.all(Array.from({ length: 200 }, () => runner.run(attempt, { turn }))));
    runner.setEndpoints([]);
    await clock.runUntil(wait(500_000));
    runner.setEndpoints([settings]);
    expect(runner.endpoints[0]).toMatchObject({ limit: 4, isGated: false });
  });
});

describe('limits of an endpoint', () => {
  test('are not given again where it goes and comes, or where its settings change', async () => {
    const settings = { name: 'a', maxConcurrency: 4, prices, limits: { maxCost: 100 } };
    const { clock, runner, attempt, read } = setUp(settings);
    const ask = async (): Promise<string> => {
      const calls = Array.from({ length: 15 }, () => runner.run(attempt, { turn }));
      const results = await clock.runUntil(Promise.allSettled(calls));
      return results.map(({ status }) => (status === 'fulfilled' ? '+' : '-')).join('');
    };
    expect(await ask()).toBe('++++++++++-----');
    runner.setEndpoints([]);
    runner.setEndpoints([settings]);
    expect(await ask()).toBe('-'.repeat(15));
    runner.setEndpoints([{ ...settings, maxConcurrency: 5 }]);
    expect(await ask()).toBe('-'.repeat(15));
    runner.setEndpoints([{ ...settings, limits: { maxCost: 130 } }]);
    expect(await ask()).toBe('+++------------');
    expect(read().cost).toBe(130);
  });

  test('take effect while requests are out, and more at once is asked for at once', async () => {
    const settings = { name: 'a', maxConcurrency: 4 };
    const { clock, runner, wait, attempt, read } = setUp(settings);
    const calls = Array.from({ length: 80 }, () => runner.run(attempt, { turn }));
    await clock.runUntil(wait(300));
    runner.setEndpoints([{ ...settings, maxConcurrency: 16 }]);
    await clock.runUntil(wait(100));
    expect(runner.endpoints[0]?.inFlight).toBe(16);
    runner.setEndpoints([{ ...settings, maxConcurrency: 2 }]);
    await clock.runUntil(wait(2000));
    expect(runner.endpoints[0]?.inFlight).toBe(2);
    await clock.runUntil(Promise.all(calls));
    expect(read().most).toBe(16);
  });

  test('that are wrong are refused, and those before stay', () => {
    const { runner } = setUp({ name: 'a', maxConcurrency: 4 });
    const wrong = [{ name: 'b', maxConcurrency: 4, limits: { requestsPerSecond: 0 } }];
    expect(() => runner.setEndpoints(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(runner.endpoints.map(({ name }) => name)).toEqual(['a']);
  });
});
