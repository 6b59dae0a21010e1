import { type Outcome, outcomes } from '../outcomes/outcome.ts';
import type { Tally, TokenCounts } from '../outcomes/tally.ts';
import { computeWilsonInterval, type Interval } from '../statistics/wilson.ts';

/** Where a run stands, for a live display. */
export interface Progress {
  readonly total: number;
  /** Samples with an outcome, those of earlier sessions included. */
  readonly done: number;
  readonly resumed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Correct of done, and its interval: running figures, not the result. */
  readonly accuracy: number;
  readonly interval: Interval;
  readonly tokens: TokenCounts | undefined;
  readonly inFlight: number;
  readonly concurrencyLimit: number;
  readonly elapsedMs: number;
  /** Time since the last reply, or since the start. */
  readonly silentMs: number;
  readonly samplesPerSecond: number;
  /** Undefined until a sample of this session is done. */
  readonly remainingMs: number | undefined;
}

export interface ProgressInput {
  readonly tally: Tally;
  readonly total: number;
  readonly resumed: number;
  readonly inFlight: number;
  readonly concurrencyLimit: number;
  readonly elapsedMs: number;
  readonly silentMs: number;
}

export function describeProgress(input: ProgressInput): Progress {
  const { tally, total, resumed, elapsedMs } = input;
  const done = tally.countAll();
  const samplesPerSecond = elapsedMs === 0 ? 0 : ((done - resumed) * 1000) / elapsedMs;
  const correct = tally.count('correct');
  return {
    total,
    done,
    resumed,
    outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, tally.count(outcome)])) as Progress['outcomes'],
    accuracy: done === 0 ? 0 : correct / done,
    interval: computeWilsonInterval({ successes: correct, trials: done }),
    tokens: tally.getTokens(),
    inFlight: input.inFlight,
    concurrencyLimit: input.concurrencyLimit,
    elapsedMs,
    silentMs: input.silentMs,
    samplesPerSecond,
    remainingMs: samplesPerSecond === 0 ? undefined : ((total - done) * 1000) / samplesPerSecond,
  };
}
