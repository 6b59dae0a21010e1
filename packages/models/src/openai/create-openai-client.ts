import { describeCloseNames, type Secret } from '@scalequest/core';
import type { EndpointOptions, EndpointSource } from '../discovery/endpoint-source.ts';
import { ModelsError } from '../errors.ts';
import type {
  EndpointStatistics,
  GenerateOptions,
  GenerateRequest,
  GenerateResponse,
  ModelCall,
  ModelClient,
  ModelFingerprint,
  ModelStatistics,
} from '../model-client.ts';
import { type Budget, computeCost, type TokenPrices } from '../scheduling/budget.ts';
import { type Clock, systemClock } from '../scheduling/clock.ts';
import { createDemandEstimator, type Demand } from '../scheduling/demand.ts';
import type { EndpointSettings } from '../scheduling/endpoint.ts';
import type { HedgeOptions } from '../scheduling/hedge-policy.ts';
import {
  type Attempt,
  type AttemptResult,
  createRequestRunner,
  type EndpointState,
  type RunResult,
  type Settled,
} from '../scheduling/request-runner.ts';
import { parseBaseUrl } from './base-url.ts';
import { classifyConnectionError, type FailureContext } from './classify-failure.ts';
import { readReplies } from './read-replies.ts';
import type { ReadResponse } from './read-response.ts';
import { toRequestBody } from './request-body.ts';
import { type Classification, type ClassifyRequest, makeClassifyCall } from './server-calls/classify-call.ts';
import { type Detokenization, type DetokenizeRequest, makeDetokenizeCall } from './server-calls/detokenize-call.ts';
import { makePoolCall, type Pooling, type PoolRequest } from './server-calls/pool-call.ts';
import { readServerCall } from './server-calls/read-server-call.ts';
import { type LabelScores, makeScoreLabelsCall, type ScoreLabelsRequest } from './server-calls/score-labels-call.ts';
import type { Answered, ServerCall } from './server-calls/server-call.ts';
import { makeTokenizeCall, type Tokenization, type TokenizeRequest } from './server-calls/tokenize-call.ts';
import { createTransport, type ServedModel, type Transport, type TransportAnswer } from './transport.ts';

export interface OpenAiClientOptions {
  /** As the servers call it. */
  readonly model: string;
  /** One or more servers of the same model, such as `http://localhost:8000/v1`. */
  readonly baseUrls?: readonly string[];
  /** The same with settings for each, or a source that may change while the client is at work. Instead of `baseUrls`. */
  readonly endpoints?: readonly EndpointOptions[] | EndpointSource;
  readonly apiKey?: Secret;
  /** Most requests at once to each server. @defaultValue 64 */
  readonly maxConcurrency?: number;
  /** Longest time of one request, in milliseconds, from its sending to the end of the answer. @defaultValue 600_000 */
  readonly timeoutMs?: number;
  /** How often one request may fail (5xx, time-out, broken answer) before it is dropped. @defaultValue 8 */
  readonly maxAttempts?: number;
  /**
   * How long the servers may do nothing but refuse requests (429, 503), or be away after they had answered, before the
   * work stops. Refusals are no failed attempts; one request that is refused for so long while the servers take the others is
   * dropped. @defaultValue 600_000
   */
  readonly patienceMs?: number;
  /** Sent with each request. Their values count as secrets: they are never printed. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Merged into each body and wins, such as `{ chat_template_kwargs: { enable_thinking: false } }`. The number of samples and of
   * tokens is given by `sampling`, from which costs are estimated: here `n`, `max_tokens` and `max_completion_tokens` may only
   * be `undefined`, which leaves them out.
   */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /**
   * `openai` sends through the `openai` package, `undici` without it, at half the cost. Both send and read the same.
   * @defaultValue 'openai' for https addresses, as hosted services have, else 'undici'
   */
  readonly via?: 'openai' | 'undici';
  /**
   * Asks for replies as streams of events. The responses are the same; a server that is gone shows after `stallMs`, and what
   * a gateway cuts off after a time without a byte goes through. It costs more of this processor, the more tokens the more.
   * `extraBody: { stream_options: undefined }` asks for no usage, where a server does not know how to give it.
   *
   * @defaultValue false
   */
  readonly stream?: boolean;
  /**
   * Longest time without a byte, in milliseconds, from the sending on; then the connection counts as lost. Give more than a
   * request waits for its first token. Unstreamed there is no byte before the whole answer. `Infinity` waits for `timeoutMs`.
   *
   * @defaultValue 120_000 where replies are streamed, else Infinity
   */
  readonly stallMs?: number;
  /** Limits that all requests share, also with other clients: see {@link createBudget}. @defaultValue none */
  readonly budget?: Budget;
  /** Of a million tokens, for budgets and statistics. A limit `maxCost` needs them. @defaultValue not known */
  readonly prices?: TokenPrices;
  /** How stages of one priority share the turns while several wait. @defaultValue evenly, by tokens */
  readonly shares?: Readonly<Record<string, number>>;
  /**
   * Sends a request that takes long to a second endpoint as well, and takes what comes first. The other one is given up,
   * and may cost what no server then counts: `hedges` in the statistics says how much at most.
   *
   * @defaultValue none is sent twice
   */
  readonly hedge?: HedgeOptions;
  /** Told of each request that a server answered or failed at, as it ends. Must be quick, and not throw. */
  readonly onCall?: (call: ModelCall) => void;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * A client of servers, which may say what they serve, and do more than complete. What is beside OpenAI's API goes the way of
 * other requests: turns, repeats, budgets, statistics. Its stage has the name of the method, where none is given. A server that
 * has not what is asked gives `NOT_SUPPORTED`.
 */
export interface OpenAiClient extends ModelClient {
  /** What a classifier or a reward model says: `/classify` of vLLM and SGLang (there of texts only). */
  readonly classify: (request: ClassifyRequest, options?: GenerateOptions) => Promise<Classification>;
  /** What a model's pooler gives, such as one reward for each token: `/pooling` of vLLM. */
  readonly pool: (request: PoolRequest, options?: GenerateOptions) => Promise<Pooling>;
  /** How probable each of some labels is after a text: `/v1/score` of SGLang. */
  readonly scoreLabels: (request: ScoreLabelsRequest, options?: GenerateOptions) => Promise<LabelScores>;
  /** The tokens of a text: `/tokenize` of vLLM, SGLang and llama.cpp. */
  readonly tokenize: (request: TokenizeRequest, options?: GenerateOptions) => Promise<Tokenization>;
  /** The text of tokens: `/detokenize` of vLLM, SGLang and llama.cpp. */
  readonly detokenize: (request: DetokenizeRequest, options?: GenerateOptions) => Promise<Detokenization>;
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
  const { stream = false } = options;
  requireCountsFromSampling(extraBody);
  const stallMs = requirePositive('stallMs', options.stallMs ?? (stream ? 120_000 : Number.POSITIVE_INFINITY));
  const maxConcurrency = requirePositive('maxConcurrency', options.maxConcurrency ?? 64);
  const source = requireSource(options);
  const via = options.via;
  const redact = createRedactor(apiKey, headers);
  const transports = new Map<string, Transport>();
  const readSettings = (): readonly EndpointSettings[] => {
    const settings = source.endpoints.map((endpoint) =>
      toSettings(endpoint, { maxConcurrency, prices: options.prices }),
    );
    for (const one of settings) requireKnownCost(one, options.budget);
    return [...new Map(settings.map((one) => [one.name, one])).values()];
  };
  const mayChange = 'onChange' in source;
  const runner = createRequestRunner({
    endpoints: readSettings(),
    mayChange,
    timeoutMs: requirePositive('timeoutMs', options.timeoutMs ?? 600_000),
    maxAttempts: requirePositive('maxAttempts', options.maxAttempts ?? 8),
    patienceMs: requirePositive('patienceMs', options.patienceMs ?? 600_000),
    budget: options.budget,
    shares: options.shares,
    hedge: options.hedge,
    clock,
    random,
  });
  const demands = createDemandEstimator();
  const servedModels = new Set<string>();
  const systemFingerprints = new Set<string>();
  let requests = 0;

  const getTransport = (endpoint: string): Transport => {
    const found = transports.get(endpoint);
    if (found !== undefined) return found;
    const baseUrl = parseBaseUrl(endpoint);
    const transport = createTransport({
      baseUrl,
      connections: runner.endpoints.find(({ name }) => name === endpoint)?.maxConcurrency ?? maxConcurrency,
      headers: addKey(headers, apiKey),
      via: via ?? (baseUrl.origin.startsWith('https:') ? 'openai' : 'undici'),
      silence: stallMs === Number.POSITIVE_INFINITY ? undefined : { clock, stallMs },
    });
    transports.set(endpoint, transport);
    return transport;
  };

  const followSource = (): void => {
    const settings = readSettings();
    const before = new Map(runner.endpoints.map(({ name, maxConcurrency: most }) => [name, most]));
    runner.setEndpoints(settings);
    const listed = new Map(settings.map(({ name, maxConcurrency: most }) => [name, most]));
    for (const [name, transport] of transports) {
      // As many connections as requests: where that changes, the next request opens others.
      if (listed.has(name) && listed.get(name) === before.get(name)) continue;
      transports.delete(name);
      transport.retire();
    }
  };
  const stopFollowing = mayChange ? source.onChange(followSource) : undefined;

  const describeContext = (endpoint: string): FailureContext => ({
    endpoint,
    model,
    hasKey: apiKey !== undefined,
    redact,
    date: clock.date(),
  });

  // Not `async`: what a request keeps in memory while it is out, hundreds of times, is what collections have to move.
  const attempt = <T>(
    { endpoint }: AttemptContext,
    {
      send,
      read,
    }: {
      readonly send: (transport: Transport) => Promise<TransportAnswer>;
      readonly read: (answer: TransportAnswer) => AttemptResult<T>;
    },
  ): Promise<AttemptResult<T>> => {
    const fail = (error: unknown): AttemptResult<T> => ({
      ok: false,
      failure: classifyConnectionError(error, describeContext(endpoint)),
    });
    requests += 1;
    return send(getTransport(endpoint)).then(read, fail);
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

  const { onCall } = options;
  const listeners = onCall && {
    chat: (settled: Settled<ReadResponse>) => onCall(describeCall('chat', settled)),
    completion: (settled: Settled<ReadResponse>) => onCall(describeCall('completion', settled)),
  };

  const generate = (
    request: GenerateRequest,
    { signal, stage = '', priority = 0, beforeSend }: GenerateOptions = {},
  ): Promise<GenerateResponse> => {
    const turn = { stage, priority, demand: demands.estimate(request, stage) };
    const path = request.prompt.kind === 'chat' ? '/chat/completions' : '/completions';
    const n = request.sampling.n ?? 1;
    return runner
      .run(
        (context) => {
          const { endpoint, cancellation } = context;
          const body = toRequestBody(request, { model, extraBody, stream });
          return attempt(context, {
            send: (transport) => transport.send({ path, body, cancellation }),
            read: (answer) => readReplies(answer, n, describeContext(endpoint)),
          });
        },
        { signal, turn, beforeSend, onSettled: listeners?.[request.prompt.kind] },
      )
      .then((result) => {
        if (result.value.usage !== undefined) demands.learn(request, stage, result.value.usage);
        return describeResponse(result);
      }, explainError);
  };

  const call = <T extends object>(
    asked: ServerCall<T>,
    { signal, stage = asked.name, priority = 0, beforeSend }: GenerateOptions = {},
  ): Promise<T & Answered> => {
    const { path, below, prompt } = asked;
    const demand = prompt === undefined ? noDemand : demands.estimate({ prompt, sampling: noReply }, stage);
    return runner
      .run(
        (context) => {
          const { endpoint, cancellation } = context;
          const body = { ...asked.body, ...extraBody };
          return attempt(context, {
            send: (transport) => transport.sendOwn({ path, body, cancellation }, below),
            read: (answer) => readServerCall(answer, asked, describeContext(endpoint)),
          });
        },
        { signal, turn: { stage, priority, demand }, beforeSend },
      )
      .then(
        ({ value: { value, usage }, ...run }) => ({ ...value, ...(usage === undefined ? {} : { usage }), ...run }),
        explainError,
      );
  };

  return {
    model,
    generate,
    classify: (request, callOptions) => call(makeClassifyCall(request, model), callOptions),
    pool: (request, callOptions) => call(makePoolCall(request, model), callOptions),
    scoreLabels: (request, callOptions) => call(makeScoreLabelsCall(request, model), callOptions),
    tokenize: (request, callOptions) => call(makeTokenizeCall(request, model), callOptions),
    detokenize: (request, callOptions) => call(makeDetokenizeCall(request, model), callOptions),
    listModels,
    getFingerprint: (): ModelFingerprint => ({
      model,
      engine: 'openai-compatible',
      endpoints: runner.readStates().map(({ endpoint }) => endpoint.name),
      servedModels: [...servedModels].sort(),
      systemFingerprints: [...systemFingerprints].sort(),
    }),
    getStatistics: (): ModelStatistics => {
      const states = runner.readStates();
      return {
        requests,
        resent: runner.resent,
        waiting: runner.waiting,
        inFlight: sum(states.map(({ endpoint }) => endpoint.inFlight)),
        concurrencyLimit: sum(runner.endpoints.map(({ limit }) => limit)),
        failures: { ...runner.failures },
        endpoints: states.map(describeEndpoint),
        total: runner.readTotal(),
        ...(runner.hedges === undefined ? {} : { hedges: { ...runner.hedges } }),
        ...(options.budget === undefined ? {} : { budget: options.budget.getUse() }),
      };
    },
    close: async () => {
      stopFollowing?.();
      runner.close();
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

const noReply = { temperature: 0, topP: 1, maxTokens: 0, stop: [] };
/** What the model is not asked for takes none of its tokens. */
const noDemand: Demand = { expectedTokens: 0, most: { promptTokens: 0, completionTokens: 0 } };

/** Of one sending. */
type AttemptContext = Parameters<Attempt<unknown>>[0];

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

function describeEndpoint({ endpoint, isListed, figures }: EndpointState): EndpointStatistics {
  const { name, inFlight, limit, perSecond, isGated, prices } = endpoint;
  return {
    name,
    inFlight,
    concurrencyLimit: limit,
    requestsPerSecondLimit: perSecond,
    isAvailable: !isGated,
    isListed,
    cost: prices === undefined ? undefined : computeCost(figures, prices),
    ...figures,
  };
}

function describeCall(kind: ModelCall['kind'], { endpoint, result, latencyMs }: Settled<ReadResponse>): ModelCall {
  const call = { endpoint: endpoint.name, kind, latencyMs };
  if (!result.ok) return { ...call, errorCode: result.failure.details.code };
  const { usage, servedModel } = result.value;
  return { ...call, ...(usage === undefined ? {} : { usage }), ...(servedModel === undefined ? {} : { servedModel }) };
}

/** Where the endpoints come from: a fixed list, or a source that changes. */
function requireSource({
  baseUrls,
  endpoints,
}: Pick<OpenAiClientOptions, 'baseUrls' | 'endpoints'>):
  | EndpointSource
  | { readonly endpoints: readonly EndpointOptions[] } {
  if (endpoints !== undefined && 'onChange' in endpoints) return endpoints;
  const listed = endpoints ?? (baseUrls ?? []).map((baseUrl) => ({ baseUrl }));
  if (listed.length > 0) return { endpoints: listed };
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: "Option 'baseUrls' is empty.",
    next: 'Give at least one base URL, such as http://localhost:8000/v1.',
  });
}

function toSettings(
  { baseUrl, maxConcurrency, limits, prices }: EndpointOptions,
  defaults: { readonly maxConcurrency: number; readonly prices: TokenPrices | undefined },
): EndpointSettings {
  return {
    name: parseBaseUrl(baseUrl).text,
    maxConcurrency: requirePositive('maxConcurrency', maxConcurrency ?? defaults.maxConcurrency),
    limits,
    prices: prices ?? defaults.prices,
  };
}

/** Without prices a request costs nothing that one could count, and the limit would never be reached. */
function requireKnownCost({ name, limits, prices }: EndpointSettings, budget: Budget | undefined): void {
  const isLimited = limits?.maxCost !== undefined || budget?.limits.maxCost !== undefined;
  if (!isLimited || prices !== undefined) return;
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: `A limit 'maxCost' is set, and the prices of ${name} are not known.`,
    next: "Give 'prices', the cost of a million tokens; of a server of your own { prompt: 0, completion: 0 }.",
    fields: { endpoint: name },
  });
}

/** A number of samples or tokens that `sampling` does not know would be read, and paid for, as another. */
function requireCountsFromSampling(extraBody: Readonly<Record<string, unknown>>): void {
  const name = ['n', 'max_tokens', 'max_completion_tokens'].find((field) => extraBody[field] !== undefined);
  if (name === undefined) return;
  const field = name === 'n' ? 'n' : 'maxTokens';
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: `Option 'extraBody' has '${name}', which each request says in its sampling.`,
    why: 'Costs and replies are counted by what sampling says, and another number would win over it unseen.',
    next: `Give it as '${field}' of the sampling, and take '${name}' out of 'extraBody'.`,
    fields: { name },
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
