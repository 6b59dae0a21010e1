import { isDeepStrictEqual } from 'node:util';
import { createSignalListeners } from '@scalequest/core';
import { type ErrorClass, ModelsError, type ModelsErrorDetails } from '../errors.ts';
import { createEndpointMeter, type EndpointFigures, type EndpointMeter } from '../metrics/endpoint-meter.ts';
import type { Usage } from '../model-client.ts';
import { getBackoffMs } from './backoff.ts';
import type { Budget, Took } from './budget.ts';
import { type Cancellation, createCancellation } from './cancellation.ts';
import { requireHedge, requireLimits, requirePrices, requireShares } from './check-options.ts';
import type { Clock } from './clock.ts';
import { createEndpoint, type Endpoint, type EndpointSettings, type Outcome } from './endpoint.ts';
import { createHedgePolicy, type HedgeOptions, type HedgeStatistics } from './hedge-policy.ts';
import { createScheduler, type Lease, type Turn } from './scheduler.ts';

/** Why an attempt failed: the error it would be, and what it says of the endpoint. */
export interface Failure {
  readonly details: ModelsErrorDetails;
  readonly outcome: Outcome;
  readonly retryAfterMs?: number | undefined;
}

export type AttemptResult<T> =
  | { readonly ok: true; readonly value: T; readonly usage?: Usage | undefined; readonly samples?: number }
  | { readonly ok: false; readonly failure: Failure };

/** Sends a request once. Settles soon after it is cancelled; what it then says is not looked at. */
export type Attempt<T> = (context: {
  readonly endpoint: string;
  readonly cancellation: Cancellation;
}) => Promise<AttemptResult<T>>;

export interface RunnerOptions {
  readonly endpoints: readonly EndpointSettings[];
  /**
   * More endpoints may come, and those that are away may come back: nothing is given up before the patience is over.
   *
   * @defaultValue false
   */
  readonly mayChange?: boolean;
  /** Longest time of one attempt. */
  readonly timeoutMs: number;
  /** Attempts of one request that may fail with `retry`. */
  readonly maxAttempts: number;
  /** How long all endpoints may refuse everything, or be unreachable after they had answered, before the work stops. */
  readonly patienceMs: number;
  /** Shared with other clients. */
  readonly budget?: Budget | undefined;
  /** How stages of one priority share the turns. @defaultValue evenly */
  readonly shares?: Readonly<Record<string, number>> | undefined;
  /** @defaultValue no request is sent a second time while it is out */
  readonly hedge?: HedgeOptions | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface RunOptions<T> {
  readonly signal?: AbortSignal | undefined;
  /**
   * Awaited when a request has its turn, before each sending, repeats and hedges included. Where it rejects, so does the
   * request; what then never went out takes nothing of a budget.
   */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Told of each request that was answered or failed, repeats and hedges included. */
  readonly onSettled?: ((settled: Settled<T>) => void) | undefined;
  /** @defaultValue the stage without a name, priority 0, of unknown demand */
  readonly turn?: Turn;
}

/** A request that was answered or failed, and was not given up. */
export interface Settled<T> {
  readonly endpoint: Endpoint;
  readonly result: AttemptResult<T>;
  readonly latencyMs: number;
}

export interface RunResult<T> {
  readonly value: T;
  readonly endpoint: string;
  /** Requests that were sent, hedges included. */
  readonly attempts: number;
  /** Of the attempt that succeeded. */
  readonly latencyMs: number;
}

/** One server and what it did; one that was taken off the list is kept for its figures. */
export interface EndpointState {
  readonly endpoint: Endpoint;
  readonly isListed: boolean;
  readonly figures: EndpointFigures;
}

/** Runs requests: each waits for its turn, is sent, and sent again where that can help. Knows nothing of HTTP. */
export interface RequestRunner {
  readonly endpoints: readonly Endpoint[];
  readonly waiting: number;
  /** Requests that repeated one that had failed or was refused. */
  readonly resent: number;
  /** Failed attempts by class. */
  readonly failures: Readonly<Record<ErrorClass, number>>;
  /** Undefined where there are to be none. */
  readonly hedges: HedgeStatistics | undefined;
  readonly readStates: () => readonly EndpointState[];
  /** Of all endpoints together. */
  readonly readTotal: () => EndpointFigures;
  readonly run: <T>(attempt: Attempt<T>, options: RunOptions<T>) => Promise<RunResult<T>>;
  /**
   * Asks these from now on. What is out at an endpoint that is not among them goes on there; one that comes back, or whose
   * settings have changed, keeps what it has taken of its limits.
   */
  readonly setEndpoints: (endpoints: readonly EndpointSettings[]) => void;
  /** Aborts what is out and rejects what waits; nothing can be run afterwards. */
  readonly close: () => void;
}

/** A request that is out at one endpoint. */
interface Sending<T> {
  readonly endpoint: Endpoint;
  readonly sentAt: number;
  readonly settled: Promise<Settled<T>>;
  readonly giveUp: () => void;
}

/** An endpoint with what the runner keeps of it. */
interface Member {
  readonly settings: EndpointSettings;
  readonly endpoint: Endpoint;
}

/** A chance at which a request is taken for one that no server ever lets in. */
const beyondBelief = 1e-6;

const plainTurn: Turn = {
  stage: '',
  priority: 0,
  demand: { expectedTokens: 0, most: { promptTokens: 0, completionTokens: 0 } },
};

export function createRequestRunner(options: RunnerOptions): RequestRunner {
  const { clock, random, timeoutMs, maxAttempts, patienceMs, mayChange = false, budget, shares } = options;
  const listenToAbort = createSignalListeners();
  const closed = new AbortController();
  const failures: Record<ErrorClass, number> = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  const hedges = options.hedge && createHedgePolicy(options.hedge);
  const meters = new Map<string, EndpointMeter>();
  // Percentiles cannot be added up.
  const total = createEndpointMeter();
  const retired = new Map<string, Endpoint>();
  /** Of all requests, to tell one that nobody takes from servers that take hardly any. */
  const counts = { answered: 0, refused: 0 };
  /** Endpoints whose last word was that they are set up wrongly. */
  const wrong = new Set<Endpoint>();
  let hopelessness: ModelsError | undefined;
  let members: readonly Member[] = [];
  let resent = 0;
  // The scheduler reads it at each turn.
  const endpoints: Endpoint[] = [];
  const scheduler = createScheduler({ endpoints, budget, shares, clock, listenToAbort });
  let stopWaitingForEndpoints: (() => void) | undefined;

  const getMeter = (name: string): EndpointMeter => {
    const found = meters.get(name);
    if (found !== undefined) return found;
    const meter = createEndpointMeter();
    meters.set(name, meter);
    return meter;
  };

  const setEndpoints = (wanted: readonly EndpointSettings[], { startsSlowly }: { startsSlowly: boolean }): void => {
    for (const { limits, prices } of wanted) {
      if (limits !== undefined) requireLimits(limits);
      if (prices !== undefined) requirePrices(prices);
    }
    const before = new Map(members.map((member) => [member.settings.name, member]));
    members = wanted.map((settings) => {
      const listed = before.get(settings.name);
      const endpoint = listed?.endpoint ?? retired.get(settings.name);
      if (endpoint === undefined) {
        return {
          settings,
          endpoint: createEndpoint({ ...settings, startsSlowly, isPatient: mayChange, patienceMs, random }),
        };
      }
      if (!isDeepStrictEqual(listed?.settings, settings)) endpoint.change(settings, { isBack: listed === undefined });
      return { settings, endpoint };
    });
    endpoints.splice(0, endpoints.length, ...members.map(({ endpoint }) => endpoint));
    for (const { settings, endpoint } of before.values()) retired.set(settings.name, endpoint);
    for (const endpoint of endpoints) {
      retired.delete(endpoint.name);
      wrong.delete(endpoint);
    }
    stopWaitingForEndpoints?.();
    stopWaitingForEndpoints = undefined;
    if (scheduler.waiting > 0) waitForEndpoints();
    scheduler.serve();
  };

  /** Where none is listed, whoever waits is given up when the patience is over. */
  const waitForEndpoints = (): void => {
    if (endpoints.length > 0) return;
    stopWaitingForEndpoints ??= clock.schedule(patienceMs, () => {
      stopWaitingForEndpoints = undefined;
      scheduler.rejectWaiting(noEndpoints(patienceMs));
    });
  };

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

  // Not `async`: what a request keeps in memory while it is out, thousands of times, is what collections have to move.
  const send = <T>(attempt: Attempt<T>, lease: Lease, runOptions: RunOptions<T>): Sending<T> => {
    const { signal, onSettled, beforeSend } = runOptions;
    const { endpoint } = lease;
    const meter = getMeter(endpoint.name);
    const cancellation = createCancellation();
    let sentAt = clock.now();
    let cancelTimer: (() => void) | undefined;
    let isTimedOut = false;
    let isGivenUp = false;
    const stopListening = listenToAbort(signal, cancellation.cancel);
    const stopFollowing = listenToAbort(closed.signal, cancellation.cancel);

    const begin = (): Promise<AttemptResult<T>> => {
      sentAt = clock.now();
      cancelTimer = clock.schedule(timeoutMs, () => {
        isTimedOut = true;
        cancellation.cancel();
      });
      meter.onSent();
      total.onSent();
      hedges?.onRequest();
      return attempt({ endpoint: endpoint.name, cancellation });
    };
    const beginUnlessGivenUp = (): Promise<AttemptResult<T>> => {
      checkStopped(signal);
      if (isGivenUp) throw new Error('The request was given up before it went out.');
      return begin();
    };

    const settle = (raw: AttemptResult<T> | undefined): Settled<T> | undefined => {
      stopListening();
      stopFollowing();
      if (cancelTimer === undefined) {
        lease.end({ kind: 'unsent' }, 'unsent');
        return undefined;
      }
      cancelTimer();
      const now = clock.now();
      const result = raw?.ok === false ? understand(raw.failure) : raw;
      const latencyMs = now - sentAt;
      const isAborted = isGivenUp || signal?.aborted === true || closed.signal.aborted;
      if (result?.ok === true) {
        const answer = { latencyMs, samples: result.samples ?? 1, usage: result.usage };
        meter.onAnswered(now, answer);
        total.onAnswered(now, answer);
        counts.answered += 1;
        wrong.delete(endpoint);
        lease.end({ kind: 'answered' }, result.usage ?? 'uncounted');
      } else if (result === undefined || isAborted) {
        lease.end({ kind: 'aborted' }, 'uncounted');
      } else {
        const { outcome, details } = result.failure;
        if (outcome.kind === 'refused') counts.refused += 1;
        meter.onFailed(details.errorClass, details.code);
        total.onFailed(details.errorClass, details.code);
        failures[details.errorClass] += 1;
        lease.end(outcome, whatItTook(outcome));
      }
      const settled = result && { endpoint, result, latencyMs };
      if (settled !== undefined && !isAborted) onSettled?.(settled);
      return settled;
    };
    const understand = (failure: Failure): { readonly ok: false; readonly failure: Failure } => {
      if (isTimedOut) return describeTimeout(endpoint.name, timeoutMs);
      return { ok: false, failure: isOneOfMany(failure, endpoint) ? leaveAlone(failure) : failure };
    };
    let sent: Promise<AttemptResult<T>>;
    try {
      sent = beforeSend === undefined ? begin() : beforeSend().then(beginUnlessGivenUp);
    } catch (error) {
      sent = Promise.reject(error);
    }

    return {
      endpoint,
      get sentAt() {
        return sentAt;
      },
      settled: sent.then(
        (result) => settle(result) as Settled<T>,
        (error: unknown) => {
          settle(undefined);
          throw error;
        },
      ),
      giveUp: () => {
        isGivenUp = true;
        cancellation.cancel();
      },
    };
  };

  /** Where endpoints come and go, one that is set up wrongly does not end the work while another may do it. */
  const isOneOfMany = ({ details: { errorClass, code } }: Failure, endpoint: Endpoint): boolean => {
    if (!mayChange || errorClass !== 'fatal' || code === 'QUOTA_EXHAUSTED') return false;
    if (!endpoints.includes(endpoint)) return true;
    wrong.add(endpoint);
    const now = clock.now();
    return endpoints.some((other) => !wrong.has(other) && !other.isHopeless(now));
  };

  /** Waits for a request, and for a second one where the first takes long; what comes first counts. */
  const settleHedged = <T>(
    attempt: Attempt<T>,
    first: Sending<T>,
    runOptions: RunOptions<T>,
  ): Promise<Settled<T> & { readonly isHedged: boolean }> => {
    const { turn = plainTurn } = runOptions;
    const { promptTokens, completionTokens } = turn.demand.most;
    const learn = (): void => hedges?.onAnswered(turn.stage, clock.now() - first.sentAt);
    const delayMs = hedges?.getDelayMs(turn.stage);
    if (hedges === undefined || delayMs === undefined) {
      return first.settled.then((settled) => {
        if (settled.result.ok) learn();
        return { ...settled, isHedged: false };
      });
    }
    return new Promise((resolve, reject) => {
      const out = new Set<Sending<T>>([first]);
      let isHedged = false;
      const watch = (sending: Sending<T>): void => {
        sending.settled.then(
          (settled) => {
            out.delete(sending);
            const { result } = settled;
            if (!result.ok && out.size > 0 && canBeRepeated(result.failure)) return;
            finish();
            // From the first sending on: hedges that answer soon do not make the others look late.
            if (result.ok) learn();
            if (result.ok && sending !== first) hedges.onWon();
            resolve({ ...settled, isHedged });
          },
          (error: unknown) => {
            out.delete(sending);
            finish();
            reject(error);
          },
        );
      };
      const finish = (): void => {
        cancelTimer();
        for (const other of out) {
          other.giveUp();
          hedges.onGivenUp(promptTokens + completionTokens);
        }
        out.clear();
      };
      const cancelTimer = clock.schedule(delayMs, () => {
        // It is on its way to its end.
        if (closed.signal.aborted || runOptions.signal?.aborted === true) return;
        const spare = hedges.isAllowed() ? scheduler.acquireSpare(turn.demand, first.endpoint) : undefined;
        if (spare === undefined) return;
        isHedged = true;
        hedges.onSent();
        const second = send(attempt, spare, runOptions);
        out.add(second);
        watch(second);
      });
      watch(first);
    });
  };

  const run = async <T>(attempt: Attempt<T>, runOptions: RunOptions<T>): Promise<RunResult<T>> => {
    const { signal, turn = plainTurn } = runOptions;
    requireTurn(turn);
    let avoid: Endpoint | undefined;
    let refused = 0;
    let refusedSince: { readonly at: number; readonly answered: number; readonly refused: number } | undefined;
    let failed = 0;
    let attempts = 0;
    for (;;) {
      checkStopped(signal);
      if (hopelessness !== undefined && scheduler.isShut()) throw hopelessness;
      waitForEndpoints();
      const lease = await scheduler.acquire({ ...turn, signal, isRepeat: attempts > 0, avoid });
      if (closed.signal.aborted || signal?.aborted === true) lease.end({ kind: 'unsent' }, 'unsent');
      checkStopped(signal);
      if (attempts > 0) resent += 1;
      const sending = send(attempt, lease, runOptions);
      const settled = hedges === undefined ? await sending.settled : await settleHedged(attempt, sending, runOptions);
      attempts += 'isHedged' in settled && settled.isHedged ? 2 : 1;
      const { endpoint, result, latencyMs } = settled;
      if (result.ok) return { value: result.value, endpoint: endpoint.name, attempts, latencyMs };
      checkStopped(signal);

      const { details, outcome: failure, retryAfterMs } = result.failure;
      if (!canBeRepeated(result.failure)) throw new ModelsError(details);
      if (failure.kind !== 'failed' && scheduler.isHopeless()) {
        hopelessness = new ModelsError({ ...details, errorClass: 'fatal' });
        scheduler.rejectWaiting(hopelessness);
        throw hopelessness;
      }
      avoid = endpoint;
      // The gate of an endpoint that cannot be reached holds the request back, and its patience is the bound.
      if (failure.kind === 'unreachable') continue;
      if (failure.kind === 'refused') refused += 1;
      else failed += 1;
      if (failed >= maxAttempts) throw giveUp(details, failed);
      if (failure.kind === 'refused') {
        refusedSince ??= { at: clock.now(), ...counts };
        const others = counts.answered - refusedSince.answered;
        const share = 1 - others / Math.max(1, others + counts.refused - refusedSince.refused);
        // The servers are there and take others: that this one had no luck so often is not to be believed.
        if (clock.now() - refusedSince.at >= patienceMs && share ** refused < beyondBelief)
          throw giveUp(details, refused);
      }
      const canGoElsewhere = endpoints.some((other) => other !== endpoint && !other.isGated);
      const failuresInARow = failure.kind === 'refused' ? refused : failed;
      const backoffMs = getBackoffMs({ failures: failuresInARow, firstMs: 500, longestMs: 30_000, random: random() });
      // A longer wait is the endpoint's gate's: another endpoint may come back before.
      const waitMs = canGoElsewhere || (retryAfterMs ?? 0) > patienceMs ? 0 : (retryAfterMs ?? 0);
      await sleep(Math.max(backoffMs, waitMs), signal);
    }
  };

  if (shares !== undefined) requireShares(shares);
  if (options.hedge !== undefined) requireHedge(options.hedge);
  setEndpoints(options.endpoints, { startsSlowly: false });
  return {
    endpoints,
    failures,
    hedges: hedges?.statistics,
    get waiting() {
      return scheduler.waiting;
    },
    get resent() {
      return resent;
    },
    readStates: () => {
      const now = clock.now();
      const describe = (endpoint: Endpoint, isListed: boolean): EndpointState => ({
        endpoint,
        isListed,
        figures: getMeter(endpoint.name).read(now),
      });
      return [
        ...endpoints.map((endpoint) => describe(endpoint, true)),
        ...[...retired.values()].map((endpoint) => describe(endpoint, false)),
      ];
    },
    readTotal: () => total.read(clock.now()),
    run,
    setEndpoints: (wanted) => setEndpoints(wanted, { startsSlowly: true }),
    close: () => {
      if (closed.signal.aborted) return;
      const error = new ModelsError({
        code: 'CLIENT_CLOSED',
        errorClass: 'fatal',
        what: 'The model client was closed.',
        next: 'Make a new client for further requests.',
      });
      closed.abort(error);
      stopWaitingForEndpoints?.();
      scheduler.rejectWaiting(error);
      scheduler.close();
    },
  };
}

function canBeRepeated({ details: { errorClass } }: Failure): boolean {
  return errorClass === 'retry' || errorClass === 'shrink';
}

/** What is no number would make every comparison of a budget and a queue come out wrong. */
function requireTurn({ priority, demand: { expectedTokens, most } }: Turn): void {
  const isRight = [priority, expectedTokens, most.promptTokens, most.completionTokens].every(Number.isFinite);
  if (isRight) return;
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: "A request's 'priority', 'maxTokens' or 'n' is no finite number.",
    why: `Priority ${priority}, at most ${most.completionTokens} tokens of replies.`,
    next: 'Give each of them as a number.',
  });
}

function leaveAlone({ details }: Failure): Failure {
  return { outcome: { kind: 'unreachable' }, details: { ...details, errorClass: 'retry' } };
}

/** A server that failed in the middle may have worked, and charge for it. */
function whatItTook({ kind }: Outcome): Took {
  return kind === 'failed' || kind === 'aborted' ? 'uncounted' : 'nothing';
}

function noEndpoints(patienceMs: number): ModelsError {
  return new ModelsError({
    code: 'NO_ENDPOINTS',
    errorClass: 'fatal',
    what: `No endpoint was listed for ${patienceMs / 1000} s.`,
    next: 'Start a server, list it, and run the same command again: it goes on where it stopped.',
  });
}

function describeTimeout(endpoint: string, timeoutMs: number): { readonly ok: false; readonly failure: Failure } {
  const failure: Failure = {
    outcome: { kind: 'failed' },
    details: {
      code: 'TIMED_OUT',
      errorClass: 'retry',
      what: `${endpoint} gave no whole answer within ${timeoutMs / 1000} s.`,
      next: 'Raise the time-out, ask for fewer tokens or samples in one request, or lower the concurrency.',
      fields: { endpoint, timeoutMs },
    },
  };
  return { ok: false, failure };
}

function giveUp(details: ModelsErrorDetails, attempts: number): ModelsError {
  const tried = attempts === 1 ? [] : [`It was tried ${attempts} times.`];
  const why = [details.why, ...tried].filter((text) => text !== undefined).join(' ');
  return new ModelsError({
    ...details,
    errorClass: 'drop',
    ...(why === '' ? {} : { why }),
    fields: { ...details.fields, attempts },
  });
}
