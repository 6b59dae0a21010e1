import { createRandom } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import { createBudget } from './budget.ts';
import { type Attempt, type AttemptResult, createRequestRunner, type RunnerOptions } from './request-runner.ts';

const prices = { prompt: 1e6, completion: 1e6 };
const turn = {
  stage: '',
  priority: 0,
  demand: { expectedTokens: 10, most: { promptTokens: 5, completionTokens: 5 } },
};
const usage = { promptTokens: 5, completionTokens: 5 };

/** A runner that knows that requests take a second, and sends a second one after two. */
async function setUp(options: Partial<RunnerOptions> = {}) {
  const virtual = createVirtualRunner(createRequestRunner, {
    endpoints: ['a', 'b', 'c'].map((name) => ({ name, maxConcurrency: 100, prices })),
    hedge: { leastMs: 2000, mostShare: 1 },
    ...options,
  });
  const { clock, runner, wait } = virtual;
  const usual: Attempt<string> = async () => {
    await wait(1000);
    return { ok: true, value: 'usual', usage };
  };
  await clock.runUntil(Promise.all(Array.from({ length: 100 }, () => runner.run(usual, { turn }))));
  const begunAt = clock.now();
  /** What each sending does, in their order. */
  const play = (
    ...parts: readonly { readonly ms: number; readonly result: AttemptResult<string> }[]
  ): { readonly attempt: Attempt<string>; readonly cancelled: boolean[] } => {
    const cancelled: boolean[] = [];
    return {
      cancelled,
      attempt: async ({ cancellation }) => {
        const at = cancelled.push(false) - 1;
        const part = parts[at] ?? { ms: 1000, result: { ok: true, value: `sending ${at}`, usage } };
        const isOver = await Promise.race([
          wait(part.ms).then(() => true),
          new Promise<boolean>((resolve) => void cancellation.onCancel(() => resolve(false))),
        ]);
        cancelled[at] = !isOver;
        return isOver ? part.result : makeFailure({ kind: 'failed' });
      },
    };
  };
  return { ...virtual, begunAt, play };
}

const hang = { ms: 1e6, result: makeFailure({ kind: 'failed' }) };
const noFailures = { retry: 0, shrink: 0, drop: 0, fatal: 0 };

describe('a request that is out twice', () => {
  test('takes the first answer, and what is given up is no failure of anybody', async () => {
    const { clock, runner, begunAt, play, countTimers } = await setUp();
    const { attempt, cancelled } = play(hang);
    const result = await clock.runUntil(runner.run(attempt, { turn }));
    expect(result).toMatchObject({ value: 'sending 1', attempts: 2 });
    expect([clock.now() - begunAt, cancelled]).toEqual([3000, [true, false]]);
    expect(runner.failures).toEqual(noFailures);
    expect(runner.hedges).toEqual({ sent: 1, won: 1, uncountedTokensAtMost: 10 });
    expect(countTimers()).toBe(0);
  });

  test('is prepared twice', async () => {
    const { clock, runner, begunAt, play } = await setUp();
    const prepared: number[] = [];
    const beforeSend = async (): Promise<void> => void prepared.push(clock.now() - begunAt);
    await clock.runUntil(runner.run(play(hang).attempt, { turn, beforeSend }));
    expect(prepared).toEqual([0, 2000]);
  });

  test('waits for the second where the first fails', async () => {
    const { clock, runner, begunAt, play } = await setUp();
    const { attempt } = play({ ms: 2500, result: makeFailure({ kind: 'failed' }) });
    expect(await clock.runUntil(runner.run(attempt, { turn }))).toMatchObject({ value: 'sending 1', attempts: 2 });
    expect(clock.now() - begunAt).toBe(3000);
    expect(runner.failures).toEqual({ ...noFailures, retry: 1 });
    expect(runner.hedges).toEqual({ sent: 1, won: 1, uncountedTokensAtMost: 0 });
  });

  test('is repeated where both fail, and that is one failed attempt', async () => {
    const { clock, runner, play } = await setUp({ maxAttempts: 2 });
    const failure = makeFailure({ kind: 'failed' });
    const { attempt } = play({ ms: 2500, result: failure }, { ms: 1000, result: failure });
    expect(await clock.runUntil(runner.run(attempt, { turn }))).toMatchObject({ value: 'sending 2', attempts: 3 });
    expect(runner.failures).toEqual({ ...noFailures, retry: 2 });
  });

  test('ends at once where a server says that it can never succeed', async () => {
    const { clock, runner, begunAt, play } = await setUp();
    const dropped = makeFailure({ kind: 'answered' }, { code: 'CONTEXT_TOO_LONG', errorClass: 'drop' });
    const { attempt, cancelled } = play({ ms: 2500, result: dropped }, hang);
    const call = runner.run(attempt, { turn });
    await expect(clock.runUntil(call)).rejects.toMatchObject({ code: 'CONTEXT_TOO_LONG' });
    expect([clock.now() - begunAt, cancelled]).toEqual([2500, [false, true]]);
  });

  test.each(['abort', 'close'] as const)('leaves nothing out, however it is ended: %s', async (how) => {
    const budget = createBudget({ maxCost: 1e6 });
    const { clock, runner, wait, begunAt, play, countTimers } = await setUp({ budget });
    const { attempt, cancelled } = play(hang, hang);
    const controller = new AbortController();
    clock.schedule(3000, () => (how === 'abort' ? controller.abort(new Error('Stop.')) : runner.close()));
    const call = runner.run(attempt, { turn, signal: controller.signal });
    await expect(clock.runUntil(call)).rejects.toThrow(how === 'abort' ? 'Stop.' : 'closed');
    await clock.runUntil(wait(0));
    expect([clock.now() - begunAt, cancelled]).toEqual([3000, [true, true]]);
    expect(runner.endpoints.map(({ inFlight }) => inFlight)).toEqual([0, 0, 0]);
    expect(runner.failures).toEqual(noFailures);
    expect(budget.getUse()).toMatchObject({ inFlight: 0, cost: 1000, uncountedCost: 20 });
    expect(countTimers()).toBe(0);
  });

  test('is not sent again after an abort, however late its first sending ends', async () => {
    const { clock, runner, wait } = await setUp();
    const controller = new AbortController();
    let sent = 0;
    // As one that waits for the disk before it is sent.
    const deaf: Attempt<string> = async () => {
      sent += 1;
      await wait(5000);
      return makeFailure({ kind: 'failed' });
    };
    clock.schedule(1000, () => controller.abort(new Error('Stop.')));
    await expect(clock.runUntil(runner.run(deaf, { turn, signal: controller.signal }))).rejects.toThrow('Stop.');
    expect(sent).toBe(1);
  });
});

describe('a hedge is not sent', () => {
  test.each([{ maxInFlight: 1 }, { maxCost: 1015 }, { requestsPerSecond: 1 }])(
    'where the budget is tight: %j',
    async (limits) => {
      const budget = createBudget({});
      const { clock, runner, begunAt, play } = await setUp({ budget });
      budget.change(limits);
      const { attempt } = play({ ms: 5000, result: { ok: true, value: 'late', usage } });
      // The one a second of the last limit is taken by another when the hedge would go.
      clock.schedule(
        1990,
        () => void runner.run(async () => ({ ok: true, value: '', usage }), { turn }).catch(() => 0),
      );
      expect(await clock.runUntil(runner.run(attempt, { turn }))).toMatchObject({ value: 'late', attempts: 1 });
      expect(clock.now() - begunAt).toBe(5000);
      expect(runner.hedges?.sent).toBe(0);
    },
  );

  test('more often than asked for, however many answers it brought forward', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
      endpoints: ['a', 'b', 'c'].map((name) => ({ name, maxConcurrency: 1000 })),
      hedge: { leastMs: 0, mostShare: 1, afterPercentile: 0.9 },
      timeoutMs: 1e9,
    });
    const random = createRandom('hedge');
    const attempt: Attempt<string> = async ({ cancellation }) => {
      await Promise.race([
        wait(-1000 * Math.log(1 - random.next())),
        new Promise<void>((resolve) => void cancellation.onCancel(resolve)),
      ]);
      return cancellation.isCancelled ? makeFailure({ kind: 'failed' }) : { ok: true, value: '' };
    };
    let hedged = 0;
    for (let round = 0; round < 60; round++) {
      const results = await clock.runUntil(
        Promise.all(Array.from({ length: 100 }, () => runner.run(attempt, { turn }))),
      );
      if (round >= 40) hedged += results.filter(({ attempts }) => attempts > 1).length;
    }
    // A tenth of two thousand take longer than nine tenths of them.
    expect(hedged / 2000).toBeLessThan(0.125);
    expect(hedged / 2000).toBeGreaterThan(0.05);
  });
});

test('a server that hangs gets ever fewer requests, although it fails at none: all of them are given up', async () => {
  const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
    endpoints: ['a', 'b', 'c', 'hanging'].map((name) => ({ name, maxConcurrency: 16 })),
    hedge: { leastMs: 100, mostShare: 1 },
  });
  let hangs = false;
  const counts = { all: 0, hanging: 0 };
  const attempt: Attempt<string> = async ({ endpoint, cancellation }) => {
    counts.all += 1;
    if (hangs && endpoint === 'hanging') {
      counts.hanging += 1;
      await new Promise<void>((resolve) => void cancellation.onCancel(resolve));
      return makeFailure({ kind: 'failed' });
    }
    await wait(1000);
    return { ok: true, value: endpoint };
  };
  const drive = (requests: number): Promise<unknown> => {
    let begun = 0;
    const caller = async (): Promise<void> => {
      while (begun++ < requests) await runner.run(attempt, { turn });
    };
    return clock.runUntil(Promise.all(Array.from({ length: 24 }, caller)));
  };
  await drive(400);
  hangs = true;
  await drive(1000);
  counts.all = 0;
  counts.hanging = 0;
  await drive(1000);
  expect(counts.hanging / counts.all).toBeLessThan(0.1);
});
