import type { Environment } from '@scalequest/core';
import type { ProbedEndpoint } from '@scalequest/eval';
import type { ChosenModel, ModelOptions } from './choose-model.ts';

/** Servers for a doctor to ask, each by a client of its own. */
export interface OpenedEndpoints extends AsyncDisposable {
  readonly endpoints: readonly ProbedEndpoint[];
}

/** How long a server may refuse a probe (429, 503) before the doctor leaves it at that; a run waits ten minutes. */
const patienceMs = 20_000;
const concurrency = 4;

/** Connects as a run would, and asks nobody yet. A model in this process has no server. */
export async function openEndpoints(
  model: ChosenModel | undefined,
  { timeoutSeconds }: Pick<ModelOptions, 'timeoutSeconds'>,
  environment: Environment,
): Promise<OpenedEndpoints> {
  if (model?.kind !== 'server') return { endpoints: [], [Symbol.asyncDispose]: async () => undefined };
  const { createOpenAiClient } = await import('@scalequest/models');
  const opened = [...new Set(model.baseUrls)].map((baseUrl) => {
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
    return { name, client, listModels };
  });
  return {
    endpoints: opened,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ client }) => client.close()));
    },
  };
}
