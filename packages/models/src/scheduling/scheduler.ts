import type { ListenToAbort } from '@scalequest/core';
import type { Clock } from './clock.ts';
import type { Endpoint, Outcome } from './endpoint.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** The right to send one request to an endpoint. */
export interface Lease {
  readonly endpoint: Endpoint;
  /** Must be called once, however the request ends. */
  readonly end: (outcome: Outcome) => void;
}

export interface AcquireOptions {
  readonly signal: AbortSignal | undefined;
  /** A request that was sent before goes ahead of those that were not. */
  readonly isRepeat: boolean;
  /** An endpoint that failed at this request: another is taken where one is free. */
  readonly avoid: Endpoint | undefined;
}

/** Decides which request goes where and when. */
export interface Scheduler {
  readonly waiting: number;
  /** Resolves when it is this request's turn; rejects with the signal's reason. */
  readonly acquire: (options: AcquireOptions) => Promise<Lease>;
  /** No endpoint can be expected to answer any more. */
  readonly isHopeless: () => boolean;
  /** Rejects all that wait now. */
  readonly rejectWaiting: (error: Error) => void;
}

interface Waiter {
  readonly avoid: Endpoint | undefined;
  readonly grant: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
}

export function createScheduler({
  endpoints,
  clock,
  listenToAbort,
}: {
  readonly endpoints: readonly Endpoint[];
  readonly clock: Clock;
  readonly listenToAbort: ListenToAbort;
}): Scheduler {
  const repeats = createWaitingLine<Waiter>();
  const fresh = createWaitingLine<Waiter>();
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let turn = 0;

  /** The free endpoint with the least to do for its limit, or when one may be free. */
  const choose = (now: number, avoid: Endpoint | undefined): Endpoint | number => {
    const hasAlternative = endpoints.some((endpoint) => !endpoint.isGated);
    let best: Endpoint | undefined;
    let bestLoad = Number.POSITIVE_INFINITY;
    let earliest = Number.POSITIVE_INFINITY;
    turn += 1;
    for (let index = 0; index < endpoints.length; index++) {
      const endpoint = endpoints[(index + turn) % endpoints.length] as Endpoint;
      const readyAt = endpoint.getReadyAt({ hasAlternative });
      if (readyAt > now) {
        earliest = Math.min(earliest, readyAt);
        continue;
      }
      const load = endpoint === avoid ? Number.MAX_VALUE : endpoint.inFlight / endpoint.limit;
      if (load < bestLoad) {
        best = endpoint;
        bestLoad = load;
      }
    }
    return best ?? earliest;
  };

  const wakeAt = (at: number, now: number): void => {
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const cancel = clock.schedule(at - now, () => {
      timer = undefined;
      serve();
    });
    timer = { at, cancel };
  };

  const lease = (endpoint: Endpoint, now: number): Lease => {
    const ticket = endpoint.begin(now);
    return {
      endpoint,
      end: (outcome) => {
        endpoint.end(ticket, outcome, clock.now());
        serve();
      },
    };
  };

  const serve = (): void => {
    for (;;) {
      const line: WaitingLine<Waiter> = repeats.size > 0 ? repeats : fresh;
      const waiter = line.first;
      if (waiter === undefined) return;
      const now = clock.now();
      const chosen = choose(now, waiter.avoid);
      if (typeof chosen === 'number') {
        if (chosen !== Number.POSITIVE_INFINITY) wakeAt(chosen, now);
        return;
      }
      line.take();
      waiter.grant(lease(chosen, now));
    }
  };

  return {
    get waiting() {
      return repeats.size + fresh.size;
    },
    acquire: ({ signal, isRepeat, avoid }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const line = isRepeat ? repeats : fresh;
        const leave = line.join({
          avoid,
          grant: (granted) => {
            stopListening();
            resolve(granted);
          },
          reject: (error) => {
            stopListening();
            reject(error);
          },
        });
        const stopListening = listenToAbort(signal, () => {
          leave();
          reject(signal?.reason);
        });
        serve();
      }),
    isHopeless: () => {
      const now = clock.now();
      return endpoints.every((endpoint) => endpoint.isHopeless(now));
    },
    rejectWaiting: (error) => {
      for (const line of [repeats, fresh]) {
        for (let waiter = line.take(); waiter !== undefined; waiter = line.take()) waiter.reject(error);
      }
      timer?.cancel();
      timer = undefined;
    },
  };
}
