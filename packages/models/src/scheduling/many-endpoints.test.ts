import { describe, expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualClock } from '../__fixtures__/virtual-clock.ts';
import { type Attempt, createRequestRunner, type RunnerOptions } from './request-runner.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

function setUp({ maxConcurrency = 8, ...options }: Partial<RunnerOptions> & { readonly maxConcurrency?: number } = {}) {
  const clock = createVirtualClock();
  const list = (listed: readonly string[]) => listed.map((name) => ({ name, maxConcurrency }));
  const runner = createRequestRunner({
    endpoints: list(names),
    timeoutMs: 600_000,
    maxAttempts: 4,
    patienceMs: 60_000,
    clock,
    random: () => 0,
    ...options,
  });
  const counts = new Map<string, number>();
  const count = (endpoint: string): void => void counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.schedule(delayMs, resolve));
  /** So many callers that always want something, until so many requests are done. */
  const drive = (attempt: Attempt<string>, { callers, requests }: { callers: number; requests: number }) => {
    let begun = 0;
    const work = Array.from({ length: callers }, async () => {
      while (begun++ < requests) await runner.run(attempt, {});
    });
    return clock.runUntil(Promise.all(work));
  };
  return { clock, runner, list, counts, count, wait, drive };
}

describe('eight endpoints', () => {
  test('of one speed share the requests to 5 %, whether all are wanted or half', async () => {
    for (const callers of [32, 64, 200]) {
      const { counts, count, wait, drive } = setUp();
      let turn = 0;
      await drive(
        async ({ endpoint }) => {
          count(endpoint);
          // Requests differ, servers do not.
          await wait(80 + ((turn++ * 37) % 41));
          return { ok: true, value: 'done' };
        },
        { callers, requests: 4000 },
      );
      for (const name of names) expect(Math.abs((counts.get(name) ?? 0) / 500 - 1)).toBeLessThanOrEqual(0.05);
    }
  });

  test('of which one is ten times slower lose at most 15 % of the throughput, and next to nothing where others are free', async () => {
    const measure = async (callers: number, slowMs: number, requests: number): Promise<number> => {
      const { clock, wait, drive } = setUp();
      await drive(
        async ({ endpoint }) => {
          await wait(endpoint === 'c' ? slowMs : 100);
          return { ok: true, value: 'done' };
        },
        { callers, requests },
      );
      return requests / clock.now();
    };
    // A long run: a request that the slow one gets last adds a second to any.
    expect((await measure(200, 1000, 30_000)) / (await measure(200, 100, 30_000))).toBeGreaterThan(0.85);
    expect((await measure(32, 1000, 8000)) / (await measure(32, 100, 8000))).toBeGreaterThan(0.95);
  });

  test('of which one was slow at its start do not leave it idle for ever, however many are free', async () => {
    const { clock, runner, count, counts, wait } = setUp({ maxConcurrency: 64 });
    const endsAt = 900_000;
    const callers = Array.from({ length: 40 }, async () => {
      while (clock.now() < endsAt) {
        await runner.run(async ({ endpoint }) => {
          const isWarmingUp = endpoint === 'd' && clock.now() < 60_000;
          await wait(isWarmingUp ? 60_000 : 2000);
          if (clock.now() > endsAt - 300_000) count(endpoint);
          return { ok: true, value: 'done' };
        }, {});
      }
    });
    await clock.runUntil(Promise.all(callers));
    for (const name of names) expect(Math.abs((counts.get(name) ?? 0) / ((40 * 150) / 8) - 1)).toBeLessThan(0.1);
  });

  test('of which one dies lose no request, and have it back within 30 s of its return', async () => {
    const { clock, wait, drive } = setUp();
    const [diesAt, returnsAt] = [5000, 120_000];
    let backAt: number | undefined;
    let done = 0;
    await drive(
      async ({ endpoint }) => {
        const isDead = endpoint === 'e' && clock.now() > diesAt && clock.now() < returnsAt;
        if (isDead) return makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' });
        if (endpoint === 'e' && clock.now() >= returnsAt) backAt ??= clock.now();
        await wait(500);
        done += 1;
        return { ok: true, value: 'done' };
      },
      { callers: 80, requests: 24_000 },
    );
    expect(done).toBe(24_000);
    expect(backAt).toBeDefined();
    expect(backAt ?? 0).toBeLessThan(returnsAt + 30_000);
  });
});

describe('endpoints that come and go', () => {
  test('one that comes is used at once but slowly, one that goes gets nothing more and finishes what it has', async () => {
    const { clock, runner, list, counts, count, wait } = setUp({ mayChange: true, maxConcurrency: 64 });
    runner.setEndpoints(list(['a', 'b']));
    const sent: { readonly endpoint: string; readonly at: number }[] = [];
    let isDone = false;
    const attempt: Attempt<string> = async ({ endpoint }) => {
      sent.push({ endpoint, at: clock.now() });
      await wait(1000);
      count(endpoint);
      return { ok: true, value: endpoint };
    };
    const callers = Array.from({ length: 300 }, async () => {
      while (!isDone) await runner.run(attempt, {});
    });
    clock.schedule(10_500, () => runner.setEndpoints(list(['b', 'new'])));
    clock.schedule(30_000, () => {
      isDone = true;
    });
    await clock.runUntil(Promise.all(callers));
    const later = sent.filter(({ at }) => at > 10_500);
    expect(later.some(({ endpoint }) => endpoint === 'a')).toBe(false);
    expect(counts.get('a')).toBe(sent.filter(({ endpoint }) => endpoint === 'a').length);
    const inSecond = (second: number): number =>
      sent.filter(
        ({ endpoint, at }) => endpoint === 'new' && at >= 10_500 + second * 1000 && at < 11_500 + second * 1000,
      ).length;
    expect([inSecond(0), inSecond(1), inSecond(2), inSecond(3), inSecond(4)]).toEqual([4, 8, 16, 32, 64]);
    const figures = runner.readStates().map(({ endpoint, isListed }) => [endpoint.name, isListed]);
    expect(figures).toEqual(
      expect.arrayContaining([
        ['b', true],
        ['new', true],
        ['a', false],
      ]),
    );
  });

  test('when none is listed requests wait for one, as long as the patience lasts', async () => {
    const { clock, runner, list } = setUp({ mayChange: true });
    runner.setEndpoints([]);
    const attempt: Attempt<string> = async ({ endpoint }) => ({ ok: true, value: endpoint });
    const first = runner.run(attempt, {});
    clock.schedule(50_000, () => runner.setEndpoints(list(['late'])));
    expect((await clock.runUntil(first)).value).toBe('late');
    runner.setEndpoints([]);
    await expect(clock.runUntil(runner.run(attempt, {}))).rejects.toMatchObject({
      code: 'NO_ENDPOINTS',
      errorClass: 'fatal',
    });
    expect(clock.now()).toBe(110_000);
  });

  test('one that is set up wrongly is left alone while others work, and ends the work where it is alone', async () => {
    const { clock, runner, list } = setUp({ mayChange: true });
    runner.setEndpoints(list(['good', 'wrong']));
    const attempt: Attempt<string> = async ({ endpoint }) =>
      endpoint === 'wrong'
        ? makeFailure({ kind: 'answered' }, { code: 'MODEL_NOT_FOUND', errorClass: 'fatal' })
        : { ok: true, value: endpoint };
    const results = await clock.runUntil(Promise.all(Array.from({ length: 100 }, () => runner.run(attempt, {}))));
    expect(results.every(({ value }) => value === 'good')).toBe(true);
    expect(runner.readStates().find(({ endpoint }) => endpoint.name === 'wrong')?.figures.failureCodes).toMatchObject({
      MODEL_NOT_FOUND: expect.any(Number),
    });
    runner.setEndpoints(list(['wrong']));
    await expect(clock.runUntil(runner.run(attempt, {}))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

describe('hedges', () => {
  /** Every hundredth first sending takes a minute. */
  function makeStragglers(wait: (ms: number) => Promise<void>): () => Attempt<string> {
    let asked = 0;
    return () => {
      const isStraggler = asked++ % 100 === 99;
      let times = 0;
      return async ({ endpoint, cancellation }) => {
        times += 1;
        const isSlow = isStraggler && times === 1;
        await Promise.race([
          wait(isSlow ? 60_000 : 1000),
          new Promise<void>((resolve) => void cancellation.onCancel(resolve)),
        ]);
        return cancellation.isCancelled ? makeFailure({ kind: 'failed' }) : { ok: true, value: endpoint };
      };
    };
  }

  test('are off unless asked for', async () => {
    const { clock, runner, wait } = setUp();
    const make = makeStragglers(wait);
    const results = await clock.runUntil(Promise.all(Array.from({ length: 400 }, () => runner.run(make(), {}))));
    expect(results.filter(({ attempts }) => attempts > 1)).toHaveLength(0);
    expect(runner.hedges).toBeUndefined();
    expect(clock.now()).toBeGreaterThan(60_000);
  });

  test('answer for stragglers, are counted, and stay below their share', async () => {
    const { clock, runner, wait } = setUp({ hedge: { leastMs: 2000 } });
    const make = makeStragglers(wait);
    const demand = { expectedTokens: 100, most: { promptTokens: 50, completionTokens: 100 } };
    const turn = { stage: 'answers', priority: 0, demand };
    const results = [];
    for (let round = 0; round < 20; round++) {
      const some = Array.from({ length: 40 }, () => runner.run(make(), { turn }));
      results.push(...(await clock.runUntil(Promise.all(some))));
    }
    const hedged = results.filter(({ attempts }) => attempts === 2);
    expect(hedged.length).toBeGreaterThanOrEqual(5);
    expect(runner.hedges).toEqual({
      sent: hedged.length,
      won: hedged.length,
      uncountedTokensAtMost: 150 * hedged.length,
    });
    expect(hedged.length).toBeLessThanOrEqual(0.05 * 800);
    expect(runner.endpoints.every(({ inFlight }) => inFlight === 0)).toBe(true);
    // No caller sees the loser's failure, and it is no failure of its endpoint.
    expect(runner.failures).toEqual({ retry: 0, shrink: 0, drop: 0, fatal: 0 });
  });
});
