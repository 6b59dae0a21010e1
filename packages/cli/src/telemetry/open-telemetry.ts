import { excerpt } from '@scalequest/core';
import type { ModelCall, ModelClient } from '@scalequest/models';
import { readOwnVersion } from '../setup/versions.ts';

export interface TelemetryOptions {
  /** As the run calls it. */
  readonly benchmark: string;
  /** As the servers call it. */
  readonly model: string;
  /** Told once where the collector does not take the figures, or the environment asks for what is not spoken. */
  readonly say: (text: string) => void;
  /** @defaultValue process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Figures for a collector of OpenTelemetry, which go on by themselves. */
export interface Telemetry {
  readonly onCall: (call: ModelCall) => void;
  /** From now on its figures go along: what is in flight, and what the endpoints may take. */
  readonly watch: (client: Pick<ModelClient, 'getStatistics'>) => void;
  /** Sends what there is once more, and waits no longer for that than for any other sending. */
  readonly close: () => Promise<void>;
}

/**
 * How long one sending may take, repeats included, where `OTEL_EXPORTER_OTLP_TIMEOUT` does not say it. Figures are sums
 * since the beginning, so that what is lost comes with the next; and a run does not wait long for a collector at its end.
 */
const sendingMs = 3000;

/** Bounds of buckets that the conventions for generative AI recommend. */
const secondsBuckets = Array.from({ length: 14 }, (_, i) => 0.01 * 2 ** i);
const tokensBuckets = Array.from({ length: 14 }, (_, i) => 4 ** i);

/**
 * Begins to send figures where the environment names a collector (`OTEL_EXPORTER_OTLP_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`); no package of OpenTelemetry is loaded elsewhere. The other variables of
 * OpenTelemetry count as its specification says, by http/protobuf or http/json.
 *
 * @returns undefined where nothing is to be sent. Never throws, as a run is worth more than its figures.
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry | undefined> {
  const { environment = process.env, say } = options;
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const endpoint = get('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? get('OTEL_EXPORTER_OTLP_ENDPOINT');
  const isOff = get('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || get('OTEL_METRICS_EXPORTER') === 'none';
  if (endpoint === undefined || isOff) return undefined;
  const protocol = get('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL') ?? get('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    say(
      `OpenTelemetry: the protocol ${excerpt(protocol)} is not spoken here, so no figures are sent. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json, whose port is mostly 4318.`,
    );
    return undefined;
  }
  const intervalMs = Number(get('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000);
  if (!(intervalMs > 0 && intervalMs < 2 ** 31)) {
    say('OpenTelemetry: OTEL_METRIC_EXPORT_INTERVAL is no number of milliseconds, so no figures are sent.');
    return undefined;
  }
  try {
    return await startTelemetry(options, {
      protocol,
      intervalMs,
      hasTimeout: (get('OTEL_EXPORTER_OTLP_METRICS_TIMEOUT') ?? get('OTEL_EXPORTER_OTLP_TIMEOUT')) !== undefined,
    });
  } catch (error) {
    say(`OpenTelemetry: ${excerpt(String(error))} No figures are sent.`);
    return undefined;
  }
}

interface Settings {
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly intervalMs: number;
  readonly hasTimeout: boolean;
}

async function startTelemetry(
  { benchmark, model, say }: TelemetryOptions,
  { protocol, intervalMs, hasTimeout }: Settings,
): Promise<Telemetry> {
  const [{ diag, DiagLogLevel }, resources, sdk, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-metrics'),
    protocol === 'http/json'
      ? import('@opentelemetry/exporter-metrics-otlp-http')
      : import('@opentelemetry/exporter-metrics-otlp-proto'),
  ]);
  let hasTold = false;
  const tell = (text: string): void => {
    if (hasTold) return;
    hasTold = true;
    say(`OpenTelemetry: the figures do not reach the collector, and the run goes on. ${excerpt(findMessage(text))}`);
  };
  const quiet = (): void => undefined;
  const logger = { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const attributes = {
    'service.name': 'scalequest',
    'service.version': readOwnVersion(),
    'scalequest.benchmark': benchmark,
  };
  const provider = new sdk.MeterProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes(attributes))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    readers: [
      new sdk.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(hasTimeout ? {} : { timeoutMillis: sendingMs }),
        exportIntervalMillis: intervalMs,
      }),
    ],
  });
  const meter = provider.getMeter('scalequest', readOwnVersion());
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    description: 'GenAI operation duration.',
    unit: 's',
    advice: { explicitBucketBoundaries: secondsBuckets },
  });
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    description: 'Number of input and output tokens used.',
    unit: '{token}',
    advice: { explicitBucketBoundaries: tokensBuckets },
  });
  const inFlight = meter.createObservableUpDownCounter('scalequest.model.requests.in_flight', { unit: '{request}' });
  const limit = meter.createObservableGauge('scalequest.model.requests.limit', { unit: '{request}' });
  const waiting = meter.createObservableGauge('scalequest.model.requests.waiting', { unit: '{request}' });
  const resent = meter.createObservableCounter('scalequest.model.requests.resent', { unit: '{request}' });
  const hedges = meter.createObservableCounter('scalequest.model.requests.hedges', { unit: '{request}' });
  const available = meter.createObservableGauge('scalequest.model.endpoint.available', { unit: '1' });
  const cost = meter.createObservableCounter('scalequest.model.cost', { unit: '{currency}' });
  const describeServer = createServerDescriber();
  return {
    onCall: ({ endpoint, kind, latencyMs, usage, servedModel, errorCode }) => {
      const call = {
        'gen_ai.operation.name': kind === 'chat' ? 'chat' : 'text_completion',
        'gen_ai.request.model': model,
        ...(servedModel === undefined ? {} : { 'gen_ai.response.model': servedModel }),
        ...describeServer(endpoint),
      };
      duration.record(latencyMs / 1000, errorCode === undefined ? call : { ...call, 'error.type': errorCode });
      if (usage === undefined) return;
      tokens.record(usage.promptTokens, { ...call, 'gen_ai.token.type': 'input' });
      tokens.record(usage.completionTokens, { ...call, 'gen_ai.token.type': 'output' });
    },
    watch: (client) =>
      meter.addBatchObservableCallback(
        (result) => {
          const statistics = client.getStatistics();
          result.observe(waiting, statistics.waiting);
          result.observe(resent, statistics.resent);
          result.observe(hedges, statistics.hedges?.sent ?? 0);
          for (const endpoint of statistics.endpoints) {
            const which = { 'scalequest.endpoint': endpoint.name };
            result.observe(inFlight, endpoint.inFlight, which);
            result.observe(limit, endpoint.isListed ? endpoint.concurrencyLimit : 0, which);
            result.observe(available, endpoint.isListed && endpoint.isAvailable ? 1 : 0, which);
            if (endpoint.cost !== undefined) result.observe(cost, endpoint.cost, which);
          }
        },
        [inFlight, limit, waiting, resent, hedges, available, cost],
      ),
    close: async () => {
      await provider.shutdown().catch((error: unknown) => tell(String(error)));
      diag.disable();
    },
  };
}

/** What the packages say of an error is its fields as JSON, the stack among them. */
function findMessage(text: string): string {
  try {
    return String((JSON.parse(text) as { readonly message?: unknown }).message ?? text);
  } catch {
    return text;
  }
}

/** Who a server is, in the words of the conventions. */
function createServerDescriber(): (endpoint: string) => Readonly<Record<string, string | number>> {
  const known = new Map<string, Readonly<Record<string, string | number>>>();
  return (endpoint) => {
    const found = known.get(endpoint);
    if (found !== undefined) return found;
    const { hostname, port, protocol } = new URL(endpoint);
    const described = {
      'gen_ai.provider.name': hostname === 'api.openai.com' ? 'openai' : 'openai_compatible',
      'server.address': hostname,
      'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    };
    known.set(endpoint, described);
    return described;
  };
}
