import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../__fixtures__/virtual-clock.ts';
import { createBudget } from './budget.ts';
import type { Demand } from './demand.ts';
import { type Attempt, createRequestRunner, type RequestRunner, type RunnerOptions } from './request-runner.ts';

const prices = { prompt: 1_000_000, completion: 1_000_000 };

function need(promptTokens: number, completionTokens: number): Demand {
  return { expectedTokens: promptTokens + completionTokens, most: { promptTokens, completionTokens } };
}

function setUp(options: Partial<RunnerOptions> = {}) {
  const clock = createVirtualClock();
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.schedule(delayMs, resolve));
  const create = (more: Partial<RunnerOptions> = {}): RequestRunner =>
    createRequestRunner({
      endpoints: [{ name: 'a', maxConcurrency: 100, prices }],
      timeoutMs: 60_000,
      maxAttempts: 4,
      patienceMs: 600_000,
      clock,
      random: () => 0,
      ...options,
      ...more,
    });
  return { clock, wait, create };
}

describe('a budget', () => {
  test('of requests per second is kept by two clients together, and used', async () => {
    const budget = createBudget({ requestsPerSecond: 50 });
    const { clock, wait, create } = setUp({ budget });
    const sentAt: number[] = [];
    const attempt: Attempt<string> = async () => {
      sentAt.push(clock.now());
      await wait(20);
      return { ok: true, value: 'done' };
    };
    const runners = [create(), create()];
    await clock.runUntil(
      Promise.all(Array.from({ length: 500 }, (_, index) => (runners[index % 2] as RequestRunner).run(attempt, {}))),
    );
    for (const from of sentAt) {
      expect(sentAt.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(50 + 3);
    }
    expect(clock.now()).toBeLessThan(10_500);
    expect(budget.getUse()).toMatchObject({ requests: 500, inFlight: 0 });
  });

  test('of tokens per minute counts what the servers counted, not what was expected', async () => {
    const budget = createBudget({ tokensPerMinute: 60_000 });
    const { clock, wait, create } = setUp({ budget });
    const runner = create();
    const attempt: Attempt<string> = async () => {
      await wait(50);
      return { ok: true, value: 'done', usage: { promptTokens: 10, completionTokens: 90 } };
    };
    const turn = { stage: '', priority: 0, demand: need(10, 490) };
    await clock.runUntil(Promise.all(Array.from({ length: 300 }, () => runner.run(attempt, { turn }))));
    // 30,000 tokens at 1,000 a second; by what was expected it would take 150 s.
    expect(clock.now()).toBeGreaterThan(28_000);
    expect(clock.now()).toBeLessThan(40_000);
    expect(budget.getUse()).toMatchObject({ promptTokens: 3000, completionTokens: 27_000 });
  });

  test('of requests in flight is kept over two clients', async () => {
    const budget = createBudget({ maxInFlight: 3 });
    const { clock, wait, create } = setUp({ budget });
    let now = 0;
    let most = 0;
    const attempt: Attempt<string> = async () => {
      most = Math.max(most, ++now);
      await wait(30);
      now -= 1;
      return { ok: true, value: 'done' };
    };
    const runners = [create(), create()];
    await clock.runUntil(
      Promise.all(Array.from({ length: 60 }, (_, index) => (runners[index % 2] as RequestRunner).run(attempt, {}))),
    );
    expect(most).toBe(3);
    expect(clock.now()).toBeLessThan(650);
  });

  test('of cost is never exceeded: what could exceed it is not sent', async () => {
    const budget = createBudget({ maxCost: 1000 });
    const { clock, wait, create } = setUp({ budget });
    const runner = create();
    let cost = 0;
    const attempt: Attempt<string> = async () => {
      await wait(20);
      cost += 60;
      return { ok: true, value: 'done', usage: { promptTokens: 10, completionTokens: 50 } };
    };
    const turn = { stage: '', priority: 0, demand: need(10, 90) };
    const results = await clock.runUntil(
      Promise.allSettled(Array.from({ length: 40 }, () => runner.run(attempt, { turn }))),
    );
    expect(cost).toBeLessThanOrEqual(1000);
    expect(cost).toBeGreaterThan(900);
    expect(budget.getUse().cost).toBe(cost);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(40 - cost / 60);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'BUDGET_SPENT', errorClass: 'fatal' });
    }
  });

  test('takes for spent what a request that broke off may have cost, and says so apart', async () => {
    const budget = createBudget({ maxCost: 250 });
    const { clock, create } = setUp({ budget, maxAttempts: 1 });
    const runner = create();
    const breakOff: Attempt<string> = async () => ({
      ok: false,
      failure: { outcome: { kind: 'failed' }, details: { code: 'CONNECTION_LOST', errorClass: 'retry', what: 'Cut.' } },
    });
    const turn = { stage: '', priority: 0, demand: need(10, 90) };
    const codes: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      await clock.runUntil(
        runner.run(breakOff, { turn }).catch((error: { code: string }) => void codes.push(error.code)),
      );
    }
    expect(codes).toEqual(['CONNECTION_LOST', 'CONNECTION_LOST', 'BUDGET_SPENT']);
    expect(budget.getUse()).toMatchObject({ cost: 0, uncountedCost: 200 });
  });

  test('of one endpoint leaves the others alone', async () => {
    const { clock, wait, create } = setUp();
    const runner = create({
      endpoints: [
        { name: 'slow', maxConcurrency: 10, limits: { requestsPerSecond: 5 } },
        { name: 'free', maxConcurrency: 10 },
      ],
    });
    const counts = { slow: 0, free: 0 };
    const attempt: Attempt<string> = async ({ endpoint }) => {
      counts[endpoint as 'slow' | 'free'] += 1;
      await wait(100);
      return { ok: true, value: 'done' };
    };
    await clock.runUntil(Promise.all(Array.from({ length: 1000 }, () => runner.run(attempt, {}))));
    expect(counts.slow).toBeLessThanOrEqual(5 * (clock.now() / 1000) + 1);
    expect(counts.slow).toBeGreaterThan(30);
    expect(clock.now()).toBeLessThan(10_500);
  });
});

describe('stages', () => {
  test('share a model by their shares, and one alone has all of it', async () => {
    const { clock, wait, create } = setUp();
    const runner = create({ endpoints: [{ name: 'a', maxConcurrency: 4 }], shares: { answers: 3, questions: 1 } });
    const done: string[] = [];
    const ask = (stage: string): Promise<unknown> =>
      runner.run(
        async () => {
          await wait(10);
          done.push(stage);
          return { ok: true, value: stage };
        },
        { turn: { stage, priority: 0, demand: need(0, 100) } },
      );
    await clock.runUntil(
      Promise.all([
        ...Array.from({ length: 400 }, () => ask('answers')),
        ...Array.from({ length: 400 }, () => ask('questions')),
      ]),
    );
    const answers = done.slice(0, 400).filter((stage) => stage === 'answers').length;
    expect(answers).toBeGreaterThan(290);
    expect(answers).toBeLessThan(310);
    expect(done.slice(-200).every((stage) => stage === 'questions')).toBe(true);
  });

  test('of a higher priority go first', async () => {
    const { clock, wait, create } = setUp();
    const runner = create({ endpoints: [{ name: 'a', maxConcurrency: 1 }] });
    const done: number[] = [];
    const ask = (priority: number): Promise<unknown> =>
      runner.run(
        async () => {
          await wait(10);
          done.push(priority);
          return { ok: true, value: '' };
        },
        { turn: { stage: '', priority, demand: need(0, 1) } },
      );
    await clock.runUntil(Promise.all([ask(0), ask(0), ask(0), ask(7), ask(-1), ask(7)]));
    expect(done).toEqual([0, 7, 7, 0, 0, -1]);
  });
});
