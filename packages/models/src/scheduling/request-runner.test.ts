import { describe, expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualClock, type VirtualClock } from '../__fixtures__/virtual-clock.ts';
import { ModelsError } from '../errors.ts';
import { type Attempt, createRequestRunner, type RequestRunner, type RunnerOptions } from './request-runner.ts';

interface SetUpOptions extends Partial<Omit<RunnerOptions, 'endpoints'>> {
  readonly endpoints?: readonly string[];
  readonly maxConcurrency?: number;
}

function setUp({ endpoints = ['a'], maxConcurrency = 2, ...options }: SetUpOptions = {}): {
  readonly clock: VirtualClock;
  readonly runner: RequestRunner;
} {
  const clock = createVirtualClock();
  const runner = createRequestRunner({
    endpoints: endpoints.map((name) => ({ name, maxConcurrency })),
    timeoutMs: 60_000,
    maxAttempts: 4,
    patienceMs: 600_000,
    clock,
    random: () => 0,
    ...options,
  });
  return { clock, runner };
}

function after<T>(clock: VirtualClock, delayMs: number, value: T): Promise<T> {
  return new Promise((resolve) => void clock.schedule(delayMs, () => resolve(value)));
}

async function catchError(work: Promise<unknown>): Promise<ModelsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ModelsError) return error;
  throw new Error(`Expected a ModelsError, got ${String(error)}.`);
}

const succeed: Attempt<string> = async () => ({ ok: true, value: 'done' });

describe('repeats', () => {
  test('a request that fails is sent again after a wait that doubles', async () => {
    const { clock, runner } = setUp();
    const sentAt: number[] = [];
    const attempt: Attempt<string> = async () => {
      sentAt.push(clock.now());
      return sentAt.length < 4 ? makeFailure({ kind: 'failed' }) : { ok: true, value: 'done' };
    };
    const result = await clock.runUntil(runner.run(attempt, {}));
    expect(result).toMatchObject({ value: 'done', attempts: 4, endpoint: 'a' });
    expect(sentAt).toEqual([0, 500, 1500, 3500]);
    expect(runner.failures).toEqual({ retry: 3, shrink: 0, drop: 0, fatal: 0 });
  });

  test('a request that fails at every attempt is dropped, with the number of attempts', async () => {
    const { clock, runner } = setUp({ maxAttempts: 3 });
    let attempts = 0;
    const attempt: Attempt<string> = async () => {
      attempts += 1;
      return makeFailure({ kind: 'failed' });
    };
    const error = await clock.runUntil(catchError(runner.run(attempt, {})));
    expect(attempts).toBe(3);
    expect(error).toMatchObject({ errorClass: 'drop', code: 'SERVER_FAILED', fields: { attempts: 3 } });
  });

  test('a request that was refused is sent again no earlier than the server asks', async () => {
    const { clock, runner } = setUp();
    const sentAt: number[] = [];
    const attempt: Attempt<string> = async () => {
      sentAt.push(clock.now());
      if (sentAt.length > 1) return { ok: true, value: 'done' };
      return makeFailure({ kind: 'refused', by: 'rate', retryAfterMs: 7000 }, {}, 7000);
    };
    await clock.runUntil(runner.run(attempt, {}));
    expect(sentAt[1]).toBeGreaterThanOrEqual(7000);
  });

  test('refusals are no failed attempts: a request outlives more of them than it has attempts', async () => {
    const { clock, runner } = setUp({ maxAttempts: 2 });
    let attempts = 0;
    const attempt: Attempt<string> = async () =>
      ++attempts <= 10 ? makeFailure({ kind: 'refused', by: 'load' }) : { ok: true, value: 'done' };
    expect(await clock.runUntil(runner.run(attempt, {}))).toMatchObject({ attempts: 11 });
  });

  test('a failure of class drop or fatal is thrown at once', async () => {
    for (const errorClass of ['drop', 'fatal'] as const) {
      const { clock, runner } = setUp();
      const attempt: Attempt<string> = async () =>
        makeFailure({ kind: 'answered' }, { code: 'BAD_REQUEST', errorClass });
      expect(await clock.runUntil(catchError(runner.run(attempt, {})))).toMatchObject({
        code: 'BAD_REQUEST',
        errorClass,
      });
    }
  });

  test('an error that is no failure passes through and gives its place back', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 1 });
    const broken: Attempt<string> = async () => {
      throw new TypeError('A bug.');
    };
    await expect(clock.runUntil(runner.run(broken, {}))).rejects.toThrow(TypeError);
    expect((await clock.runUntil(runner.run(succeed, {}))).value).toBe('done');
  });

  test('an attempt that takes too long is ended and sent again', async () => {
    const { clock, runner } = setUp({ timeoutMs: 1000, maxAttempts: 2 });
    const hang: Attempt<string> = ({ cancellation }) =>
      new Promise((resolve) => void cancellation.onCancel(() => resolve(makeFailure({ kind: 'failed' }))));
    const error = await clock.runUntil(catchError(runner.run(hang, {})));
    expect(error).toMatchObject({ code: 'TIMED_OUT', errorClass: 'drop', fields: { timeoutMs: 1000, attempts: 2 } });
  });
});

describe('turns', () => {
  test('requests are sent in the order of the calls, as many at once as allowed', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 2 });
    const order: number[] = [];
    let most = 0;
    let now = 0;
    const runs = Array.from({ length: 6 }, (_, index) =>
      runner.run(async () => {
        order.push(index);
        most = Math.max(most, ++now);
        await after(clock, 10, undefined);
        now -= 1;
        return { ok: true, value: index };
      }, {}),
    );
    await clock.runUntil(Promise.all(runs));
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test('a request that is sent again goes ahead of those that were not sent yet', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 1 });
    const order: string[] = [];
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      runner.run<string>(async () => {
        order.push(name);
        await after(clock, 400, undefined);
        return order.length === 1 ? makeFailure({ kind: 'failed' }) : { ok: true, value: name };
      }, {}),
    );
    await clock.runUntil(Promise.all(runs));
    expect(order).toEqual(['a', 'b', 'c', 'a', 'd']);
  });

  test('refused requests lower the number at once, and accepted ones raise it again', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 64 });
    await clock.runUntil(runner.run(succeed, {}));
    // The first 200 ms are spread; from then on all go at once.
    await clock.runUntil(after(clock, 1000, undefined));
    const refuse: Attempt<string> = async () => {
      await after(clock, 10, undefined);
      return clock.now() < 1050 ? makeFailure({ kind: 'refused', by: 'load' }) : { ok: true, value: 'done' };
    };
    const first = Array.from({ length: 64 }, () => runner.run(refuse, {}));
    clock.schedule(40, () => expect(runner.endpoints[0]?.limit).toBe(32));
    await clock.runUntil(Promise.all(first));
    const accept: Attempt<string> = async () => after(clock, 10, { ok: true, value: 'done' });
    await clock.runUntil(Promise.all(Array.from({ length: 5000 }, () => runner.run(accept, {}))));
    expect(runner.endpoints[0]?.limit).toBe(64);
  });
});

describe('ends', () => {
  test('a call with an aborted signal sends nothing and rejects with the reason', async () => {
    const { clock, runner } = setUp();
    const reason = new Error('Stop.');
    let sent = 0;
    const attempt: Attempt<string> = async () => ({ ok: true, value: String(++sent) });
    await expect(clock.runUntil(runner.run(attempt, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(sent).toBe(0);
  });

  test('an abort ends a call that waits for its turn, that is out, and that waits to be sent again', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 2 });
    const reason = new Error('Stop.');
    const controller = new AbortController();
    const { signal } = controller;
    const hang: Attempt<string> = ({ cancellation }) =>
      new Promise((resolve) => void cancellation.onCancel(() => resolve(makeFailure({ kind: 'failed' }))));
    const fail: Attempt<string> = async () => makeFailure({ kind: 'failed' });
    const runs = [
      runner.run(hang, { signal }),
      runner.run(fail, { signal }),
      runner.run(hang, { signal }),
      runner.run(hang, { signal }),
    ];
    clock.schedule(100, () => controller.abort(reason));
    const results = await clock.runUntil(Promise.allSettled(runs));
    expect(results.map((result) => (result.status === 'rejected' ? result.reason : undefined))).toEqual([
      reason,
      reason,
      reason,
      reason,
    ]);
    expect(clock.now()).toBe(100);
    expect(runner.waiting).toBe(0);
    expect(runner.endpoints[0]?.inFlight).toBe(0);
    expect((await clock.runUntil(runner.run(succeed, {}))).value).toBe('done');
  });

  test('an abort ends a waiting call while the one before it goes on', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 1 });
    const controller = new AbortController();
    const slow: Attempt<string> = async () => after(clock, 10_000, { ok: true, value: 'slow' });
    const first = runner.run(slow, {});
    const second = runner.run(slow, { signal: controller.signal });
    clock.schedule(100, () => controller.abort(new Error('Stop.')));
    await expect(clock.runUntil(second)).rejects.toThrow('Stop.');
    expect(clock.now()).toBe(100);
    expect(runner.waiting).toBe(0);
    expect((await clock.runUntil(first)).value).toBe('slow');
  });

  test('closing ends every call, and later ones', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 1 });
    const hang: Attempt<string> = ({ cancellation }) =>
      new Promise((resolve) => void cancellation.onCancel(() => resolve(makeFailure({ kind: 'failed' }))));
    const runs = [catchError(runner.run(hang, {})), catchError(runner.run(hang, {}))];
    clock.schedule(10, () => runner.close());
    for (const error of await clock.runUntil(Promise.all(runs))) expect(error).toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(await catchError(runner.run(succeed, {}))).toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('an endpoint that was never reached is given up after three attempts within two seconds, for all calls', async () => {
    const { clock, runner } = setUp({ maxConcurrency: 64 });
    let attempts = 0;
    const attempt: Attempt<string> = async () => {
      attempts += 1;
      return makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' });
    };
    const runs = Array.from({ length: 200 }, () => catchError(runner.run(attempt, {})));
    const errors = await clock.runUntil(Promise.all(runs));
    for (const error of errors) expect(error).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', errorClass: 'fatal' });
    expect(clock.now()).toBeLessThanOrEqual(2500);
    // Those that were out together are one attempt.
    expect(attempts).toBeLessThanOrEqual(64 + 2);
  });

  test('an endpoint that goes away after it had answered is waited for', async () => {
    const { clock, runner } = setUp();
    const attempt: Attempt<string> = async () =>
      clock.now() > 1 && clock.now() < 120_000
        ? makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' })
        : { ok: true, value: 'done' };
    await clock.runUntil(runner.run(attempt, {}));
    await clock.runUntil(after(clock, 10, undefined));
    expect((await clock.runUntil(runner.run(attempt, {}))).value).toBe('done');
    expect(clock.now()).toBeLessThan(150_000);
  });

  test('an endpoint that refuses everything for longer than the patience ends the work', async () => {
    const { clock, runner } = setUp({ patienceMs: 60_000 });
    const attempt: Attempt<string> = async () =>
      after(clock, 5, makeFailure({ kind: 'refused', by: 'rate' }, { code: 'RATE_LIMITED' }));
    const error = await clock.runUntil(catchError(runner.run(attempt, {})));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', errorClass: 'fatal' });
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    expect(clock.now()).toBeLessThan(150_000);
  });

  test('a wait that is longer than the patience is not begun', async () => {
    const { clock, runner } = setUp({ patienceMs: 60_000 });
    const attempt: Attempt<string> = async () =>
      makeFailure({ kind: 'refused', by: 'rate', retryAfterMs: 86_400_000 }, { code: 'RATE_LIMITED' }, 86_400_000);
    expect(await clock.runUntil(catchError(runner.run(attempt, {})))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(clock.now()).toBe(0);
  });
});

describe('several endpoints', () => {
  test('share the requests evenly', async () => {
    const { clock, runner } = setUp({ endpoints: ['a', 'b', 'c', 'd'], maxConcurrency: 8 });
    const counts = new Map<string, number>();
    const attempt: Attempt<string> = async ({ endpoint }) => {
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      return after(clock, 20, { ok: true, value: 'done' });
    };
    await clock.runUntil(Promise.all(Array.from({ length: 1000 }, () => runner.run(attempt, {}))));
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThanOrEqual(12);
  });

  test('a dead one is avoided, loses no request, and is used again when it is back', async () => {
    const { clock, runner } = setUp({ endpoints: ['alive', 'dead'], maxConcurrency: 4 });
    const isBack = (): boolean => clock.now() > 20_000;
    const counts = { alive: 0, dead: 0, back: 0 };
    const attempt: Attempt<string> = async ({ endpoint }) => {
      if (endpoint === 'dead' && !isBack()) {
        counts.dead += 1;
        return makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' });
      }
      if (endpoint === 'dead') counts.back += 1;
      else counts.alive += 1;
      return after(clock, 100, { ok: true, value: 'done' });
    };
    const results = await clock.runUntil(Promise.all(Array.from({ length: 2000 }, () => runner.run(attempt, {}))));
    expect(results).toHaveLength(2000);
    expect(counts.dead).toBeLessThan(20);
    expect(counts.back).toBeGreaterThan(100);
  });

  test('one that fails at everything is left alone, and its requests succeed elsewhere', async () => {
    const { clock, runner } = setUp({ endpoints: ['good', 'bad'], maxConcurrency: 4 });
    let bad = 0;
    const attempt: Attempt<string> = async ({ endpoint }) => {
      if (endpoint === 'bad') bad += 1;
      return after(clock, 50, endpoint === 'bad' ? makeFailure({ kind: 'failed' }) : { ok: true, value: endpoint });
    };
    const results = await clock.runUntil(Promise.all(Array.from({ length: 500 }, () => runner.run(attempt, {}))));
    expect(results.every(({ value }) => value === 'good')).toBe(true);
    expect(bad).toBeLessThan(30);
  });
});

test('ten thousand calls that wait are all served', async () => {
  const { clock, runner } = setUp({ maxConcurrency: 8 });
  let done = 0;
  const attempt: Attempt<string> = async () => after(clock, 1, { ok: true, value: 'done' });
  const runs = Array.from({ length: 10_000 }, () => runner.run(attempt, {}).then(() => done++));
  expect(runner.waiting).toBeGreaterThanOrEqual(10_000 - 8);
  await clock.runUntil(Promise.all(runs));
  expect(done).toBe(10_000);
});
