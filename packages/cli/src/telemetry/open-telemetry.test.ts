import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenAiClient } from '@scalequest/models';
import { startModelServer } from '@scalequest/test-kit';
import { afterEach, expect, test, vi } from 'vitest';
import { openTelemetry } from './open-telemetry.ts';

afterEach(() => vi.unstubAllEnvs());

interface Received {
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A collector that keeps what it gets; one that is `slow` never answers. */
async function startCollector({ isSlow = false } = {}) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ url: request.url, headers: request.headers, body: Buffer.concat(parts) });
      if (!isSlow) response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Asks four questions, of which the server refuses one, and sends the figures. */
async function askAndSend(say: (text: string) => void) {
  await using server = await startModelServer({
    misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => text.includes('3') }],
  });
  const telemetry = await openTelemetry({ benchmark: 'gsm8k', model: 'qwen', say });
  const client = createOpenAiClient({
    model: 'qwen',
    baseUrls: [server.baseUrl],
    prices: { prompt: 1, completion: 1 },
    ...(telemetry === undefined ? {} : { onCall: telemetry.onCall }),
  });
  telemetry?.watch(client);
  const asked = [0, 1, 2, 3].map((i) =>
    client.generate({
      prompt: { kind: 'chat', messages: [{ role: 'user', content: `What is ${i}?` }] },
      sampling: { temperature: 0, topP: 1, maxTokens: 8, stop: [] },
    }),
  );
  await Promise.allSettled(asked);
  const { total } = client.getStatistics();
  const startedAt = performance.now();
  await telemetry?.close();
  await client.close();
  return { isOn: telemetry !== undefined, total, closeMs: performance.now() - startedAt, baseUrl: server.baseUrl };
}

const fail = (text: string): void => {
  throw new Error(text);
};

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly count?: number;
  readonly sum?: number;
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly explicitBounds?: readonly number[];
}

function readAttributes({ attributes }: Pick<Point, 'attributes'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

test('a collector gets durations and tokens of the calls, by the names of the conventions', async () => {
  await using collector = await startCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=math');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=cluster');
  const { total, baseUrl } = await askAndSend(fail);

  expect(collector.received).toHaveLength(1);
  const { url, headers, body } = collector.received[0] as Received;
  expect(url).toBe('/v1/metrics');
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-tenant': 'math' });
  const { resourceMetrics } = JSON.parse(body.toString());
  expect(readAttributes(resourceMetrics[0].resource)).toMatchObject({
    'service.name': 'scalequest',
    'scalequest.benchmark': 'gsm8k',
    'deployment.environment.name': 'cluster',
  });
  type Metric = { readonly name: string; readonly unit: string } & Readonly<Record<string, { dataPoints: Point[] }>>;
  const metrics: readonly Metric[] = resourceMetrics[0].scopeMetrics[0].metrics;
  const find = (name: string): Metric => metrics.find((metric) => metric.name === name) as Metric;

  const duration = find('gen_ai.client.operation.duration');
  expect(duration.unit).toBe('s');
  const points = duration.histogram?.dataPoints ?? [];
  const { hostname, port } = new URL(baseUrl);
  expect(points.map(({ count, ...point }) => [count, readAttributes(point)])).toEqual([
    [
      3,
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai_compatible',
        'gen_ai.request.model': 'qwen',
        'gen_ai.response.model': expect.any(String),
        'server.address': hostname,
        'server.port': Number(port),
      },
    ],
    [1, expect.objectContaining({ 'error.type': 'BAD_REQUEST' })],
  ]);
  expect(points[0]?.explicitBounds?.slice(0, 3)).toEqual([0.01, 0.02, 0.04]);

  const tokens = find('gen_ai.client.token.usage');
  expect(tokens.unit).toBe('{token}');
  const sums = tokens.histogram?.dataPoints.map((point) => [readAttributes(point)['gen_ai.token.type'], point.sum]);
  expect(sums).toEqual([
    ['input', total?.promptTokens],
    ['output', total?.completionTokens],
  ]);

  const cost = find('scalequest.model.cost').sum?.dataPoints[0] as Point;
  expect(readAttributes(cost)).toEqual({ 'scalequest.endpoint': baseUrl });
  expect(cost.asDouble).toBeCloseTo(((total?.promptTokens ?? 0) + (total?.completionTokens ?? 0)) / 1e6, 12);
  expect(metrics.map(({ name }) => name).sort()).toEqual([
    'gen_ai.client.operation.duration',
    'gen_ai.client.token.usage',
    'scalequest.model.cost',
    'scalequest.model.endpoint.available',
    'scalequest.model.requests.hedges',
    'scalequest.model.requests.in_flight',
    'scalequest.model.requests.limit',
    'scalequest.model.requests.resent',
    'scalequest.model.requests.waiting',
  ]);
});

/** The fields of a protobuf message with this number that have a length: messages and texts. */
function readFields(message: Buffer, wanted: number): readonly Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const readNumber = (): number => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = message[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = readNumber();
    const kind = tag & 7;
    if (kind === 0) readNumber();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else {
      const length = readNumber();
      if (tag >> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

test('it is protobuf where nothing else is asked for', async () => {
  await using collector = await startCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${collector.url}/mine`);
  await askAndSend(fail);
  const { url, headers, body } = collector.received[0] as Received;
  expect([url, headers['content-type']]).toEqual(['/mine', 'application/x-protobuf']);
  const names = readFields(body, 1)
    .flatMap((resource) => readFields(resource, 2))
    .flatMap((scope) => readFields(scope, 2))
    .map((metric) => readFields(metric, 1).join(''));
  expect(names).toContain('gen_ai.client.operation.duration');
  expect(names).toContain('scalequest.model.requests.in_flight');
});

test('no package of OpenTelemetry is loaded where no collector is named', () => {
  const script = `
    const { openTelemetry } = await import(${JSON.stringify(new URL('../../dist/telemetry/open-telemetry.js', import.meta.url))});
    const { createRequire } = await import('node:module');
    const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@opentelemetry'));
    const options = { benchmark: 'b', model: 'm', say: console.error };
    await openTelemetry({ ...options, environment: {} });
    const before = isLoaded();
    const telemetry = await openTelemetry({ ...options, environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    console.log(before, isLoaded(), telemetry !== undefined);
    process.exit();
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual(['false true true', '']);
});

test.each([
  ['no collector is named', {}],
  ['it is switched off', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
  ['metrics are', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_METRICS_EXPORTER: 'none' }],
])('nothing is sent where %s', async (_, environment) => {
  expect(await openTelemetry({ benchmark: 'b', model: 'm', say: fail, environment })).toBeUndefined();
});

test('what the environment asks for in vain is told, and no run ends for it', async () => {
  const told: string[] = [];
  const say = (text: string): void => void told.push(text);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  for (const environment of [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { ...endpoint, OTEL_METRIC_EXPORT_INTERVAL: 'soon' },
    { ...endpoint, OTEL_METRIC_EXPORT_INTERVAL: '-1' },
  ]) {
    expect(await openTelemetry({ benchmark: 'b', model: 'm', say, environment })).toBeUndefined();
  }
  expect(told).toEqual([
    expect.stringContaining('grpc'),
    expect.stringContaining('OTEL_METRIC_EXPORT_INTERVAL'),
    expect.stringContaining('OTEL_METRIC_EXPORT_INTERVAL'),
  ]);
});

test.each(['unreachable', 'silent'] as const)(
  'a collector that is %s is told of once, and waited for shortly',
  async (how) => {
    await using collector = await startCollector({ isSlow: true });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', how === 'silent' ? collector.url : 'http://127.0.0.1:9');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
    vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '50');
    const told: string[] = [];
    const { closeMs } = await askAndSend((text) => told.push(text));
    await expect.poll(() => told.length).toBe(1);
    await sleep(50);
    expect(told).toEqual([
      expect.stringMatching(/^OpenTelemetry: the figures do not reach the collector, and the run goes on\. [^{]/),
    ]);
    // The packages' own time-outs are ten seconds and more.
    expect(closeMs).toBeLessThan(8000);
  },
);
