import type { EndpointStatistics, ModelStatistics } from '@scalequest/models';
import { expect, test } from 'vitest';
import { formatEndpoints, formatEndpointsLine } from './format-endpoints.ts';

const noFailures = { retry: 0, shrink: 0, drop: 0, fatal: 0 };

function makeEndpoint(number: number, changes: Partial<EndpointStatistics> = {}): EndpointStatistics {
  return {
    name: `http://gpu-${String(number).padStart(3, '0')}.cluster.example:8000/v1`,
    inFlight: 32,
    concurrencyLimit: 64,
    requestsPerSecondLimit: Number.POSITIVE_INFINITY,
    isAvailable: true,
    isListed: true,
    cost: 0.5,
    requests: 1000,
    answered: 1000,
    samples: 1000,
    promptTokens: 1000,
    completionTokens: 100_000,
    failures: noFailures,
    failureCodes: {},
    latencyMs: { p50: 120, p90: 300, p99: 900, max: 1200 },
    answeredPerSecond: 12.3,
    completionTokensPerSecond: 4100,
    ...changes,
  };
}

function makeStatistics(endpoints: readonly EndpointStatistics[]): ModelStatistics {
  const { name: _, ...total } = makeEndpoint(0, { answeredPerSecond: 800 });
  const requests = 1000 * endpoints.length;
  const failures = { ...noFailures, retry: 3 };
  return { requests, resent: 3, waiting: 0, inFlight: 96, concurrencyLimit: 192, failures, endpoints, total };
}

const three = [makeEndpoint(1), makeEndpoint(2, { failures: { ...noFailures, retry: 3 } }), makeEndpoint(3)];

test('each of a few endpoints has a line, and all together one', () => {
  expect(formatEndpoints(makeStatistics(three), { width: 120 })).toEqual([
    'endpoint                         in flight  replies/s  failed  state        p99  tokens/s     p50  cost',
    'gpu-001.cluster.example:8000/v1         32         12       0  up to 64  900 ms     4,100  120 ms  0.50',
    'gpu-002.cluster.example:8000/v1         32         12       3  up to 64  900 ms     4,100  120 ms  0.50',
    'gpu-003.cluster.example:8000/v1         32         12       0  up to 64  900 ms     4,100  120 ms  0.50',
    '3 of 3 in use                           96        800       3            900 ms     4,100  120 ms  1.50',
  ]);
});

test.each([20, 39, 40, 60, 80, 100, 200])('no line is longer than a terminal of %i columns has room for', (width) => {
  const lines = formatEndpoints(makeStatistics(three), { width });
  if (width >= 40) expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(lines).toHaveLength(width < 40 ? 1 : 5);
  // What is left out first is what says least.
  if (width >= 60) expect(lines[0]).toMatch(/^endpoint +in flight +replies\/s/);
});

test('of hundreds those are shown that do worst: away, failing, slow', () => {
  const many = Array.from({ length: 300 }, (_, i) => makeEndpoint(i));
  many[250] = makeEndpoint(250, { latencyMs: { p50: 1, p90: 1, p99: 5000, max: 1 } });
  many[100] = makeEndpoint(100, { isAvailable: false, inFlight: 0 });
  many[200] = makeEndpoint(200, { failures: { ...noFailures, retry: 500 } });
  const gone = makeEndpoint(999, { isListed: false, isAvailable: false });
  const lines = formatEndpoints(makeStatistics([...many, gone]), { width: 120 });
  expect(lines).toHaveLength(10);
  expect(lines[1]).toMatch(/^gpu-100.*away/);
  expect(lines[2]).toMatch(/^gpu-200/);
  expect(lines[3]).toMatch(/^gpu-250/);
  expect(lines[8]).toBe('and 293 more that do better');
  expect(lines[9]).toMatch(/^299 of 300 in use/);
});

test('a log has one line, which names those that are away', () => {
  const away = [0, 1, 2, 3, 4].map((i) => makeEndpoint(i, { isAvailable: false, cost: undefined }));
  expect(formatEndpointsLine(makeStatistics([...three, ...away]))).toBe(
    'endpoints: 3 of 8 in use · 800 replies/s · p50 120 ms · p99 900 ms · 4,100 tokens/s · 3 failed · ' +
      'away: http://gpu-000.cluster.example:8000/v1, http://gpu-001.cluster.example:8000/v1, http://gpu-002.cluster.example:8000/v1, and 2 more',
  );
});

test('a list without an endpoint is shown as that', () => {
  expect(formatEndpoints(makeStatistics([]), { width: 80 }).at(-1)).toMatch(/^0 of 0 in use/);
});
