import type { Progress } from '@scalequest/eval';
import type { EndpointStatistics, ModelClient } from '@scalequest/models';

/** What a line of the stream is told of. */
export interface MetricsSource {
  readonly benchmark: string;
  readonly client: Pick<ModelClient, 'model' | 'getStatistics'>;
  /** The run folder. */
  readonly folder: string;
  /** The last that was reported; undefined before the first. */
  readonly getProgress: () => Pick<Progress, 'done' | 'total'> | undefined;
}

/**
 * One line of `--metrics`. Counts are since the beginning of the session, rates of the last ten seconds, latencies in
 * milliseconds of what was answered. A limit that is not there is null.
 *
 * @example
 * {"metrics":1,"time":"2026-11-22T14:00:00.000Z","session":"2026-11-22T13:59:00.000Z","benchmark":"gsm8k",...}
 */
export function formatMetricsLine(
  { benchmark, client, folder, getProgress }: MetricsSource,
  { time, session }: { readonly time: Date; readonly session: Date },
): string {
  const { endpoints, total, hedges, budget, ...statistics } = client.getStatistics();
  const progress = getProgress();
  return `${JSON.stringify({
    metrics: 1,
    time: time.toISOString(),
    session: session.toISOString(),
    benchmark,
    model: client.model,
    folder,
    done: progress?.done ?? null,
    samples: progress?.total ?? null,
    ...statistics,
    cost: addCosts(endpoints),
    total: total ?? null,
    hedges: hedges ?? null,
    budget: budget ?? null,
    // Infinity and undefined are null in JSON, as is said above.
    endpoints: endpoints.map((endpoint) => ({ ...endpoint, cost: endpoint.cost ?? null })),
  })}\n`;
}

/** How each line of the stream begins. */
export const metricsLineStart = '{"metrics":1,';

function addCosts(endpoints: readonly EndpointStatistics[]): number | null {
  if (endpoints.length === 0 || endpoints.some(({ cost }) => cost === undefined)) return null;
  return endpoints.reduce((sum, { cost = 0 }) => sum + cost, 0);
}
