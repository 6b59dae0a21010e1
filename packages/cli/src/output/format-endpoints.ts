import type { EndpointStatistics, ModelStatistics } from '@scalequest/models';
import { formatCount, formatDuration, formatTable } from './format.ts';

/** Servers that are shown one by one. */
const mostRows = 8;
/** Room for the name of the total. */
const leastName = 18;
/** Below, a table says nothing. */
const leastColumns = 40;

interface Row {
  readonly name: string;
  readonly inFlight: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly tokensPerSecond: number;
  readonly cost: number | undefined;
  readonly state: string;
}

interface Column {
  readonly heading: string;
  readonly format: (row: Row) => string;
}

/** The last ones are left out first where the terminal is narrow. */
const columns: readonly Column[] = [
  { heading: 'in flight', format: ({ inFlight }) => formatCount(inFlight) },
  { heading: 'replies/s', format: ({ perSecond }) => formatRate(perSecond) },
  { heading: 'failed', format: ({ failed }) => formatCount(failed) },
  { heading: 'state', format: ({ state }) => state },
  { heading: 'p99', format: ({ p99 }) => formatLatency(p99) },
  { heading: 'tokens/s', format: ({ tokensPerSecond }) => formatRate(tokensPerSecond) },
  { heading: 'p50', format: ({ p50 }) => formatLatency(p50) },
  { heading: 'cost', format: ({ cost }) => (cost === undefined ? '?' : cost.toFixed(2)) },
];

/**
 * A table of the servers, no wider than the terminal: each where they are few, else those that do worst; and all
 * together. Where it would not fit there is one line.
 */
export function formatEndpoints(statistics: ModelStatistics, { width }: { readonly width: number }): readonly string[] {
  const listed = statistics.endpoints.filter(({ isListed }) => isListed);
  if (width < leastColumns) return [formatEndpointsLine(statistics)];
  const shown = listed.length <= mostRows ? listed : [...listed].sort(compareTrouble).slice(0, mostRows - 1);
  const rows = shown.map(describeEndpoint);
  const hidden = listed.length - shown.length;
  const total = describeTotal(statistics, listed);
  const used = columns.filter(({ heading }) => heading !== 'cost' || total.cost !== undefined);
  for (let count = used.length; count > 0; count--) {
    const chosen = used.slice(0, count);
    const cells = [...rows, total].map((row) => chosen.map(({ format }) => format(row)));
    const widths = chosen.map(({ heading }, i) =>
      Math.max(heading.length, ...cells.map((row) => (row[i] as string).length)),
    );
    const room = width - widths.reduce((sum, one) => sum + one + 2, 0);
    if (room < leastName && count > 1) continue;
    const names = [...rows, total].map(({ name }) => shorten(name, Math.max(leastName, room)));
    const table = formatTable([
      ['endpoint', ...chosen.map(({ heading }) => heading)],
      ...cells.map((row, i) => [names[i] as string, ...row]),
    ]).split('\n');
    const more = hidden === 0 ? [] : [`and ${formatCount(hidden)} more that do better`];
    return [...table.slice(0, -1), ...more, ...table.slice(-1)];
  }
  return [];
}

/** The same in one line, for logs: `endpoints: 7 of 8 in use · 812 replies/s · p50 120 ms · p99 900 ms · ... · away: http://b:1/v1`. */
export function formatEndpointsLine(statistics: ModelStatistics): string {
  const listed = statistics.endpoints.filter(({ isListed }) => isListed);
  const away = listed.filter(({ isAvailable }) => !isAvailable);
  const { perSecond, p50, p99, tokensPerSecond, failed, cost, name } = describeTotal(statistics, listed);
  const parts = [
    `endpoints: ${name}`,
    `${formatRate(perSecond)} replies/s`,
    `p50 ${formatLatency(p50)}`,
    `p99 ${formatLatency(p99)}`,
  ];
  parts.push(`${formatRate(tokensPerSecond)} tokens/s`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (cost !== undefined) parts.push(`cost ${cost.toFixed(2)}`);
  if (away.length > 0) {
    const names = away.slice(0, 3).map((endpoint) => endpoint.name);
    parts.push(`away: ${[...names, ...(away.length > 3 ? [`and ${away.length - 3} more`] : [])].join(', ')}`);
  }
  return parts.join(' · ');
}

function describeEndpoint(endpoint: EndpointStatistics): Row {
  const { name, inFlight, concurrencyLimit, isAvailable, cost, latencyMs } = endpoint;
  return {
    name: name.replace(/^https?:\/\//, ''),
    inFlight,
    perSecond: endpoint.answeredPerSecond,
    p50: latencyMs.p50,
    p99: latencyMs.p99,
    failed: countFailures(endpoint),
    tokensPerSecond: endpoint.completionTokensPerSecond,
    cost,
    state: isAvailable ? `up to ${formatCount(Math.floor(concurrencyLimit))}` : 'away',
  };
}

function describeTotal(
  { total, inFlight, failures, endpoints }: ModelStatistics,
  listed: readonly EndpointStatistics[],
): Row {
  const inUse = listed.filter(({ isAvailable }) => isAvailable).length;
  const costs = endpoints.map(({ cost }) => cost);
  return {
    name: `${formatCount(inUse)} of ${formatCount(listed.length)} in use`,
    inFlight,
    perSecond: total?.answeredPerSecond ?? 0,
    p50: total?.latencyMs.p50 ?? 0,
    p99: total?.latencyMs.p99 ?? 0,
    failed: countFailures({ failures }),
    tokensPerSecond: total?.completionTokensPerSecond ?? 0,
    cost: costs.some((cost) => cost === undefined)
      ? undefined
      : costs.reduce((sum: number, cost) => sum + (cost ?? 0), 0),
    state: '',
  };
}

/** Those that are away first, then those that fail the most, then the slowest. */
function compareTrouble(one: EndpointStatistics, other: EndpointStatistics): number {
  const share = (endpoint: EndpointStatistics): number => countFailures(endpoint) / Math.max(1, endpoint.requests);
  return (
    Number(one.isAvailable) - Number(other.isAvailable) ||
    share(other) - share(one) ||
    other.latencyMs.p99 - one.latencyMs.p99
  );
}

function countFailures({ failures }: Pick<ModelStatistics, 'failures'>): number {
  return failures.retry + failures.shrink + failures.drop + failures.fatal;
}

function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
}

/** What has not answered has none. */
function formatLatency(ms: number): string {
  return ms === 0 ? '?' : formatDuration(ms);
}

/** The end of a name tells servers apart. */
function shorten(name: string, most: number): string {
  return name.length <= most ? name : `...${name.slice(name.length - most + 3)}`;
}
