import { createRandom, type Random } from '@scalequest/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeFailure } from '../__fixtures__/simulated-server.ts';
import { createVirtualRunner } from '../__fixtures__/virtual-runner.ts';
import { createBudget } from './budget.ts';
import type { EndpointSettings } from './endpoint.ts';
import { type Attempt, type AttemptResult, createRequestRunner } from './request-runner.ts';

const prices = { prompt: 1e6, completion: 1e6 };
const names = ['a', 'b', 'c', 'd'];

const scenarios = fc.record({
  seed: fc.integer(),
  clients: fc.integer({ min: 1, max: 3 }),
  requests: fc.integer({ min: 1, max: 60 }),
  maxConcurrency: fc.integer({ min: 1, max: 6 }),
  trouble: fc.constantFrom(0, 0.1, 0.4, 0.9),
  hedge: fc.boolean(),
  mayChange: fc.boolean(),
  limits: fc.record(
    {
      requestsPerSecond: fc.constantFrom(2, 30),
      tokensPerMinute: fc.constantFrom(3000, 60_000),
      maxInFlight: fc.integer({ min: 1, max: 8 }),
      maxCost: fc.constantFrom(0, 500, 4000),
    },
    { requiredKeys: [] },
  ),
});

/** What servers of every kind do with requests, and what they see and would charge. */
function createServers(random: Random, trouble: number, wait: (ms: number) => Promise<void>, now: () => number) {
  const out = new Map<string, number>();
  const sentAt: number[] = [];
  const seen = { cost: 0, mostOut: 0, mostOutAtOne: 0 };
  const makeAttempt = (promptTokens: number, completionTokens: number): Attempt<string> => {
    const answer = async ({
      endpoint,
      cancellation,
    }: Parameters<Attempt<string>>[0]): Promise<AttemptResult<string>> => {
      const isTrouble = random.next() < trouble;
      const kind = isTrouble ? random.integer({ min: 0, max: 7 }) : -1;
      if (kind === 0) return makeFailure({ kind: 'unreachable' }, { code: 'ENDPOINT_UNREACHABLE' });
      if (kind === 1) {
        await wait(5);
        const retryAfterMs = random.next() < 0.1 ? 90_000 : random.integer({ min: 0, max: 3000 });
        return makeFailure(
          { kind: 'refused', by: random.next() < 0.5 ? 'rate' : 'load', retryAfterMs },
          {},
          retryAfterMs,
        );
      }
      // The server works, and charges what it was asked for, but for what it refuses at once.
      if (kind !== 4 && kind !== 5) seen.cost += promptTokens + completionTokens;
      const isHanging = kind === 2;
      await Promise.race([
        isHanging ? new Promise<void>(() => undefined) : wait(random.integer({ min: 1, max: 4000 })),
        new Promise<void>((resolve) => void cancellation.onCancel(resolve)),
      ]);
      if (kind === 3) throw new TypeError('A bug.');
      if (kind === 4) return makeFailure({ kind: 'answered' }, { code: 'BAD_REQUEST', errorClass: 'drop' });
      if (kind === 5 && random.next() < 0.2) {
        return makeFailure({ kind: 'answered' }, { code: 'AUTH_FAILED', errorClass: 'fatal' });
      }
      if (isTrouble || cancellation.isCancelled) return makeFailure({ kind: 'failed' });
      return { ok: true, value: endpoint, usage: { promptTokens, completionTokens } };
    };
    return (context) => {
      // One that throws before it gives a promise.
      if (random.next() < trouble / 20) throw new RangeError('A bug, at once.');
      sentAt.push(now());
      const count = (by: number): number => {
        const next = (out.get(context.endpoint) ?? 0) + by;
        out.set(context.endpoint, next);
        return next;
      };
      seen.mostOutAtOne = Math.max(seen.mostOutAtOne, count(1));
      seen.mostOut = Math.max(
        seen.mostOut,
        [...out.values()].reduce((sum, value) => sum + value, 0),
      );
      return answer(context).finally(() => count(-1));
    };
  };
  return { makeAttempt, seen, sentAt };
}

test('whatever happens every call ends once, no limit is exceeded, and nothing is left behind', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios,
      async ({ seed, clients, requests, maxConcurrency, trouble, hedge, mayChange, limits }) => {
        const random = createRandom(String(seed));
        const budget = createBudget(limits);
        const settings = (name: string): EndpointSettings => ({ name, maxConcurrency, prices });
        const { clock, runner, create, wait, countTimers } = createVirtualRunner(createRequestRunner, {
          endpoints: names.slice(0, random.integer({ min: 1, max: 4 })).map(settings),
          timeoutMs: 20_000,
          patienceMs: 30_000,
          budget,
          mayChange,
          random: random.next,
          shares: { x: 3 },
          hedge: hedge ? { leastMs: 0, mostShare: 1, afterPercentile: 0.1 } : undefined,
        });
        const runners = [runner, ...Array.from({ length: clients - 1 }, () => create())];
        const { makeAttempt, seen, sentAt } = createServers(random, trouble, wait, clock.now);
        const controllers = [new AbortController(), new AbortController()];
        if (random.next() < 0.3) clock.schedule(random.integer({ min: 0, max: 30_000 }), () => controllers[0]?.abort());
        if (random.next() < 0.2) clock.schedule(random.integer({ min: 0, max: 30_000 }), () => runners.at(-1)?.close());
        for (let change = 0; mayChange && change < 6; change++) {
          const listed = names.filter(() => random.next() < 0.6);
          const who = runners[random.integer({ min: 0, max: clients - 1 })];
          clock.schedule(random.integer({ min: 0, max: 60_000 }), () => who?.setEndpoints(listed.map(settings)));
        }
        let ended = 0;
        const calls = Array.from({ length: requests * 3 }, (_, index) => {
          const promptTokens = random.integer({ min: 1, max: 20 });
          const completionTokens = random.integer({ min: 1, max: 100 });
          const demand = { expectedTokens: 30, most: { promptTokens, completionTokens } };
          const turn = { stage: random.next() < 0.5 ? 'x' : 'y', priority: random.integer({ min: 0, max: 2 }), demand };
          const { signal } = random.next() < 0.5 ? (controllers[index % 2] as AbortController) : {};
          const begin = random.next() < 0.5 ? Promise.resolve() : wait(random.integer({ min: 0, max: 20_000 }));
          return begin
            .then(() => runners[index % clients]?.run(makeAttempt(promptTokens, completionTokens), { signal, turn }))
            .finally(() => {
              ended += 1;
            });
        });
        await clock.runUntil(Promise.allSettled(calls));
        // What was given up may settle a little later.
        await clock.runUntil(wait(0));

        expect(ended).toBe(calls.length);
        for (const one of runners) {
          expect(one.waiting).toBe(0);
          for (const { endpoint } of one.readStates()) expect(endpoint.inFlight).toBe(0);
        }
        expect(budget.getUse().inFlight).toBe(0);
        expect(seen.mostOutAtOne).toBeLessThanOrEqual(maxConcurrency * clients);
        expect(seen.mostOut).toBeLessThanOrEqual(limits.maxInFlight ?? Infinity);
        expect(seen.cost).toBeLessThanOrEqual(limits.maxCost ?? Infinity);
        const { cost, uncountedCost } = budget.getUse();
        expect(cost + uncountedCost).toBeGreaterThanOrEqual(seen.cost);
        const perSecond = limits.requestsPerSecond ?? Infinity;
        const most = perSecond + Math.max(1, perSecond / 20);
        for (const [index, from] of sentAt.entries()) {
          const inSecond = sentAt.slice(index).findIndex((at) => at >= from + 1000);
          expect(inSecond < 0 ? sentAt.length - index : inSecond).toBeLessThanOrEqual(most);
        }
        for (const one of runners) one.close();
        expect(countTimers()).toBe(0);
      },
    ),
    { numRuns: 120, seed: 10 },
  );
});
