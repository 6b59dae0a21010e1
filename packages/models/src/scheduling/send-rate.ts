import { createRecentCount } from './recent-count.ts';

/** What was known when a request was sent; given back with its outcome. */
export interface SendStamp {
  readonly sentAt: number;
  readonly window: number;
  /** 1 for the first request of its window. */
  readonly ordinal: number;
  readonly pace: number;
}

/** How fast an endpoint lets requests in, as far as its 429s tell. */
export interface SendRate {
  /** Requests per second; Infinity until the endpoint has refused one. */
  readonly perSecond: number;
  /** When the next request may go, in clock milliseconds. */
  readonly nextSendAt: number;
  /** Requests that were answered in the last second. */
  readonly getAccepted: (now: number) => number;
  readonly onSent: (now: number) => SendStamp;
  readonly onAccepted: (now: number) => void;
  /** A request was refused because there were too many. `inFlight` counts the others. */
  readonly onRefused: (stamp: SendStamp, context: { readonly now: number; readonly inFlight: number }) => void;
}

export interface SendRateOptions {
  /** Requests that the first 200 ms are shared by. @defaultValue Infinity */
  readonly startRequests?: number;
}

/** Requests of one pace. */
interface Window {
  readonly id: number;
  readonly since: number;
  readonly pace: number;
  sent: number;
  refused: number;
  /** The window before may have been too fast already: its refusals came late. */
  isDoubtful: boolean;
}

/** Sends that a late timer or a busy event loop may catch up with. */
const slackMs = 50;
/** How long the start lasts. */
const startMs = 200;
const shortestStepMs = 50;
/** Requests, or a quarter as many refusals, that a window needs before it says something. */
const evidence = 20;
const searchFactor = 1.5;
/** More accepted requests than this, for a search step of 1.5: the pace is not what they are refused for. */
const worthwhile = 1.25;
const slowestPerSecond = 0.05;
const searchPausesMs = { shortest: 2_000, longest: 60_000 };

/**
 * Learns the rate at which a server lets requests in, and paces sends to it. Fewer requests at once is no answer to a
 * rate limit where replies are fast: 100 requests per second of 5 ms each is half a request at once.
 *
 * - `open`: nothing was refused, sends are not paced, but for the first 200 ms: a server that refuses is noticed before
 *   all callers have run into it and wait as it asks, and requests that do not start together do not stay together.
 * - `search`: the pace grows by half each step until requests are refused. After a first refusal it begins between the
 *   rate that was accepted and the rate that was tried.
 * - `hold`: the pace begins just under the learned rate and creeps up until requests are refused; then the rate is
 *   measured again.
 *
 * A limiter that refuses a request has used up its allowance, so between two such moments it accepted its rate times the
 * time. That is the measure: the accepted requests of a window over its length. A window begins at a change of pace, and
 * again after a pause, in which an allowance may have been saved up. What was saved up before makes the measure too
 * high, and the next window corrects it.
 *
 * A server may also refuse whatever the pace, such as a balancer with one bad replica behind it. Cuts do not help there,
 * and would go on for ever; so after two in a row a search asks whether a higher pace gets more requests accepted.
 */
export function createSendRate({ startRequests = Infinity }: SendRateOptions = {}): SendRate {
  let phase: 'open' | 'search' | 'hold' = 'open';
  let pace = Number.POSITIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;
  let firstSentAt: number | undefined;
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let feedbackMs: number | undefined;
  let window: Window = { id: 0, since: 0, pace, sent: 0, refused: 0, isDoubtful: false };
  const accepted = createRecentCount();

  // Of a search.
  let boundAt = 0;
  let unboundSends = 0;
  /** What the step before got accepted, per second. */
  let stepAccepted = Number.POSITIVE_INFINITY;
  let searchPauseMs = searchPausesMs.shortest;
  let searchAllowedAt = 0;

  // Of a hold.
  let learned = Number.POSITIVE_INFINITY;
  let holdSince = 0;
  /** Requests that went at or below the learned rate: all should pass. */
  let below = { sent: 0, refused: 0 };
  let cutsInARow = 0;

  const beginWindow = (now: number): void => {
    window = { id: window.id + 1, since: now, pace, sent: 0, refused: 0, isDoubtful: false };
  };

  const open = (): void => {
    phase = 'open';
    pace = Number.POSITIVE_INFINITY;
    nextAt = Number.NEGATIVE_INFINITY;
    searchPauseMs = searchPausesMs.shortest;
  };

  const search = (now: number, from: { readonly pace: number; readonly accepted: number }): void => {
    phase = 'search';
    pace = from.pace;
    stepAccepted = from.accepted;
    nextAt = now + 1000 / pace;
    boundAt = now;
    unboundSends = 0;
    beginWindow(now);
  };

  const hold = (now: number, rate: number): void => {
    if (phase === 'search') {
      const hasGained = learned === Number.POSITIVE_INFINITY || rate > worthwhile * learned;
      searchPauseMs = hasGained ? searchPausesMs.shortest : Math.min(searchPausesMs.longest, 2 * searchPauseMs);
      searchAllowedAt = now + searchPauseMs;
      cutsInARow = 0;
    }
    phase = 'hold';
    learned = Math.max(slowestPerSecond, rate);
    pace = learned * 0.98;
    nextAt = Math.max(nextAt, now + 1000 / pace);
    holdSince = now;
    below = { sent: 0, refused: 0 };
    beginWindow(now);
  };

  const raise = (now: number, rate: number): void => {
    stepAccepted = rate;
    pace *= searchFactor;
    beginWindow(now);
  };

  /** Moves the pace up, where it is what holds the sends back. */
  const grow = (now: number): void => {
    if (phase === 'search') {
      const isOver = now - window.since >= Math.max(shortestStepMs, (feedbackMs ?? 0) * 1.5);
      if (!isOver) return;
      if (window.refused === 0 && !window.isDoubtful) raise(now, pace);
      else if (window.sent >= evidence) beginWindow(now);
      return;
    }
    // 2 % per second, and twice as much after each 3 s without a refusal: a limit that was raised is found in time.
    const perSecond = Math.min(0.5, 0.02 * 2 ** Math.floor((now - holdSince) / 3000));
    pace *= 1 + (perSecond * Math.min(now - lastSentAt, 1000)) / 1000;
    if (pace > window.pace * 1.05 && window.sent >= evidence) beginWindow(now);
  };

  const pass = (now: number): void => {
    if (now - nextAt <= slackMs) {
      boundAt = now;
      unboundSends = 0;
      grow(now);
    } else {
      unboundSends += 1;
      if (now - lastSentAt > slackMs + 2000 / pace) beginWindow(now);
      // Something else holds the sends back: the search has nothing more to find.
      if (phase === 'search' && unboundSends > evidence && now - boundAt > 2000) {
        open();
        return;
      }
    }
    nextAt = Math.max(nextAt, now - slackMs) + 1000 / pace;
  };

  return {
    get perSecond() {
      return pace;
    },
    get nextSendAt() {
      return nextAt;
    },
    getAccepted: accepted.read,
    onSent: (now) => {
      firstSentAt ??= now;
      if (phase !== 'open') pass(now);
      else if (now - firstSentAt < startMs) nextAt = now + startMs / startRequests;
      else nextAt = Number.NEGATIVE_INFINITY;
      if (phase === 'hold' && pace <= learned) below.sent += 1;
      lastSentAt = now;
      window.sent += 1;
      return { sentAt: now, window: window.id, ordinal: window.sent, pace };
    },
    onAccepted: (now) => accepted.add(now),
    onRefused: (stamp, { now, inFlight }) => {
      const feedback = now - stamp.sentAt;
      feedbackMs = feedbackMs === undefined ? feedback : feedbackMs + (feedback - feedbackMs) / 8;

      if (phase === 'open') {
        const tried = (1000 * (inFlight + 1)) / Math.max(shortestStepMs, feedbackMs);
        const from = Math.sqrt(Math.max(1, accepted.read(now)) * tried);
        return search(now, { pace: from, accepted: Number.POSITIVE_INFINITY });
      }
      if (phase === 'hold' && stamp.sentAt >= holdSince && stamp.pace <= learned) below.refused += 1;
      if (stamp.window === window.id - 1) window.isDoubtful = true;
      if (stamp.window !== window.id) return;
      window.refused += 1;
      if (stamp.ordinal < evidence && window.refused < evidence / 4) return;

      const seconds = Math.max(1, stamp.sentAt - window.since) / 1000;
      const passed = Math.max(0, stamp.ordinal - window.refused);
      // One more may have passed: the limiter had a part of its allowance left.
      const measured = Math.min(stamp.pace, (passed + 1) / seconds);
      if (phase === 'search') {
        if (passed / seconds >= worthwhile * stepAccepted) raise(now, passed / seconds);
        else hold(now, measured);
        return;
      }
      if (stamp.pace <= learned && measured > 0.97 * stamp.pace) return;
      const share = window.refused / stamp.ordinal;
      cutsInARow = below.refused < (share / 2) * below.sent ? 1 : cutsInARow + 1;
      if (cutsInARow <= 2 || now < searchAllowedAt) hold(now, measured);
      else search(now, { pace: pace * searchFactor, accepted: passed / seconds });
    },
  };
}
