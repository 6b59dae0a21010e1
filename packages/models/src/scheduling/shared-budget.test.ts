import { describe, expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import { type BudgetLimits, createBudget } from './budget.ts';
import { type Attempt, createRequestRunner, type RequestRunner } from './request-runner.ts';

const prices = { prompt: 1e6, completion: 1e6 };

function makeTurn(tokens: number, stage = '') {
  const demand = { expectedTokens: tokens, most: { promptTokens: 0, completionTokens: tokens } };
  return { stage, priority: 0, demand };
}

describe('clients that share a budget', () => {
  test.each<[string, BudgetLimits]>([
    ['requests in flight', { maxInFlight: 2 }],
    ['requests per second', { requestsPerSecond: 20 }],
    ['tokens per minute', { tokensPerMinute: 12_000 }],
  ])('of %s are served in turn: one with a thousand requests does not starve one with a few', async (_, limits) => {
    const { clock, create, wait } = createVirtualRunner(createRequestRunner, {
      budget: createBudget(limits),
      endpoints: [{ name: 'a', maxConcurrency: 50 }],
    });
    const attempt: Attempt<string> = async () => {
      await wait(100);
      return { ok: true, value: '', usage: { promptTokens: 0, completionTokens: 10 } };
    };
    const [many, few] = [create(), create()];
    const crowd = Promise.all(Array.from({ length: 1000 }, () => many.run(attempt, { turn: makeTurn(10) })));
    await clock.runUntil(wait(1000));
    await clock.runUntil(Promise.all(Array.from({ length: 20 }, () => few.run(attempt, { turn: makeTurn(10) }))));
    // Half of twenty a second is two seconds for twenty.
    expect(clock.now()).toBeLessThan(1000 + 2600);
    await clock.runUntil(crowd);
  });

  test('do not starve one whose requests are large', async () => {
    const { clock, create, wait } = createVirtualRunner(createRequestRunner, {
      budget: createBudget({ tokensPerMinute: 60_000 }),
    });
    const attempt =
      (tokens: number): Attempt<string> =>
      async () => {
        await wait(20);
        return { ok: true, value: '', usage: { promptTokens: 0, completionTokens: tokens } };
      };
    const [small, large] = [create(), create()];
    const crowd = Promise.all(Array.from({ length: 3000 }, () => small.run(attempt(20), { turn: makeTurn(20) })));
    await clock.runUntil(wait(2000));
    await clock.runUntil(Promise.all([1, 2, 3].map(() => large.run(attempt(900), { turn: makeTurn(900) }))));
    expect(clock.now()).toBeLessThan(2000 + 4000);
    await clock.runUntil(crowd);
  });

  test('are served on when one that waits in front is closed', async () => {
    const { clock, create, wait, countTimers } = createVirtualRunner(createRequestRunner, {
      budget: createBudget({ requestsPerSecond: 1 }),
    });
    const attempt: Attempt<string> = async () => {
      await wait(10);
      return { ok: true, value: '' };
    };
    const runners = [create(), create()] as const;
    const calls = runners.flatMap((runner) => [1, 2].map(() => runner.run(attempt, {})));
    clock.schedule(1500, () => runners[0].close());
    const results = await clock.runUntil(Promise.allSettled(calls));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
    expect(clock.now()).toBeLessThan(4000);
    runners[1].close();
    expect(countTimers()).toBe(0);
  });

  test('get what a closed one had reserved: what was out counts as spent, and frees its places', async () => {
    const budget = createBudget({ maxInFlight: 2, maxCost: 1000 });
    const { clock, create } = createVirtualRunner(createRequestRunner, {
      budget,
      endpoints: [{ name: 'a', maxConcurrency: 50, prices }],
    });
    const hang: Attempt<string> = ({ cancellation }) =>
      new Promise((resolve) => void cancellation.onCancel(() => resolve(makeFailure({ kind: 'failed' }))));
    const done: Attempt<string> = async () => ({
      ok: true,
      value: '',
      usage: { promptTokens: 0, completionTokens: 50 },
    });
    const [first, second] = [create(), create()];
    const calls = [
      ...[1, 2].map(() => first.run(hang, { turn: makeTurn(100) })),
      ...[1, 2, 3].map(() => second.run(done, { turn: makeTurn(100) })),
    ];
    clock.schedule(10, () => first.close());
    const results = await clock.runUntil(Promise.allSettled(calls));
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(budget.getUse()).toMatchObject({ inFlight: 0, cost: 150, uncountedCost: 200 });
  });
});

test('where a server costs too much one that costs nothing is used on', async () => {
  const budget = createBudget({ maxCost: 300 });
  const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
    budget,
    endpoints: [
      { name: 'hosted', maxConcurrency: 4, prices },
      { name: 'own', maxConcurrency: 1, prices: { prompt: 0, completion: 0 } },
    ],
  });
  const attempt: Attempt<string> = async ({ endpoint }) => {
    await wait(10);
    return { ok: true, value: endpoint, usage: { promptTokens: 0, completionTokens: 100 } };
  };
  const calls = Array.from({ length: 40 }, () => runner.run(attempt, { turn: makeTurn(100) }));
  const results = await clock.runUntil(Promise.all(calls));
  expect(results.filter(({ value }) => value === 'hosted')).toHaveLength(3);
  expect(budget.getUse()).toMatchObject({ cost: 300, uncountedCost: 0 });
});

test('limits that are changed count what was taken before', async () => {
  const budget = createBudget({ maxCost: 100 });
  const { clock, runner } = createVirtualRunner(createRequestRunner, {
    budget,
    endpoints: [{ name: 'a', maxConcurrency: 4, prices }],
  });
  const attempt: Attempt<string> = async () => ({
    ok: true,
    value: '',
    usage: { promptTokens: 0, completionTokens: 100 },
  });
  await clock.runUntil(runner.run(attempt, { turn: makeTurn(100) }));
  const refused = runner.run(attempt, { turn: makeTurn(100) });
  await expect(clock.runUntil(refused)).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  budget.change({ maxCost: 200 });
  await clock.runUntil(runner.run(attempt, { turn: makeTurn(100) }));
  const again = runner.run(attempt, { turn: makeTurn(100) });
  await expect(clock.runUntil(again)).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  expect(budget.getUse()).toMatchObject({ requests: 2, cost: 200 });
});

test('who waits behind a large request goes at once when that is given up', async () => {
  const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
    budget: createBudget({ tokensPerMinute: 60_000 }),
  });
  const attempt: Attempt<string> = async () => ({ ok: true, value: '' });
  await clock.runUntil(runner.run(attempt, { turn: makeTurn(60_000) }));
  await clock.runUntil(wait(1));
  const controller = new AbortController();
  const large = runner.run(attempt, { turn: makeTurn(1000), signal: controller.signal });
  const free = runner.run(attempt, { turn: { ...makeTurn(0), priority: -1 } });
  clock.schedule(10, () => controller.abort());
  await expect(clock.runUntil(large)).rejects.toThrow();
  await clock.runUntil(free.catch(() => undefined));
  // A token a millisecond: for the large one it would be a second later.
  expect(clock.now()).toBeLessThan(59_500);
});

test('a stage at which everything fails leaves another one its share', async () => {
  const { clock, runner, wait } = createVirtualRunner(createRequestRunner, { maxAttempts: 8 });
  const fail: Attempt<string> = async () => {
    await wait(100);
    return makeFailure({ kind: 'failed' });
  };
  const succeed: Attempt<string> = async () => {
    await wait(100);
    return { ok: true, value: '' };
  };
  const drive = (one: RequestRunner, stage: string, attempt: Attempt<string>, count: number): Promise<unknown> =>
    Promise.allSettled(Array.from({ length: count }, () => one.run(attempt, { turn: makeTurn(10, stage) })));
  const failing = drive(runner, 'broken', fail, 500);
  await clock.runUntil(wait(5000));
  await clock.runUntil(drive(runner, 'healthy', succeed, 40));
  // Half of forty a second, with time for what a first failure holds back.
  expect(clock.now()).toBeLessThan(5000 + 4000);
  await clock.runUntil(failing);
});
