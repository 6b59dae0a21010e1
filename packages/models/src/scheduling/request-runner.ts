import { createSignalListeners } from '@scalequest/core';
import { type ErrorClass, ModelsError, type ModelsErrorDetails } from '../errors.ts';
import { getBackoffMs } from './backoff.ts';
import { type Cancellation, createCancellation } from './cancellation.ts';
import type { Clock } from './clock.ts';
import { createEndpoint, type Endpoint, type Outcome } from './endpoint.ts';
import { createScheduler } from './scheduler.ts';

/** Why an attempt failed: the error it would be, and what it says of the endpoint. */
export interface Failure {
  readonly details: ModelsErrorDetails;
  readonly outcome: Outcome;
  readonly retryAfterMs?: number | undefined;
}

export type AttemptResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Sends a request once. Settles soon after it is cancelled; what it then says is not looked at. */
export type Attempt<T> = (context: {
  readonly endpoint: string;
  readonly cancellation: Cancellation;
}) => Promise<AttemptResult<T>>;

export interface RunnerOptions {
  /** Names of the endpoints, as attempts get them. */
  readonly endpoints: readonly string[];
  /** Most requests at once for each endpoint. */
  readonly maxConcurrency: number;
  /** Longest time of one attempt. */
  readonly timeoutMs: number;
  /** Attempts of one request that may fail with `retry`. */
  readonly maxAttempts: number;
  /** How long all endpoints may refuse everything, or be unreachable after they had answered, before the work stops. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface RunResult<T> {
  readonly value: T;
  readonly endpoint: string;
  readonly attempts: number;
  /** Of the attempt that succeeded. */
  readonly latencyMs: number;
}

/** Runs requests: each waits for its turn, is sent, and sent again where that can help. Knows nothing of HTTP. */
export interface RequestRunner {
  readonly endpoints: readonly Endpoint[];
  readonly waiting: number;
  /** Failed attempts by class. */
  readonly failures: Readonly<Record<ErrorClass, number>>;
  readonly run: <T>(
    attempt: Attempt<T>,
    options: { readonly signal?: AbortSignal | undefined },
  ) => Promise<RunResult<T>>;
  /** Aborts what is out and rejects what waits; nothing can be run afterwards. */
  readonly close: () => void;
}

export function createRequestRunner(options: RunnerOptions): RequestRunner {
  const { clock, random, timeoutMs, maxAttempts, patienceMs } = options;
  const listenToAbort = createSignalListeners();
  const closed = new AbortController();
  const failures: Record<ErrorClass, number> = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  const endpoints = options.endpoints.map((name) =>
    createEndpoint({ name, maxConcurrency: options.maxConcurrency, patienceMs, random }),
  );
  const scheduler = createScheduler({ endpoints, clock, listenToAbort });

  /** Throws the reason why no further attempt should be made. */
  const checkStopped = (signal: AbortSignal | undefined): void => {
    closed.signal.throwIfAborted();
    signal?.throwIfAborted();
  };

  const sleep = (delayMs: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        cancelTimer();
        for (const stop of stops) stop();
        try {
          checkStopped(signal);
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      const cancelTimer = clock.schedule(delayMs, wake);
      const stops = [listenToAbort(signal, wake), listenToAbort(closed.signal, wake)];
    });

  const attemptOnce = <T>(
    attempt: Attempt<T>,
    endpoint: string,
    signal: AbortSignal | undefined,
  ): Promise<AttemptResult<T>> => {
    const cancellation = createCancellation();
    let isTimedOut = false;
    const cancelTimer = clock.schedule(timeoutMs, () => {
      isTimedOut = true;
      cancellation.cancel();
    });
    const stops = [listenToAbort(signal, cancellation.cancel), listenToAbort(closed.signal, cancellation.cancel)];
    const settle = (): void => {
      cancelTimer();
      for (const stop of stops) stop();
    };
    return attempt({ endpoint, cancellation }).then(
      (result) => {
        settle();
        return result.ok || !isTimedOut ? result : { ok: false, failure: describeTimeout(endpoint, timeoutMs) };
      },
      (error: unknown) => {
        settle();
        throw error;
      },
    );
  };

  const run = async <T>(
    attempt: Attempt<T>,
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): Promise<RunResult<T>> => {
    checkStopped(signal);
    let avoid: Endpoint | undefined;
    let refused = 0;
    let failed = 0;
    for (let attempts = 1; ; attempts++) {
      const lease = await scheduler.acquire({ signal, isRepeat: attempts > 1, avoid });
      const { endpoint } = lease;
      const sentAt = clock.now();
      let outcome: Outcome = { kind: 'aborted' };
      let result: AttemptResult<T>;
      try {
        checkStopped(signal);
        result = await attemptOnce(attempt, endpoint.name, signal);
        if (result.ok) outcome = { kind: 'answered' };
        else if (signal?.aborted !== true && !closed.signal.aborted) outcome = result.failure.outcome;
      } finally {
        lease.end(outcome);
      }
      if (result.ok) {
        return { value: result.value, endpoint: endpoint.name, attempts, latencyMs: clock.now() - sentAt };
      }
      checkStopped(signal);

      const { details, outcome: failure, retryAfterMs } = result.failure;
      failures[details.errorClass] += 1;
      if (details.errorClass === 'drop' || details.errorClass === 'fatal') throw new ModelsError(details);
      if (failure.kind !== 'failed' && scheduler.isHopeless()) {
        const error = new ModelsError({ ...details, errorClass: 'fatal' });
        scheduler.rejectWaiting(error);
        throw error;
      }
      avoid = endpoint;
      // The gate of an endpoint that cannot be reached holds the request back, and its patience is the bound.
      if (failure.kind === 'unreachable') continue;
      if (failure.kind === 'refused') refused += 1;
      else failed += 1;
      if (failed >= maxAttempts) throw giveUp(details, failed);
      const canGoElsewhere = endpoints.some((other) => other !== endpoint && !other.isGated);
      const failuresInARow = failure.kind === 'refused' ? refused : failed;
      const backoffMs = getBackoffMs({ failures: failuresInARow, firstMs: 500, longestMs: 30_000, random: random() });
      await sleep(canGoElsewhere ? backoffMs : Math.max(backoffMs, retryAfterMs ?? 0), signal);
    }
  };

  return {
    endpoints,
    failures,
    get waiting() {
      return scheduler.waiting;
    },
    run,
    close: () => {
      if (closed.signal.aborted) return;
      const error = new ModelsError({
        code: 'CLIENT_CLOSED',
        errorClass: 'fatal',
        what: 'The model client was closed.',
        next: 'Make a new client for further requests.',
      });
      closed.abort(error);
      scheduler.rejectWaiting(error);
    },
  };
}

function describeTimeout(endpoint: string, timeoutMs: number): Failure {
  return {
    outcome: { kind: 'failed' },
    details: {
      code: 'TIMED_OUT',
      errorClass: 'retry',
      what: `${endpoint} gave no whole answer within ${timeoutMs / 1000} s.`,
      next: 'Raise the time-out, ask for fewer tokens or samples in one request, or lower the concurrency.',
      fields: { endpoint, timeoutMs },
    },
  };
}

function giveUp(details: ModelsErrorDetails, attempts: number): ModelsError {
  const tried = `It was tried ${attempts} ${attempts === 1 ? 'time' : 'times'}.`;
  return new ModelsError({
    ...details,
    errorClass: 'drop',
    why: details.why === undefined ? tried : `${details.why} ${tried}`,
    fields: { ...details.fields, attempts },
  });
}
