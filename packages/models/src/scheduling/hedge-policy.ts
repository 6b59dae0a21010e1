import { DurationHistogram } from '@scalequest/core';

/** When a request that takes long is sent to a second endpoint as well; the first answer counts. */
export interface HedgeOptions {
  /** A request is sent again when it takes longer than this share of those before it. @defaultValue 0.95 */
  readonly afterPercentile?: number;
  /** Nor before so long, in milliseconds. @defaultValue 1000 */
  readonly leastMs?: number;
  /** The most hedges, as a share of the requests. @defaultValue 0.05 */
  readonly mostShare?: number;
}

/** Hedges since the client was made. */
export interface HedgeStatistics {
  /** Requests that were sent a second time while the first was out. */
  readonly sent: number;
  /** Of those, how many answered first. */
  readonly won: number;
  /** The most tokens that the requests given up may have taken, uncounted by their servers. */
  readonly uncountedTokensAtMost: number;
}

export interface HedgePolicy {
  readonly statistics: HedgeStatistics;
  /** How long after its sending a request of the stage may be sent again; undefined while too little is known. */
  readonly getDelayMs: (stage: string) => number | undefined;
  /** May one more go now? */
  readonly isAllowed: () => boolean;
  readonly onRequest: () => void;
  readonly onAnswered: (stage: string, latencyMs: number) => void;
  readonly onSent: () => void;
  readonly onWon: () => void;
  /** One of the two was given up while it was out. */
  readonly onGivenUp: (tokensAtMost: number) => void;
}

/** How long the requests of a stage take. */
interface StageTimes {
  readonly durations: DurationHistogram;
  delayMs: number | undefined;
}

/** Answers before which nothing is known of how long others take, and after which it is looked at again. */
const evidence = 100;

export function createHedgePolicy(options: HedgeOptions): HedgePolicy {
  const { afterPercentile = 0.95, leastMs = 1000, mostShare = 0.05 } = options;
  const stages = new Map<string, StageTimes>();
  const statistics = { sent: 0, won: 0, uncountedTokensAtMost: 0 };
  let requests = 0;

  const getTimes = (stage: string): StageTimes => {
    const found = stages.get(stage);
    if (found !== undefined) return found;
    const times = { durations: new DurationHistogram(), delayMs: undefined };
    stages.set(stage, times);
    return times;
  };

  return {
    statistics,
    getDelayMs: (stage) => stages.get(stage)?.delayMs,
    isAllowed: () => statistics.sent + 1 <= mostShare * requests,
    onRequest: () => {
      requests += 1;
    },
    onAnswered: (stage, latencyMs) => {
      const times = getTimes(stage);
      times.durations.add(latencyMs);
      if (times.durations.count % evidence > 0) return;
      times.delayMs = Math.max(leastMs, times.durations.getPercentile(100 * afterPercentile));
    },
    onSent: () => {
      statistics.sent += 1;
    },
    onWon: () => {
      statistics.won += 1;
    },
    onGivenUp: (tokensAtMost) => {
      statistics.uncountedTokensAtMost += tokensAtMost;
    },
  };
}
