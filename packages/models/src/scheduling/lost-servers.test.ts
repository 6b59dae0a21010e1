import { describe, expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import { type Attempt, createRequestRunner } from './request-runner.ts';

const list = (...names: readonly string[]) => names.map((name) => ({ name, maxConcurrency: 4 }));
const unreachable = makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' });
const wrongModel = makeFailure({ kind: 'answered' }, { code: 'MODEL_NOT_FOUND', errorClass: 'fatal' });
const dayMs = 86_400_000;
const refuseForADay = makeFailure(
  { kind: 'refused', by: 'rate', retryAfterMs: dayMs },
  { code: 'RATE_LIMITED' },
  dayMs,
);

describe('when no endpoint is listed', () => {
  test('a request that comes back to the line after the patience is rejected, and does not wait for ever', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, { mayChange: true });
    const failLate: Attempt<string> = async () => {
      await wait(90_000);
      return makeFailure({ kind: 'failed' });
    };
    const waiting: Attempt<string> = async () => ({ ok: true, value: '' });
    const late = runner.run(failLate, {});
    await clock.runUntil(wait(1));
    runner.setEndpoints([]);
    const early = runner.run(waiting, {});
    const results = await clock.runUntil(Promise.allSettled([early, late]));
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'NO_ENDPOINTS' } });
    expect(clock.now()).toBeLessThan(90_000 + 60_000 + 2000);
  });

  test('nobody waits, and no timer does', async () => {
    const { runner, countTimers } = createVirtualRunner(createRequestRunner, { mayChange: true });
    runner.setEndpoints([]);
    expect(countTimers()).toBe(0);
  });
});

describe('a server that asks to be left alone for a day', () => {
  test('ends the work, and every later request at once', async () => {
    const { clock, runner } = createVirtualRunner(createRequestRunner);
    const attempt: Attempt<string> = async () => refuseForADay;
    for (let time = 0; time < 2; time++) {
      await expect(clock.runUntil(runner.run(attempt, {}))).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        errorClass: 'fatal',
      });
    }
    expect(clock.now()).toBe(0);
  });

  test('does not hold its request back when another server is only away for a moment', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, { endpoints: list('limited', 'other') });
    const attempt: Attempt<string> = async ({ endpoint }) => {
      await wait(10);
      if (endpoint === 'limited') return clock.now() < 1000 ? { ok: true, value: endpoint } : refuseForADay;
      return clock.now() > 1000 && clock.now() < 20_000 ? unreachable : { ok: true, value: endpoint };
    };
    await clock.runUntil(Promise.all(Array.from({ length: 8 }, () => runner.run(attempt, {}))));
    await clock.runUntil(wait(2000));
    const results = await clock.runUntil(Promise.all(Array.from({ length: 8 }, () => runner.run(attempt, {}))));
    expect(results.every(({ value }) => value === 'other')).toBe(true);
    expect(clock.now()).toBeLessThan(60_000);
  });
});

describe('a request that is refused whenever it is asked', () => {
  test('is set aside when servers take all the others', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, { endpoints: list('a', 'b') });
    const tooLarge: Attempt<string> = async () => {
      await wait(5);
      return makeFailure({ kind: 'refused', by: 'rate' }, { code: 'RATE_LIMITED', what: 'Request too large.' });
    };
    const succeed: Attempt<string> = async () => {
      await wait(1000);
      return { ok: true, value: '' };
    };
    const poison = runner.run(tooLarge, {});
    const others = Promise.all(Array.from({ length: 2000 }, () => runner.run(succeed, {})));
    await expect(clock.runUntil(poison)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      errorClass: 'drop',
      message: expect.stringMatching(/It was tried \d+ times/),
    });
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    await clock.runUntil(others);
  });

  test('is kept where hardly any other is taken', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner);
    let asked = 0;
    const unlucky: Attempt<string> = async () => {
      asked += 1;
      await wait(5);
      return clock.now() < 200_000 ? makeFailure({ kind: 'refused', by: 'load' }) : { ok: true, value: 'at last' };
    };
    let turn = 0;
    const crowd: Attempt<string> = async () => {
      await wait(200);
      return turn++ % 8 === 0 ? { ok: true, value: '' } : makeFailure({ kind: 'refused', by: 'load' });
    };
    const others = Promise.allSettled(Array.from({ length: 400 }, () => runner.run(crowd, {})));
    const demand = { expectedTokens: 1, most: { promptTokens: 1, completionTokens: 1 } };
    const call = runner.run(unlucky, { turn: { stage: '', priority: 1, demand } });
    expect((await clock.runUntil(call)).value).toBe('at last');
    expect(asked).toBeGreaterThan(5);
    runner.close();
    await clock.runUntil(others);
  });
});

describe('one wrongly set up server', () => {
  test('does not end the work while the others are away for a moment', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
      mayChange: true,
      endpoints: list('good', 'wrong'),
    });
    const attempt: Attempt<string> = async ({ endpoint }) => {
      await wait(10);
      if (endpoint === 'wrong') return wrongModel;
      return clock.now() > 5000 && clock.now() < 30_000 ? unreachable : { ok: true, value: endpoint };
    };
    let done = 0;
    const callers = Array.from({ length: 8 }, async () => {
      while (clock.now() < 60_000) {
        await runner.run(attempt, {});
        done += 1;
        await wait(100);
      }
    });
    await clock.runUntil(Promise.all(callers));
    expect(done).toBeGreaterThan(1000);
  });

  test('ends it when all are set up wrongly, at once', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
      mayChange: true,
      endpoints: list('wrong', 'wronger'),
    });
    const attempt: Attempt<string> = async () => {
      await wait(10);
      return wrongModel;
    };
    const results = await clock.runUntil(Promise.allSettled([1, 2, 3].map(() => runner.run(attempt, {}))));
    expect(results[0]).toMatchObject({ reason: { code: 'MODEL_NOT_FOUND', errorClass: 'fatal' } });
    expect(clock.now()).toBeLessThan(5000);
  });

  test('that was taken off the list cannot end the work', async () => {
    const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
      mayChange: true,
      endpoints: list('old'),
    });
    const attempt: Attempt<string> = async ({ endpoint }) => {
      await wait(100);
      return endpoint === 'old' ? wrongModel : { ok: true, value: endpoint };
    };
    const call = runner.run(attempt, {});
    clock.schedule(50, () => runner.setEndpoints([]));
    clock.schedule(5000, () => runner.setEndpoints(list('new')));
    expect((await clock.runUntil(call)).value).toBe('new');
  });
});

test('a probe that hangs does not keep a server out that is back', async () => {
  const { clock, runner, wait } = createVirtualRunner(createRequestRunner, {
    endpoints: ['a', 'b'].map((name) => ({ name, maxConcurrency: 16 })),
  });
  const returnsAt = 60_000;
  let backAt: number | undefined;
  const attempt: Attempt<string> = async ({ endpoint, cancellation }) => {
    if (endpoint === 'b' && clock.now() > 1000 && clock.now() < returnsAt) {
      if (clock.now() < 5000) return unreachable;
      // A proxy takes the connection while nobody is behind it.
      await new Promise<void>((resolve) => void cancellation.onCancel(resolve));
      return makeFailure({ kind: 'failed' });
    }
    if (endpoint === 'b' && clock.now() >= returnsAt) backAt ??= clock.now();
    await wait(100);
    return { ok: true, value: endpoint };
  };
  const callers = Array.from({ length: 24 }, async () => {
    while (clock.now() < 120_000) await runner.run(attempt, {}).catch(() => undefined);
  });
  await clock.runUntil(wait(120_000));
  expect(backAt).toBeLessThan(returnsAt + 30_000);
  runner.close();
  await clock.runUntil(Promise.all(callers));
});

test('an attempt that throws at once gives its place back and leaves no timer', async () => {
  const { clock, runner, countTimers } = createVirtualRunner(createRequestRunner, {
    endpoints: [{ name: 'a', maxConcurrency: 1 }],
  });
  const broken = (): never => {
    throw new TypeError('A bug.');
  };
  for (let time = 0; time < 3; time++) {
    await expect(clock.runUntil(runner.run(broken, {}))).rejects.toThrow('A bug.');
  }
  expect([runner.endpoints[0]?.inFlight, countTimers()]).toEqual([0, 0]);
});

test('a hundred thousand waiting calls of one signal end with it, the other ones go on', async () => {
  const { clock, runner, wait, countTimers } = createVirtualRunner(createRequestRunner, { endpoints: list('a', 'b') });
  const controller = new AbortController();
  const attempt: Attempt<string> = async () => {
    await wait(1000);
    return { ok: true, value: '' };
  };
  let aborted = 0;
  const calls = Array.from({ length: 100_000 }, () =>
    runner.run(attempt, { signal: controller.signal }).catch(() => {
      aborted += 1;
    }),
  );
  const other = runner.run(attempt, {});
  controller.abort();
  await clock.runUntil(Promise.all([...calls, other]));
  expect(aborted).toBe(100_000);
  expect([runner.waiting, countTimers()]).toEqual([0, 0]);
  expect(runner.endpoints.every(({ inFlight }) => inFlight === 0)).toBe(true);
});
