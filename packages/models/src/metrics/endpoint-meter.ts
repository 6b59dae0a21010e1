import { DurationHistogram, type DurationPercentiles } from '@scalequest/core';
import type { ErrorClass, ModelsErrorCode } from '../errors.ts';
import type { Usage } from '../model-client.ts';
import { createRecentRate } from './recent-rate.ts';

/** What one server did since the client was made. */
export interface EndpointFigures {
  /** Requests that were sent to it, those still out included. */
  readonly requests: number;
  readonly answered: number;
  /** Samples in its answers. */
  readonly samples: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Failed requests by class. */
  readonly failures: Readonly<Record<ErrorClass, number>>;
  /** The same by code, such as `RATE_LIMITED`. */
  readonly failureCodes: Readonly<Partial<Record<ModelsErrorCode, number>>>;
  /** Of the requests that it answered. */
  readonly latencyMs: DurationPercentiles;
  /** Of the last ten seconds. */
  readonly answeredPerSecond: number;
  readonly completionTokensPerSecond: number;
}

export interface EndpointMeter {
  readonly onSent: () => void;
  readonly onAnswered: (
    now: number,
    answer: { readonly latencyMs: number; readonly samples: number; readonly usage: Usage | undefined },
  ) => void;
  readonly onFailed: (errorClass: ErrorClass, code: ModelsErrorCode) => void;
  readonly read: (now: number) => EndpointFigures;
}

export function createEndpointMeter(): EndpointMeter {
  const durations = new DurationHistogram();
  const answers = createRecentRate();
  const tokens = createRecentRate();
  const failures: Record<ErrorClass, number> = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  const failureCodes: Partial<Record<ModelsErrorCode, number>> = {};
  const counts = { requests: 0, answered: 0, samples: 0, promptTokens: 0, completionTokens: 0 };
  return {
    onSent: () => {
      counts.requests += 1;
    },
    onAnswered: (now, { latencyMs, samples, usage }) => {
      counts.answered += 1;
      counts.samples += samples;
      counts.promptTokens += usage?.promptTokens ?? 0;
      counts.completionTokens += usage?.completionTokens ?? 0;
      durations.add(latencyMs);
      answers.add(now, 1);
      tokens.add(now, usage?.completionTokens ?? 0);
    },
    onFailed: (errorClass, code) => {
      failures[errorClass] += 1;
      failureCodes[code] = (failureCodes[code] ?? 0) + 1;
    },
    read: (now) => ({
      ...counts,
      failures: { ...failures },
      failureCodes: { ...failureCodes },
      latencyMs: durations.read(),
      answeredPerSecond: answers.read(now),
      completionTokensPerSecond: tokens.read(now),
    }),
  };
}
