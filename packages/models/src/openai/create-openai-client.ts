import { describeCloseNames, type Secret } from '@scalequest/core';
import { ModelsError } from '../errors.ts';
import type { GenerateRequest, GenerateResponse, ModelClient, ModelFingerprint } from '../model-client.ts';
import type { Cancellation } from '../scheduling/cancellation.ts';
import { type Clock, systemClock } from '../scheduling/clock.ts';
import { type AttemptResult, createRequestRunner, type RunResult } from '../scheduling/request-runner.ts';
import { parseBaseUrl } from './base-url.ts';
import {
  classifyAnswer,
  classifyBadResponse,
  classifyConnectionError,
  type FailureContext,
} from './classify-failure.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { type ReadResponse, readResponse } from './read-response.ts';
import { toRequestBody } from './request-body.ts';
import { createTransport, type ServedModel, type Transport, type TransportAnswer } from './transport.ts';

export interface OpenAiClientOptions {
  /** As the servers call it. */
  readonly model: string;
  /** One or more servers of the same model, such as `http://localhost:8000/v1`. */
  readonly baseUrls: readonly string[];
  readonly apiKey?: Secret;
  /** Most requests at once to each server. @defaultValue 64 */
  readonly maxConcurrency?: number;
  /** Longest time of one request, in milliseconds, from its sending to the end of the answer. @defaultValue 600_000 */
  readonly timeoutMs?: number;
  /** How often one request may fail (5xx, time-out, broken answer) before it is dropped. @defaultValue 8 */
  readonly maxAttempts?: number;
  /**
   * How long the servers may do nothing but refuse requests (429, 503), or be away after they had answered, before the
   * work stops. Refusals are no failed attempts. @defaultValue 600_000
   */
  readonly patienceMs?: number;
  /** Sent with each request. Their values count as secrets: they are never printed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Merged into each body and wins, such as `{ chat_template_kwargs: { enable_thinking: false } }`. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /**
   * `openai` sends through the `openai` package, `undici` without it, at half the cost. Both send and read the same.
   * @defaultValue 'openai' for https addresses, as hosted services have, else 'undici'
   */
  readonly via?: 'openai' | 'undici';
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A client of servers, which may say what they serve. */
export interface OpenAiClient extends ModelClient {
  /** What an endpoint lists at `/models`, or undefined where it does not say. Waits 5 s at most. */
  readonly listModels: (endpoint: string) => Promise<readonly ServedModel[] | undefined>;
}

/**
 * Talks to one or more OpenAI-compatible servers (OpenAI, vLLM, SGLang, llama.cpp and others).
 *
 * Call `generate` for as many requests as you like: each waits for its turn. A server that answers 429 or 503 gets fewer
 * requests, then more again; what it refused is sent again, no earlier than it asks (`Retry-After`). Nothing is sent,
 * and no package loaded, before the first request.
 *
 * @example
 * const client = createOpenAiClient({ model: 'qwen', baseUrls: ['http://localhost:8000/v1'] });
 * const { choices } = await client.generate({
 *   prompt: { kind: 'chat', messages: [{ role: 'user', content: 'What is 2 + 2?' }] },
 *   sampling: { temperature: 0, topP: 1, maxTokens: 512, stop: [] },
 * });
 * await client.close();
 *
 * @throws ModelsError `INVALID_OPTION`
 */
export function createOpenAiClient(options: OpenAiClientOptions): OpenAiClient {
  const { model, apiKey, headers = {}, extraBody = {}, clock = systemClock, random = Math.random } = options;
  const maxConcurrency = requirePositive('maxConcurrency', options.maxConcurrency ?? 64);
  const baseUrls = requireBaseUrls(options.baseUrls);
  const redact = createRedactor(apiKey, headers);
  const transports = new Map<string, Transport>(
    baseUrls.map((baseUrl) => [
      baseUrl.text,
      createTransport({
        baseUrl,
        connections: maxConcurrency,
        headers: addKey(headers, apiKey),
        via: options.via ?? (baseUrl.origin.startsWith('https:') ? 'openai' : 'undici'),
      }),
    ]),
  );
  const runner = createRequestRunner({
    endpoints: [...transports.keys()],
    maxConcurrency,
    timeoutMs: requirePositive('timeoutMs', options.timeoutMs ?? 600_000),
    maxAttempts: requirePositive('maxAttempts', options.maxAttempts ?? 8),
    patienceMs: requirePositive('patienceMs', options.patienceMs ?? 600_000),
    clock,
    random,
  });
  const servedModels = new Set<string>();
  const systemFingerprints = new Set<string>();
  let requests = 0;

  const getTransport = (endpoint: string): Transport => {
    const transport = transports.get(endpoint);
    if (transport === undefined) throw new Error(`There is no endpoint ${endpoint}.`);
    return transport;
  };

  const describeContext = (endpoint: string): FailureContext => ({
    endpoint,
    model,
    hasKey: apiKey !== undefined,
    redact,
    date: clock.date(),
  });

  const readAnswer = (
    { http, parsed }: TransportAnswer,
    { endpoint, n }: { readonly endpoint: string; readonly n: number },
  ): AttemptResult<ReadResponse> => {
    if (!isSuccess(http)) return { ok: false, failure: classifyAnswer(http, describeContext(endpoint)) };
    const response = parsed === undefined ? notJson : readResponse(parsed, n);
    return 'problem' in response
      ? { ok: false, failure: classifyBadResponse(response.problem, http.text, describeContext(endpoint)) }
      : { ok: true, value: response };
  };

  // Not `async`: what a request keeps in memory while it is out, hundreds of times, is what collections have to move.
  const attempt = (
    { prompt, sampling }: GenerateRequest,
    { endpoint, cancellation }: { readonly endpoint: string; readonly cancellation: Cancellation },
  ): Promise<AttemptResult<ReadResponse>> => {
    const body = toRequestBody({ prompt, sampling }, { model, extraBody });
    const n = sampling.n ?? 1;
    requests += 1;
    return getTransport(endpoint)
      .send({ kind: prompt.kind, body, cancellation })
      .then(
        (answer) => readAnswer(answer, { endpoint, n }),
        (error: unknown) => ({ ok: false, failure: classifyConnectionError(error, describeContext(endpoint)) }),
      );
  };

  const listModels = (endpoint: string): Promise<readonly ServedModel[] | undefined> =>
    getTransport(endpoint)
      .listModels(AbortSignal.timeout(5000))
      .catch(() => undefined);

  const addCloseNames = async (error: ModelsError): Promise<ModelsError> => {
    const endpoint = String(error.fields.endpoint);
    const names = (await listModels(endpoint))?.map(({ id }) => id) ?? [];
    if (names.length === 0) return error;
    const close = describeCloseNames(model, names);
    return new ModelsError({
      code: 'MODEL_NOT_FOUND',
      kind: 'request',
      errorClass: 'fatal',
      what: `Model '${model}' is not served at ${endpoint}.`,
      why: redact(close === '' ? `It serves ${names.slice(0, 10).join(', ')}.` : close),
      next: `Name one of its models: \`curl ${endpoint}/models\` lists them.`,
      fields: { ...error.fields, served: names.slice(0, 100) },
    });
  };

  const describeResponse = ({ value, ...run }: RunResult<ReadResponse>): GenerateResponse => {
    if (value.servedModel !== undefined) servedModels.add(value.servedModel);
    if (value.systemFingerprint !== undefined) systemFingerprints.add(value.systemFingerprint);
    return { choices: value.choices, ...(value.usage === undefined ? {} : { usage: value.usage }), ...run };
  };

  const explainError = async (error: unknown): Promise<never> => {
    throw error instanceof ModelsError && error.code === 'MODEL_NOT_FOUND' ? await addCloseNames(error) : error;
  };

  const generate = (
    request: GenerateRequest,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<GenerateResponse> =>
    runner.run((context) => attempt(request, context), { signal }).then(describeResponse, explainError);

  return {
    model,
    generate,
    listModels,
    getFingerprint: (): ModelFingerprint => ({
      model,
      engine: 'openai-compatible',
      endpoints: [...transports.keys()],
      servedModels: [...servedModels].sort(),
      systemFingerprints: [...systemFingerprints].sort(),
    }),
    getStatistics: () => ({
      requests,
      waiting: runner.waiting,
      inFlight: sum(runner.endpoints.map(({ inFlight }) => inFlight)),
      concurrencyLimit: sum(runner.endpoints.map(({ limit }) => limit)),
      failures: { ...runner.failures },
      endpoints: runner.endpoints.map(({ name, inFlight, limit, perSecond, isGated }) => ({
        name,
        inFlight,
        concurrencyLimit: limit,
        requestsPerSecondLimit: perSecond,
        isAvailable: !isGated,
      })),
    }),
    close: async () => {
      runner.close();
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

const notJson = { problem: 'It is not JSON.' };

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

function addKey(
  headers: Readonly<Record<string, string>>,
  apiKey: Secret | undefined,
): Readonly<Record<string, string>> {
  return apiKey === undefined ? headers : { authorization: `Bearer ${apiKey.reveal()}`, ...headers };
}

function createRedactor(
  apiKey: Secret | undefined,
  headers: Readonly<Record<string, string>>,
): (text: string) => string {
  // Short values, such as `true` or a version, are no secrets, and taking them out would spoil the text.
  const values = Object.values(headers).filter((value) => value.length >= 8);
  return (text) => values.reduce((result, value) => result.replaceAll(value, '[secret]'), apiKey?.redact(text) ?? text);
}

function requireBaseUrls(texts: readonly string[]): readonly ReturnType<typeof parseBaseUrl>[] {
  const baseUrls = texts.map(parseBaseUrl);
  const unique = [...new Map(baseUrls.map((baseUrl) => [baseUrl.text, baseUrl])).values()];
  if (unique.length > 0) return unique;
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: "Option 'baseUrls' is empty.",
    next: 'Give at least one base URL, such as http://localhost:8000/v1.',
  });
}

function requirePositive(name: string, value: number): number {
  if (value >= 1) return value;
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: `Option '${name}' is ${value}; give a number of at least 1.`,
    fields: { [name]: value },
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
