import type { EventEmitter } from 'node:events';

/** What a server counted since it began. */
export interface ModelServerStatistics {
  /** Requests for replies, the rejected ones included. */
  readonly requests: number;
  /** Answers by status. A connection that was cut or never answered is in none. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Unix time in milliseconds; undefined before the first request. */
  readonly firstRequestAt: number | undefined;
  readonly lastRequestAt: number | undefined;
}

/** The counters behind {@link ModelServerStatistics}. */
export interface RequestCounts {
  /** A request came; it is in flight until its response is closed. Returns how often its text was seen before. */
  readonly begin: (text: string, response: EventEmitter) => number;
  /** The request was let in and will be answered. */
  readonly accept: (text: string) => void;
  readonly answer: (status: number) => void;
  readonly getInFlight: () => number;
  readonly askedTimes: () => Map<string, number>;
  readonly read: () => ModelServerStatistics;
}

export function createRequestCounts({
  remembersTexts = true,
}: {
  readonly remembersTexts?: boolean;
} = {}): RequestCounts {
  const seen = new Map<string, number>();
  const asked = new Map<string, number>();
  const byStatus: Record<string, number> = {};
  let requests = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  let firstRequestAt: number | undefined;
  let lastRequestAt: number | undefined;
  return {
    begin: (text, response) => {
      requests += 1;
      inFlight += 1;
      response.once('close', () => {
        inFlight -= 1;
      });
      maxInFlight = Math.max(maxInFlight, inFlight);
      lastRequestAt = Date.now();
      firstRequestAt ??= lastRequestAt;
      if (!remembersTexts) return 0;
      const times = seen.get(text) ?? 0;
      seen.set(text, times + 1);
      return times;
    },
    accept: (text) => {
      if (remembersTexts) asked.set(text, (asked.get(text) ?? 0) + 1);
    },
    answer: (status) => {
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    },
    getInFlight: () => inFlight,
    askedTimes: () => new Map(asked),
    read: () => ({ requests, byStatus: { ...byStatus }, inFlight, maxInFlight, firstRequestAt, lastRequestAt }),
  };
}
