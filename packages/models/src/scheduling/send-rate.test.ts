import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import {
  createSimulatedServer,
  type SimulatedServer,
  type SimulatedServerOptions,
} from '../__fixtures__/simulated-server.ts';
import { createVirtualClock } from '../__fixtures__/virtual-clock.ts';
import { createRequestRunner } from './request-runner.ts';

interface Simulation extends Omit<SimulatedServerOptions, 'clock'> {
  readonly seconds: number;
  /** Called once, at this second. */
  readonly change?: { readonly atSecond: number; readonly apply: (server: SimulatedServer) => void };
}

/** 64 callers that always want something, against a server in virtual time. */
async function simulate({ seconds, change, ...options }: Simulation) {
  const clock = createVirtualClock();
  const random = createRandom('send-rate');
  const server = createSimulatedServer({ ...options, clock });
  const runner = createRequestRunner({
    endpoints: [{ name: 'server', maxConcurrency: 64 }],
    timeoutMs: 600_000,
    maxAttempts: 8,
    patienceMs: 600_000,
    clock,
    random: random.next,
  });
  const acceptedBySecond: number[] = [];
  for (let second = 1; second <= seconds; second++) {
    clock.schedule(second * 1000, () => acceptedBySecond.push(server.accepted));
  }
  if (change !== undefined) clock.schedule(change.atSecond * 1000, () => change.apply(server));
  let failed = 0;
  const callers = Array.from({ length: 64 }, async () => {
    while (clock.now() < seconds * 1000) await runner.run(server.attempt, {}).catch(() => failed++);
  });
  await clock.runUntil(Promise.all(callers));
  const acceptedUntil = (second: number): number => acceptedBySecond[second - 1] ?? 0;
  return {
    failed,
    acceptedBetween: (from: number, to: number): number => acceptedUntil(to) - (from === 0 ? 0 : acceptedUntil(from)),
    refusedShare: server.refused / (server.refused + server.accepted),
  };
}

for (const [latencyMs, refusalLatencyMs] of [
  [5, 1],
  [200, 1],
  [200, 200],
] as const) {
  const times = `${latencyMs} ms for answers and ${refusalLatencyMs} ms for refusals`;

  test(`a server that allows 100 requests/s is driven at 90 % of that and more, at ${times}`, async () => {
    const limit = { ratePerSecond: 100, burst: 10, retryAfterMs: 1000 };
    const run = await simulate({ latencyMs, refusalLatencyMs, ...limit, seconds: 20 });
    expect(run.failed).toBe(0);
    expect(run.acceptedBetween(0, 20)).toBeGreaterThanOrEqual(0.9 * 100 * 20);
    expect(run.refusedShare).toBeLessThan(0.06);
  });

  test(`once the rate is learned, hardly a request is refused, at ${times}`, async () => {
    const limit = { ratePerSecond: 100, burst: 10, retryAfterMs: 1000 };
    const run = await simulate({ latencyMs, refusalLatencyMs, ...limit, seconds: 60 });
    expect(run.acceptedBetween(10, 60)).toBeGreaterThanOrEqual(0.97 * 100 * 50);
    expect(run.refusedShare).toBeLessThan(0.03);
  });
}

test('without a Retry-After the allowed rate is reached as well', async () => {
  const run = await simulate({ latencyMs: 50, ratePerSecond: 100, burst: 10, seconds: 10 });
  expect(run.failed).toBe(0);
  expect(run.acceptedBetween(0, 10)).toBeGreaterThanOrEqual(0.9 * 100 * 10);
});

test('a slow limit of 5 requests/s is kept to', async () => {
  const run = await simulate({ latencyMs: 20, ratePerSecond: 5, burst: 2, retryAfterMs: 1000, seconds: 60 });
  expect(run.acceptedBetween(0, 60)).toBeGreaterThanOrEqual(0.85 * 5 * 60);
});

test('a limit that is lowered during a run is followed', async () => {
  const run = await simulate({
    latencyMs: 50,
    ratePerSecond: 100,
    retryAfterMs: 1000,
    seconds: 30,
    change: { atSecond: 10, apply: (server) => server.setRate(30) },
  });
  expect(run.acceptedBetween(15, 30)).toBeGreaterThanOrEqual(0.9 * 30 * 15);
  expect(run.refusedShare).toBeLessThan(0.15);
});

test('a limit that is raised during a run is found within 20 s', async () => {
  const run = await simulate({
    latencyMs: 50,
    ratePerSecond: 100,
    retryAfterMs: 1000,
    seconds: 40,
    change: { atSecond: 10, apply: (server) => server.setRate(300) },
  });
  expect(run.acceptedBetween(30, 40)).toBeGreaterThanOrEqual(0.9 * 300 * 10);
});

test('refusals that have nothing to do with the rate do not bring a run to a stop', async () => {
  const random = createRandom('noise');
  const run = await simulate({ latencyMs: 100, seconds: 60, isRefusedAnyway: () => random.next() < 0.05 });
  expect(run.acceptedBetween(30, 60)).toBeGreaterThanOrEqual(100 * 30);
});
