import { getBackoffMs } from './backoff.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { createSendRate, type SendStamp } from './send-rate.ts';

/** How a request ended, as far as the endpoint is concerned. */
export type Outcome =
  /** The endpoint did its work; the answer may still be a 400. */
  | { readonly kind: 'answered' }
  /** Too many requests (`rate`, 429), or more work than it can do (`load`, 503). */
  | { readonly kind: 'refused'; readonly by: 'rate' | 'load'; readonly retryAfterMs?: number | undefined }
  /** It failed at this request: 5xx, a cut connection, a time-out, a broken reply. */
  | { readonly kind: 'failed' }
  /** No connection could be made. */
  | { readonly kind: 'unreachable' }
  /** We gave up waiting. */
  | { readonly kind: 'aborted' };

/** A request that is out. */
export interface Ticket {
  readonly stamp: SendStamp;
  readonly isProbe: boolean;
}

/** What is known of one server, and so whether it should get a request now. */
export interface Endpoint {
  readonly name: string;
  readonly inFlight: number;
  readonly limit: number;
  readonly perSecond: number;
  /** Closed for a while by failures. */
  readonly isGated: boolean;
  /** Nothing can be expected of it any more: never reached, or refusing for longer than the patience. */
  readonly isHopeless: (now: number) => boolean;
  /** When it may get a request; Infinity where a request must end first. */
  readonly getReadyAt: (context: { readonly hasAlternative: boolean }) => number;
  readonly begin: (now: number) => Ticket;
  readonly end: (ticket: Ticket, outcome: Outcome, now: number) => void;
}

export interface EndpointOptions {
  readonly name: string;
  readonly maxConcurrency: number;
  /** How long an endpoint may refuse everything before it is hopeless. */
  readonly patienceMs: number;
  readonly random: () => number;
}

interface Gate {
  readonly reason: 'unreachable' | 'refusing' | 'failing';
  readonly failures: number;
  readonly since: number;
  readonly until: number;
}

/** Failures in a row, of requests sent after the first of them, that close the gate. */
const failuresBeforeGate = 5;
const refusalsBeforeGate = 8;
/** In a shorter time, or before answers can be back, refusals may be those of a limiter that lets others in. */
const refusalsSpanMs = 1000;
/** Connection attempts, about two seconds in all, after which an endpoint that never answered is hopeless. */
const attemptsToReach = 3;

export function createEndpoint({ name, maxConcurrency, patienceMs, random }: EndpointOptions): Endpoint {
  const limit = createConcurrencyLimit(maxConcurrency);
  const rate = createSendRate({ startRequests: maxConcurrency });
  let inFlight = 0;
  /** Of answered requests, on average. */
  let latencyMs = 0;
  let gate: Gate | undefined;
  let isProbing = false;
  let hasAnswered = false;
  /** Since when it has only refused or not been reached. */
  let troubleSince: number | undefined;
  const refusals = createStreak();
  const failures = createStreak();

  const closeGate = (reason: Gate['reason'], ticket: Ticket, now: number, retryAfterMs?: number): void => {
    // Requests that were out together fail together: that is one failure.
    if (gate !== undefined && ticket.stamp.sentAt < gate.since) return;
    const count = (gate?.failures ?? 0) + 1;
    const backoffMs = getBackoffMs({ failures: count, firstMs: 700, longestMs: 15_000, random: random() });
    gate = { reason, failures: count, since: now, until: now + (retryAfterMs ?? backoffMs) };
  };

  const onAnswered = (ticket: Ticket, now: number): void => {
    hasAnswered = true;
    troubleSince = undefined;
    rate.onAccepted(now);
    latencyMs += (now - ticket.stamp.sentAt - latencyMs) / 16;
    limit.onAccepted(inFlight + 1);
    refusals.end(ticket.stamp.sentAt);
    failures.end(ticket.stamp.sentAt);
    if (gate !== undefined && ticket.stamp.sentAt >= gate.since) gate = undefined;
  };

  return {
    name,
    get inFlight() {
      return inFlight;
    },
    get limit() {
      return limit.value;
    },
    get perSecond() {
      return rate.perSecond;
    },
    get isGated() {
      return gate !== undefined;
    },
    isHopeless: (now) => {
      if (gate?.reason === 'unreachable' && !hasAnswered && gate.failures >= attemptsToReach) return true;
      if (gate !== undefined && gate.until - now > patienceMs) return true;
      return troubleSince !== undefined && now - troubleSince >= patienceMs;
    },
    getReadyAt: ({ hasAlternative }) => {
      // A server that fails at everything is spared only where another can take the work: alone, each request has its
      // own attempts, and a gate would make a run over bad requests endless.
      const gatedUntil = gate === undefined || (gate.reason === 'failing' && !hasAlternative) ? undefined : gate.until;
      // One request shows whether it is back. A refusal is quick and an answer may be slow, so the pace does that there.
      const isFull = gatedUntil !== undefined && gate?.reason !== 'refusing' ? isProbing : inFlight >= limit.value;
      return isFull ? Number.POSITIVE_INFINITY : Math.max(gatedUntil ?? Number.NEGATIVE_INFINITY, rate.nextSendAt);
    },
    begin: (now) => {
      const isProbe = gate !== undefined && !isProbing;
      if (isProbe) isProbing = true;
      inFlight += 1;
      return { stamp: rate.onSent(now), isProbe };
    },
    end: (ticket, outcome, now) => {
      inFlight -= 1;
      if (ticket.isProbe) isProbing = false;
      switch (outcome.kind) {
        case 'answered':
          onAnswered(ticket, now);
          break;
        case 'refused':
          troubleSince ??= now;
          if (outcome.by === 'load') limit.onRefused(1);
          else {
            // The pace answers a rate limit. The limit keeps twice what that rate needs, or it would be in the way.
            limit.onRefused((2 * rate.getAccepted(now) * latencyMs) / 1000);
            rate.onRefused(ticket.stamp, { now, inFlight });
          }
          refusals.add(ticket.stamp.sentAt, now);
          if (
            (outcome.retryAfterMs ?? 0) > patienceMs ||
            (refusals.count >= refusalsBeforeGate && now - refusals.since >= Math.max(refusalsSpanMs, 4 * latencyMs))
          ) {
            closeGate('refusing', ticket, now, outcome.retryAfterMs);
          }
          break;
        case 'failed':
          failures.add(ticket.stamp.sentAt, now);
          if (failures.count >= failuresBeforeGate) closeGate('failing', ticket, now);
          break;
        case 'unreachable':
          troubleSince ??= now;
          closeGate('unreachable', ticket, now);
          break;
        case 'aborted':
          break;
      }
    },
  };
}

/** Counts events in a row. Those of requests sent before the first event was known belong to that one. */
interface Streak {
  readonly count: number;
  readonly since: number;
  readonly add: (sentAt: number, now: number) => void;
  /** A request that was sent at that time went well. */
  readonly end: (sentAt: number) => void;
}

function createStreak(): Streak {
  let count = 0;
  let since = 0;
  return {
    get count() {
      return count;
    },
    get since() {
      return since;
    },
    add: (sentAt, now) => {
      if (count === 0) {
        count = 1;
        since = now;
      } else if (sentAt >= since) count += 1;
    },
    end: (sentAt) => {
      if (sentAt >= since) count = 0;
    },
  };
}
