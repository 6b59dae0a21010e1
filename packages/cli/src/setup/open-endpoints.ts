import type { Environment } from '@scalequest/core';
import type { ProbedEndpoint } from '@scalequest/eval';
import type { ChosenModel, ModelOptions } from './choose-model.ts';
import { followEndpoints } from './follow-endpoints.ts';

/** Servers for a doctor to ask, each by a client of its own. */
export interface OpenedEndpoints extends AsyncDisposable {
  readonly endpoints: readonly ProbedEndpoint[];
}

/** How long a server may refuse a probe (429, 503) before the doctor leaves it at that; a run waits ten minutes. */
const patienceMs = 20_000;
const concurrency = 4;
/** Of hundreds of servers that were started alike, a few show what all do. */
const mostProbed = 8;
const proxyHint = 'Models are asked without the proxy that HTTPS_PROXY or HTTP_PROXY names.';
/** How long the doctor asks without a word. */
const quietMs = 10_000;

/** Waits for the doctor, and says once, where that takes long, for how long it may. */
export async function waitForDoctor<T>(
  report: Promise<T>,
  { timeoutSeconds = 600, say }: Pick<ModelOptions, 'timeoutSeconds'> & { readonly say: (text: string) => void },
): Promise<T> {
  const text = `The doctor still looks. A server has ${timeoutSeconds} s for each request (--timeout).`;
  const timer = setTimeout(() => say(text), quietMs);
  try {
    return await report;
  } finally {
    clearTimeout(timer);
  }
}

/** The base URLs of a model's servers as they are now, each once. */
export async function listEndpoints({
  baseUrls,
  endpointsFile,
}: Pick<ChosenModel & { readonly kind: 'server' }, 'baseUrls' | 'endpointsFile'>): Promise<readonly string[]> {
  if (endpointsFile === undefined) return [...new Set(baseUrls)];
  using followed = await followEndpoints(endpointsFile, () => undefined);
  return followed.endpoints.map(({ baseUrl }) => baseUrl);
}

/** The first, and others at even distances. */
function pickSpread(values: readonly string[], most: number): readonly string[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)] as string);
}

export interface OpenEndpointsOptions extends Pick<ModelOptions, 'timeoutSeconds'> {
  /** The base URLs of the model's servers, each once. */
  readonly listed: readonly string[];
  readonly say: (text: string) => void;
}

/** Connects as a run would, and asks nobody yet. A model in this process has no server. */
export async function openEndpoints(
  model: ChosenModel | undefined,
  { listed, timeoutSeconds, say }: OpenEndpointsOptions,
  environment: Environment,
): Promise<OpenedEndpoints> {
  if (model?.kind !== 'server') return { endpoints: [], [Symbol.asyncDispose]: async () => undefined };
  const { createOpenAiClient } = await import('@scalequest/models');
  if (listed.length === 0) say(`Doctor: '${model.endpointsFile}' lists no endpoint, so none is asked.`);
  const probed = pickSpread(listed, mostProbed);
  if (probed.length < listed.length) {
    say(`Doctor: asks ${probed.length} of ${listed.length} endpoints, spread over the list: ${probed.join(', ')}.`);
  }
  const opened = probed.map((baseUrl) => {
    const client = createOpenAiClient({
      model: model.name,
      baseUrls: [baseUrl],
      maxConcurrency: concurrency,
      maxAttempts: 1,
      patienceMs,
      ...(environment.apiKey === undefined ? {} : { apiKey: environment.apiKey }),
      ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
    });
    const [name = baseUrl] = client.getFingerprint().endpoints;
    let served: ReturnType<ProbedEndpoint['listModels']> | undefined;
    const listModels: ProbedEndpoint['listModels'] = () => {
      served ??= client.listModels(name);
      return served;
    };
    return { name, client, listModels, ...(environment.hasProxy ? { hint: proxyHint } : {}) };
  });
  return {
    endpoints: opened,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ client }) => client.close()));
    },
  };
}
