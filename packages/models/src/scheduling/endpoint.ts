import { getBackoffMs } from './backoff.ts';
import {
  type Budget,
  type BudgetLimits,
  createBudget,
  type Reservation,
  type TokenPrices,
  type Took,
} from './budget.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Demand } from './demand.ts';
import { createSendRate, type SendStamp } from './send-rate.ts';
import { createSlowStart } from './slow-start.ts';

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
  | { readonly kind: 'aborted' }
  /** It never went out. */
  | { readonly kind: 'unsent' };

/** A request that is out. */
export interface Ticket {
  readonly stamp: SendStamp;
  readonly isProbe: boolean;
  readonly reservation: Reservation | undefined;
}

/** What is known of one server, and so whether it should get a request now. */
export interface Endpoint {
  readonly name: string;
  /** The most requests at once that it was made for. */
  readonly maxConcurrency: number;
  readonly inFlight: number;
  readonly limit: number;
  readonly perSecond: number;
  /** Closed for a while by failures. */
  readonly isGated: boolean;
  /** It asked to be left alone for longer than the patience. */
  readonly isShut: (now: number) => boolean;
  /** Nothing can be expected of it any more: never reached, or refusing for longer than the patience. */
  readonly isHopeless: (now: number) => boolean;
  /**
   * Of answered requests, on average and the newest most; 0 before the first. One that was given up or failed counts where
   * it took longer than that: a server that hangs is not a fast one.
   */
  readonly latencyMs: number;
  /** The same, less as what is known grows old while nothing is out: one that was slow at its start is tried again. */
  readonly estimateLatencyMs: (now: number) => number;
  readonly prices: TokenPrices | undefined;
  /** When it may get a request; Infinity where a request must end first; undefined where its budget is spent. */
  readonly getReadyAt: (
    now: number,
    context: { readonly hasAlternative: boolean; readonly demand: Demand },
  ) => number | undefined;
  readonly begin: (now: number, demand: Demand) => Ticket;
  readonly end: (ticket: Ticket, outcome: Outcome, context: { readonly now: number; readonly took: Took }) => void;
  /**
   * Sets other settings. What is out and what was taken stay counted. With `isBack` it was away: what was known of its
   * troubles is forgotten, and it starts slowly.
   */
  readonly change: (settings: EndpointSettings, context: { readonly isBack: boolean }) => void;
}

/** One server, as it is asked for. */
export interface EndpointSettings {
  readonly name: string;
  /** Most requests at once. */
  readonly maxConcurrency: number;
  /** What it may be asked for beside that. */
  readonly limits?: BudgetLimits | undefined;
  readonly prices?: TokenPrices | undefined;
}

export interface EndpointOptions extends EndpointSettings {
  /** It came while others were at work: it gets a few requests first, and more with each answer. */
  readonly startsSlowly: boolean;
  /** One that was never reached may still come: it is hopeless by its patience alone. */
  readonly isPatient: boolean;
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
/** A latency is half as sure after so many times itself without a request, and no sooner than after so long. */
const ageLatencies = 4;
const shortestAgeMs = 10_000;
/** A probe that is out for so long is joined by another: it may hang while the server is back. */
const probeMs = 15_000;

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { name, startsSlowly, isPatient, patienceMs, random } = options;
  let { maxConcurrency, prices } = options;
  let limit = createConcurrencyLimit(maxConcurrency);
  let slowStart = createSlowStart(maxConcurrency);
  const rate = createSendRate({ startRequests: maxConcurrency });
  let budget: Budget | undefined = options.limits && createBudget(options.limits);
  if (startsSlowly) slowStart.begin();
  let inFlight = 0;
  let idleSince: number | undefined;
  let isLatencyOld = false;
  let latencyMs = 0;
  let gate: Gate | undefined;
  let probedAt: number | undefined;
  let hasAnswered = false;
  /** Since when it has only refused or not been reached. */
  let troubleSince: number | undefined;
  let refusals = createStreak();
  let failures = createStreak();

  const closeGate = (reason: Gate['reason'], ticket: Ticket, now: number, retryAfterMs?: number): void => {
    // Requests that were out together fail together: that is one failure.
    if (gate !== undefined && ticket.stamp.sentAt < gate.since) return;
    const count = (gate?.failures ?? 0) + 1;
    const backoffMs = getBackoffMs({ failures: count, firstMs: 700, longestMs: 15_000, random: random() });
    gate = { reason, failures: count, since: now, until: now + (retryAfterMs ?? backoffMs) };
  };

  const learnLatency = (tookMs: number): void => {
    latencyMs = latencyMs === 0 || isLatencyOld ? tookMs : latencyMs + (tookMs - latencyMs) / 16;
    isLatencyOld = false;
  };
  const countAges = (now: number): number =>
    inFlight > 0 || idleSince === undefined ? 0 : (now - idleSince) / Math.max(shortestAgeMs, ageLatencies * latencyMs);

  /** What broke off would have taken longer. One that hangs says little of the others: only many of them weigh much. */
  const learnAtLeast = ({ stamp: { sentAt } }: Ticket, now: number): void => {
    const tookMs = now - sentAt;
    if (tookMs > latencyMs) learnLatency(latencyMs === 0 ? tookMs : Math.min(tookMs, 4 * latencyMs));
  };

  const onAnswered = (ticket: Ticket, now: number): void => {
    hasAnswered = true;
    troubleSince = undefined;
    rate.onAccepted(now);
    learnLatency(now - ticket.stamp.sentAt);
    limit.onAccepted(inFlight + 1);
    slowStart.onAnswered();
    refusals.end(ticket.stamp.sentAt);
    failures.end(ticket.stamp.sentAt);
    if (gate === undefined || ticket.stamp.sentAt < gate.since) return;
    // A server that comes back has lost what it had warmed up.
    if (gate.reason === 'unreachable') slowStart.begin();
    gate = undefined;
  };
  const isShut = (now: number): boolean => gate !== undefined && gate.until - now > patienceMs;
  const getLimit = (): number => Math.min(limit.value, slowStart.value);

  return {
    name,
    get maxConcurrency() {
      return maxConcurrency;
    },
    get inFlight() {
      return inFlight;
    },
    get limit() {
      return getLimit();
    },
    get latencyMs() {
      return latencyMs;
    },
    estimateLatencyMs: (now) => {
      const ages = countAges(now);
      return ages === 0 ? latencyMs : latencyMs * 2 ** -ages;
    },
    get prices() {
      return prices;
    },
    get perSecond() {
      return rate.perSecond;
    },
    get isGated() {
      return gate !== undefined;
    },
    isShut,
    isHopeless: (now) => {
      if (gate?.reason === 'unreachable' && !hasAnswered && !isPatient && gate.failures >= attemptsToReach) return true;
      if (isShut(now)) return true;
      return troubleSince !== undefined && now - troubleSince >= patienceMs;
    },
    getReadyAt: (now, { hasAlternative, demand }) => {
      const affordableAt = budget === undefined ? now : budget.getReadyAt(now, demand, prices);
      if (affordableAt === undefined) return undefined;
      // A server that fails at everything is spared only where another can take the work: alone, each request has its
      // own attempts, and a gate would make a run over bad requests endless.
      const gatedUntil = gate === undefined || (gate.reason === 'failing' && !hasAlternative) ? undefined : gate.until;
      // One request shows whether it is back. A refusal is quick and an answer may be slow, so the pace does that there.
      const isProbed = gatedUntil !== undefined && gate?.reason !== 'refusing';
      if (inFlight >= (isProbed ? maxConcurrency : getLimit())) return Infinity;
      const freeAt = isProbed && probedAt !== undefined ? probedAt + probeMs : -Infinity;
      return Math.max(gatedUntil ?? -Infinity, freeAt, rate.nextSendAt, affordableAt);
    },
    begin: (now, demand) => {
      if (countAges(now) >= 1) isLatencyOld = true;
      const isProbe = gate !== undefined;
      if (isProbe) probedAt = now;
      inFlight += 1;
      return { stamp: rate.onSent(now), isProbe, reservation: budget?.begin(now, demand, prices) };
    },
    end: (ticket, outcome, { now, took }) => {
      inFlight -= 1;
      idleSince = now;
      if (ticket.reservation !== undefined) budget?.settle(now, ticket.reservation, took);
      if (ticket.isProbe) probedAt = undefined;
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
          // A time-out, that is. What fails as others answer says nothing of the time.
          if (now - ticket.stamp.sentAt > 4 * latencyMs) learnAtLeast(ticket, now);
          failures.add(ticket.stamp.sentAt, now);
          if (failures.count >= failuresBeforeGate) closeGate('failing', ticket, now);
          break;
        case 'unreachable':
          troubleSince ??= now;
          closeGate('unreachable', ticket, now);
          break;
        case 'aborted':
          learnAtLeast(ticket, now);
          break;
        case 'unsent':
          break;
      }
    },
    change: (settings, { isBack }) => {
      if (settings.maxConcurrency !== maxConcurrency) {
        maxConcurrency = settings.maxConcurrency;
        limit = createConcurrencyLimit(maxConcurrency);
        slowStart = createSlowStart(maxConcurrency);
      }
      prices = settings.prices;
      if (budget === undefined) budget = settings.limits && createBudget(settings.limits);
      else budget.change(settings.limits ?? {});
      if (!isBack) return;
      gate = undefined;
      probedAt = undefined;
      troubleSince = undefined;
      refusals = createStreak();
      failures = createStreak();
      slowStart.begin();
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
