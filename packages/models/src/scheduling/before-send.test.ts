import { expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualClock, type VirtualClock } from '../__fixtures__/virtual-clock.ts';
import { createBudget } from './budget.ts';
import { type Attempt, createRequestRunner, type RequestRunner, type RunnerOptions } from './request-runner.ts';
import type { Turn } from './scheduler.ts';

/** Every limit that a request draws from, wide enough for one of those below and not for two at once. */
const limits = { requestsPerSecond: 1, tokensPerMinute: 6000, maxInFlight: 1, maxCost: 1 };
const prices = { prompt: 0, completion: 6000 };
const turn: Turn = {
  stage: '',
  priority: 0,
  demand: { expectedTokens: 100, most: { promptTokens: 0, completionTokens: 100 } },
};

function setUp(options: Partial<RunnerOptions> = {}): { clock: VirtualClock; runner: RequestRunner } {
  const clock = createVirtualClock();
  const runner = createRequestRunner({
    endpoints: [{ name: 'a', maxConcurrency: 4, prices }],
    timeoutMs: 60_000,
    maxAttempts: 4,
    patienceMs: 600_000,
    clock,
    random: () => 0,
    ...options,
  });
  return { clock, runner };
}

const succeed: Attempt<string> = async () => ({ ok: true, value: 'done' });

test('what is to be done before a sending is done before each, when the request has its turn', async () => {
  const { clock, runner } = setUp({ endpoints: [{ name: 'a', maxConcurrency: 1 }] });
  const seen: string[] = [];
  const run = (name: string): Promise<unknown> => {
    let sendings = 0;
    const attempt: Attempt<string> = async () => {
      seen.push(`${name} goes`);
      return ++sendings === 1 && name === 'x' ? makeFailure({ kind: 'failed' }) : { ok: true, value: name };
    };
    const beforeSend = (): Promise<void> =>
      new Promise((resolve) => {
        seen.push(`${name} prepares`);
        clock.schedule(100, resolve);
      });
    return runner.run(attempt, { beforeSend });
  };
  await clock.runUntil(Promise.all([run('x'), run('y')]));
  expect(seen).toEqual(['x prepares', 'x goes', 'y prepares', 'y goes', 'x prepares', 'x goes']);
});

test('its time is none of the request: no time-out and no latency counts it', async () => {
  const { clock, runner } = setUp({ timeoutMs: 1000 });
  const attempt: Attempt<string> = () =>
    new Promise((resolve) => void clock.schedule(300, () => resolve({ ok: true, value: 'done' })));
  const beforeSend = (): Promise<void> => new Promise((resolve) => void clock.schedule(5000, resolve));
  expect(await clock.runUntil(runner.run(attempt, { beforeSend }))).toMatchObject({ attempts: 1, latencyMs: 300 });
});

test.each([
  ['whose preparation fails', () => Promise.reject(new Error('The disk is full.')), 'The disk is full.'],
  [
    'whose preparation throws',
    () => {
      throw new Error('Not even begun.');
    },
    'Not even begun.',
  ],
  ['that is aborted while it is prepared', async (abort: () => void) => abort(), 'Enough.'],
])('a request %s never goes out, and takes nothing of a budget', async (_, prepare, reason) => {
  const budget = createBudget(limits);
  const { clock, runner } = setUp({ endpoints: [{ name: 'a', maxConcurrency: 4, prices, limits }], budget });
  const controller = new AbortController();
  const { signal } = controller;
  const beforeSend = (): Promise<void> => prepare(() => controller.abort(new Error('Enough.')));
  let sendings = 0;
  const attempt: Attempt<string> = async () => {
    sendings += 1;
    return { ok: true, value: 'done' };
  };
  await expect(clock.runUntil(runner.run(attempt, { turn, signal, beforeSend }))).rejects.toThrow(reason);
  expect(sendings).toBe(0);
  expect(budget.getUse()).toEqual({
    ...{ requests: 0, inFlight: 0, promptTokens: 0, completionTokens: 0 },
    ...{ cost: 0, uncountedCost: 0 },
  });
  expect(runner.readTotal()).toMatchObject({ requests: 0, failures: { retry: 0, shrink: 0, drop: 0, fatal: 0 } });
  // All that it had reserved is there again: the next one would else wait for a second, or for ever.
  await clock.runUntil(runner.run(succeed, { turn }));
  expect(clock.now()).toBeLessThan(500);
});

test('a request that is closed while it is prepared never goes out', async () => {
  const budget = createBudget(limits);
  const { clock, runner } = setUp({ budget });
  const beforeSend = async (): Promise<void> => runner.close();
  await expect(clock.runUntil(runner.run(succeed, { turn, beforeSend }))).rejects.toMatchObject({
    code: 'CLIENT_CLOSED',
  });
  expect(budget.getUse()).toMatchObject({ requests: 0, inFlight: 0, uncountedCost: 0 });
});
