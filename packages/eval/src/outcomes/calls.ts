import type { ErrorClass, HedgeStatistics, ModelStatistics } from '@scalequest/models';
import { z } from 'zod';

/** Failed requests by what could be done about them. */
export type FailureCounts = Readonly<Record<ErrorClass, number>>;

/** What one server was asked and did. */
export interface EndpointCalls {
  /** Its base URL. */
  readonly endpoint: string;
  readonly requests: number;
  readonly answered: number;
  /** Replies in its answers. */
  readonly samples: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly failures: FailureCounts;
}

/** What servers were asked in one session of a run, or in several. */
export interface Calls {
  /** Requests that were sent, repeats and hedges included. */
  readonly requests: number;
  /** Of those, repeats of what had failed or was refused. */
  readonly resent: number;
  readonly failures: FailureCounts;
  /** The same by code, such as `RATE_LIMITED`. */
  readonly failureCodes: Readonly<Record<string, number>>;
  /** Undefined where none were asked for. */
  readonly hedges?: HedgeStatistics | undefined;
  readonly endpoints: readonly EndpointCalls[];
}

const count = z.number().min(0);
const failures: z.ZodType<FailureCounts> = z.object({ retry: count, shrink: count, drop: count, fatal: count });

export const callsSchema: z.ZodType<Calls> = z.object({
  requests: count,
  resent: count,
  failures,
  failureCodes: z.record(z.string(), count),
  hedges: z.object({ sent: count, won: count, uncountedTokensAtMost: count }).optional(),
  endpoints: z.array(
    z.object({
      endpoint: z.string(),
      requests: count,
      answered: count,
      samples: count,
      promptTokens: count,
      completionTokens: count,
      failures,
    }),
  ),
});

/** What a client was asked for since it was made. */
export function describeCalls({ requests, resent, failures, total, hedges, endpoints }: ModelStatistics): Calls {
  return {
    requests,
    resent,
    failures,
    failureCodes: { ...total?.failureCodes },
    ...(hedges === undefined ? {} : { hedges }),
    // Hundreds may be listed in a session that asks a few.
    endpoints: endpoints
      .filter((one) => one.requests > 0)
      .map((one) => ({
        endpoint: one.name,
        requests: one.requests,
        answered: one.answered,
        samples: one.samples,
        promptTokens: one.promptTokens,
        completionTokens: one.completionTokens,
        failures: one.failures,
      })),
  };
}

/** All sessions together; what is not as {@link describeCalls} makes it is passed over. */
export function sumCalls(sessions: readonly unknown[]): Calls {
  const known = sessions.flatMap((session) => {
    const parsed = callsSchema.safeParse(session);
    return parsed.success ? [parsed.data] : [];
  });
  const byEndpoint = new Map<string, EndpointCalls>();
  for (const one of known.flatMap(({ endpoints }) => endpoints)) {
    const before = byEndpoint.get(one.endpoint);
    byEndpoint.set(one.endpoint, before === undefined ? one : { ...addFields(before, one), endpoint: one.endpoint });
  }
  const hedges = known.flatMap((session) => (session.hedges === undefined ? [] : [session.hedges]));
  return {
    requests: known.reduce((sum, { requests }) => sum + requests, 0),
    resent: known.reduce((sum, { resent }) => sum + resent, 0),
    failures: known.map((session) => session.failures).reduce(addFields, noFailures),
    failureCodes: known.map(({ failureCodes }) => failureCodes).reduce(addFields, {}),
    ...(hedges.length === 0 ? {} : { hedges: hedges.reduce(addFields) }),
    endpoints: [...byEndpoint.values()],
  };
}

const noFailures: FailureCounts = { retry: 0, shrink: 0, drop: 0, fatal: 0 };

/** Adds what is a number, and what holds numbers; of the rest the second is kept. */
function addFields<T extends object>(first: T, second: T): T {
  const sum: Record<string, unknown> = { ...(first as Record<string, unknown>) };
  for (const [name, value] of Object.entries(second)) {
    const before = sum[name];
    if (typeof value === 'number') sum[name] = value + (typeof before === 'number' ? before : 0);
    else if (typeof value === 'object' && typeof before === 'object') sum[name] = addFields(before ?? {}, value);
    else sum[name] = value;
  }
  return sum as T;
}
