import type { ListenToAbort } from '@scalequest/core';
import { ModelsError } from '../errors.ts';
import type { Budget, Reservation, ServeNext, Took } from './budget.ts';
import type { Clock } from './clock.ts';
import type { Demand } from './demand.ts';
import type { Endpoint, Outcome } from './endpoint.ts';
import { createFairQueue, type FairQueue } from './fair-queue.ts';

/** The right to send one request to an endpoint. */
export interface Lease {
  readonly endpoint: Endpoint;
  /** Must be called once, however the request ends. */
  readonly end: (outcome: Outcome, took: Took) => void;
}

/** Whose request waits, and for how much. */
export interface Turn {
  readonly stage: string;
  /** Higher ones go first. */
  readonly priority: number;
  readonly demand: Demand;
}

export interface AcquireOptions extends Turn {
  readonly signal: AbortSignal | undefined;
  /** A request that was sent before goes ahead of those of its stage that were not. */
  readonly isRepeat: boolean;
  /** An endpoint that failed at this request: another is taken where one is free. */
  readonly avoid: Endpoint | undefined;
}

/** Decides which request goes where and when. */
export interface Scheduler {
  readonly waiting: number;
  /** Resolves when it is this request's turn; rejects with the signal's reason, or where no budget is left for it. */
  readonly acquire: (options: AcquireOptions) => Promise<Lease>;
  /** A lease of another endpoint than this one, where one is free now and nobody waits. */
  readonly acquireSpare: (demand: Demand, other: Endpoint) => Lease | undefined;
  /** No endpoint can be expected to answer any more. */
  readonly isHopeless: () => boolean;
  /** All endpoints asked to be left alone for longer than the patience. */
  readonly isShut: () => boolean;
  /** The endpoints have changed, or something else that the waiting depend on. */
  readonly serve: () => void;
  /** Rejects all that wait now. */
  readonly rejectWaiting: (error: Error) => void;
  readonly close: () => void;
}

export interface SchedulerOptions {
  /** Read at each turn: they may come and go. */
  readonly endpoints: readonly Endpoint[];
  /** Shared with other clients. */
  readonly budget?: Budget | undefined;
  /** How stages of one priority share the turns. */
  readonly shares?: Readonly<Record<string, number>> | undefined;
  readonly clock: Clock;
  readonly listenToAbort: ListenToAbort;
}

interface Waiter {
  readonly signal: AbortSignal | undefined;
  readonly demand: Demand;
  readonly avoid: Endpoint | undefined;
  readonly grant: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
}

/** Where a request may go now, or when it may; `readyAt` is undefined where it never may. */
interface Choice {
  readonly endpoint: Endpoint | undefined;
  readonly readyAt: number | undefined;
  /** An endpoint waits for it, and the shared budget does not let it go. */
  readonly isShort: boolean;
}

/** An endpoint that answers in up to so many times the time of the fastest counts as equal: requests differ as much. */
const equalLatency = 2;

export function createScheduler({ endpoints, budget, shares, clock, listenToAbort }: SchedulerOptions): Scheduler {
  const queue: FairQueue<Waiter> = createFairQueue(shares);
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let turn = 0;

  /** The free endpoint with the least to do for its limit, a slow one's requests counting as more. */
  const choose = (now: number, demand: Demand, avoid: Endpoint | undefined): Choice => {
    const hasAlternative = endpoints.some((endpoint) => !endpoint.isGated);
    const fastestMs = findFastest(endpoints);
    let best: Endpoint | undefined;
    let bestLoad = Infinity;
    let earliest: number | undefined = endpoints.length === 0 ? Infinity : undefined;
    let isShort = false;
    turn += 1;
    for (let index = 0; index < endpoints.length; index++) {
      const endpoint = endpoints[(index + turn) % endpoints.length] as Endpoint;
      const freeAt = endpoint.getReadyAt(now, { hasAlternative, demand });
      // An endpoint without prices may go on where one with prices would cost too much.
      const affordableAt = budget === undefined ? now : budget.getReadyAt(now, demand, endpoint.prices);
      if (freeAt === undefined || affordableAt === undefined) continue;
      const readyAt = Math.max(freeAt, affordableAt);
      if (readyAt > now) {
        if (freeAt <= now) isShort = true;
        earliest = Math.min(earliest ?? Infinity, readyAt);
        continue;
      }
      const slowness = Math.max(1, endpoint.estimateLatencyMs(now) / (equalLatency * fastestMs));
      const load = endpoint === avoid ? Number.MAX_VALUE : ((endpoint.inFlight + 1) * slowness) / endpoint.limit;
      if (load < bestLoad) {
        best = endpoint;
        bestLoad = load;
      }
    }
    return { endpoint: best, readyAt: best === undefined ? earliest : now, isShort: best === undefined && isShort };
  };

  const wakeAt = (at: number, now: number): void => {
    if (at === Infinity || (timer !== undefined && timer.at <= at)) return;
    timer?.cancel();
    const cancel = clock.schedule(at - now, () => {
      timer = undefined;
      serve();
    });
    timer = { at, cancel };
  };

  const lease = (endpoint: Endpoint, demand: Demand, now: number): Lease => {
    const ticket = endpoint.begin(now, demand);
    const reservation: Reservation | undefined = budget?.begin(now, demand, endpoint.prices);
    return {
      endpoint,
      end: (outcome, took) => {
        const endedAt = clock.now();
        endpoint.end(ticket, outcome, { now: endedAt, took });
        // A budget serves all who share it, this one too.
        if (budget !== undefined && reservation !== undefined) budget.settle(endedAt, reservation, took);
        else serve();
      },
    };
  };

  const serveNext: ServeNext = () => {
    const waiter = queue.first;
    if (waiter === undefined) return 'nothing';
    const now = clock.now();
    const { demand, signal } = waiter;
    // Its own listener may come later than another's, which serves.
    if (signal?.aborted === true) {
      queue.take();
      waiter.reject(signal.reason);
      return 'served';
    }
    const { endpoint, readyAt, isShort } = choose(now, demand, waiter.avoid);
    if (readyAt === undefined) {
      queue.take();
      waiter.reject(budgetSpent());
      return 'served';
    }
    if (endpoint === undefined) {
      wakeAt(readyAt, now);
      return isShort ? 'short' : 'nothing';
    }
    queue.take();
    waiter.grant(lease(endpoint, demand, now));
    return 'served';
  };

  const share = budget?.join(serveNext);
  const serve =
    share?.serve ??
    ((): void => {
      while (serveNext() === 'served');
    });

  return {
    get waiting() {
      return queue.size;
    },
    acquire: ({ signal, isRepeat, avoid, stage, priority, demand }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const place = { priority, stage, isRepeat, weight: Math.max(1, demand.expectedTokens) };
        const leave = queue.join(
          {
            signal,
            demand,
            avoid,
            grant: (granted) => {
              stopListening();
              resolve(granted);
            },
            reject: (error) => {
              stopListening();
              reject(error);
            },
          },
          place,
        );
        const stopListening = listenToAbort(signal, () => {
          const hasWaited = leave();
          reject(signal?.reason);
          // It may have been what the others waited behind.
          if (hasWaited) serve();
        });
        serve();
      }),
    acquireSpare: (demand, other) => {
      if (queue.size > 0 || budget?.isWanted === true) return undefined;
      const now = clock.now();
      const { endpoint } = choose(now, demand, other);
      return endpoint === undefined || endpoint === other || endpoint.isGated
        ? undefined
        : lease(endpoint, demand, now);
    },
    isShut: () => {
      const now = clock.now();
      return endpoints.length > 0 && endpoints.every((endpoint) => endpoint.isShut(now));
    },
    isHopeless: () => {
      const now = clock.now();
      return endpoints.length > 0 && endpoints.every((endpoint) => endpoint.isHopeless(now));
    },
    serve,
    rejectWaiting: (error) => {
      for (let waiter = queue.take(); waiter !== undefined; waiter = queue.take()) waiter.reject(error);
      timer?.cancel();
      timer = undefined;
    },
    close: () => share?.leave(),
  };
}

function findFastest(endpoints: readonly Endpoint[]): number {
  let fastestMs = Infinity;
  for (const { latencyMs, isGated } of endpoints) {
    if (latencyMs > 0 && !isGated) fastestMs = Math.min(fastestMs, latencyMs);
  }
  return fastestMs;
}

function budgetSpent(): ModelsError {
  return new ModelsError({
    code: 'BUDGET_SPENT',
    kind: 'request',
    errorClass: 'fatal',
    what: 'The budget is spent.',
    why: 'The next request could cost more than what is left of it.',
    next: 'Raise the budget and run the same command again: it goes on where it stopped.',
  });
}
