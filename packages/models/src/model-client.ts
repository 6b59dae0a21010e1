import type { ErrorClass, ModelsErrorCode } from './errors.ts';
import type { EndpointFigures } from './metrics/endpoint-meter.ts';
import type { BudgetUse } from './scheduling/budget.ts';
import type { HedgeStatistics } from './scheduling/hedge-policy.ts';

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What the model is given. `chat` lets the server apply its template; `completion` sends the text as it is, which a
 * bare prefix (ScaleQuest's question generation) or a prefilled answer needs.
 */
export type Prompt =
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] }
  | { readonly kind: 'completion'; readonly text: string };

/** How to sample. Every field is sent, because servers apply a model's own defaults to what is missing. */
export interface Sampling {
  /** `0` is greedy. */
  readonly temperature: number;
  /** `1` keeps every token. */
  readonly topP: number;
  /** Longest reply in tokens. Always sent: the default of `/v1/completions` is 16. */
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Seed of the first of the n samples. Left out where the protocol wants the server's own randomness. */
  readonly seed?: number;
  /** Samples in one request. Sample i gets the seed `seed + i` where the server counts so. @defaultValue 1 */
  readonly n?: number;
  /**
   * Asks for the log-probability of each token, and of the so many most probable ones in its place; `0` for the token's
   * alone. As the model gives them, before temperature and top-p, except where a server has its own ways.
   *
   * @defaultValue none are asked for
   */
  readonly logprobs?: number;
}

/** Which sample of a run this is. A replay answers by it; servers never see it. */
export interface SampleKey {
  readonly id: string;
  readonly epoch: number;
}

export interface GenerateRequest {
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  readonly key?: SampleKey;
}

/** Why a reply ended. `length` is a truncated reply; `unknown` is a server that did not say. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'unknown';

/** A token's text and the natural logarithm of its probability. Part of a character shows as U+FFFD. */
export interface ScoredToken {
  readonly token: string;
  readonly logprob: number;
}

/** A token of a reply, and the most probable ones in its place, the most probable first. */
export interface TokenLogprob extends ScoredToken {
  readonly top: readonly ScoredToken[];
}

/** One sampled reply. */
export interface Choice {
  readonly text: string;
  /** Text of a thinking model, where the server gives it apart (`reasoning_content` or `reasoning`). */
  readonly reasoning?: string;
  readonly finishReason: FinishReason;
  /** One for each token, where they were asked for and the server gives them. */
  readonly logprobs?: readonly TokenLogprob[];
}

/** Tokens of one request, all its samples together. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface GenerateResponse {
  /** As many as were asked for, in the server's order. */
  readonly choices: readonly Choice[];
  /** Undefined where the server counts no tokens. */
  readonly usage?: Usage;
  /** Time of the request that succeeded, in milliseconds; waiting and failed attempts are not in it. */
  readonly latencyMs: number;
  /** Requests that were sent for this response, the successful one included. */
  readonly attempts: number;
  /** Base URL of the endpoint that answered, or a name such as `replay`. */
  readonly endpoint: string;
}

/** What a run records of who answered. No keys, no headers. */
export interface ModelFingerprint {
  /** The name that was asked for. */
  readonly model: string;
  /** `openai-compatible`, `llama.cpp`, `replay`. */
  readonly engine: string;
  readonly endpoints: readonly string[];
  /** Names that the servers gave in their responses, and their `system_fingerprint`s. */
  readonly servedModels: readonly string[];
  readonly systemFingerprints: readonly string[];
}

/** What a client knows of one server now, and what it did since the client was made. */
export interface EndpointStatistics extends EndpointFigures {
  /** Its base URL. */
  readonly name: string;
  readonly inFlight: number;
  readonly concurrencyLimit: number;
  /** The rate that its 429s taught; Infinity where it sent none. */
  readonly requestsPerSecondLimit: number;
  /** False while it is left alone after failures. */
  readonly isAvailable: boolean;
  /** False where it was taken off the list; its figures stay. */
  readonly isListed: boolean;
  /** By the prices; undefined where none are known. */
  readonly cost: number | undefined;
}

/** Figures of a client since it was made, for progress and summaries. */
export interface ModelStatistics {
  /** Requests that were sent, repeats included. */
  readonly requests: number;
  /** Of those, how many repeated one that had failed or was refused. Hedges are told apart. */
  readonly resent: number;
  /** Calls that wait for their turn. */
  readonly waiting: number;
  readonly inFlight: number;
  /** The most requests that may be in flight now, all endpoints together; Infinity where nothing limits them. */
  readonly concurrencyLimit: number;
  /** Failed attempts by class. */
  readonly failures: Readonly<Record<ErrorClass, number>>;
  readonly endpoints: readonly EndpointStatistics[];
  /** Of all endpoints together, listed or not; undefined where no servers are asked. */
  readonly total?: EndpointFigures;
  /** Undefined where none are sent. */
  readonly hedges?: HedgeStatistics;
  /** What the budget has given, to all who share it; undefined where there is none. */
  readonly budget?: BudgetUse;
}

/** One request that a server answered or failed at, for whoever measures. Those that were given up are not told. */
export interface ModelCall {
  /** Base URL. */
  readonly endpoint: string;
  readonly kind: Prompt['kind'];
  /** From its sending to its end. */
  readonly latencyMs: number;
  /** Undefined where it failed, or the server counts no tokens. */
  readonly usage?: Usage;
  /** The model's name in the answer. */
  readonly servedModel?: string;
  /** Why it failed; undefined where it was answered. */
  readonly errorCode?: ModelsErrorCode;
}

/** Whose request it is, beside what it asks. */
export interface GenerateOptions {
  readonly signal?: AbortSignal;
  /** Stages of one priority share the turns while several wait, by the tokens that they take. @defaultValue '' */
  readonly stage?: string;
  /** Higher ones go first. @defaultValue 0 */
  readonly priority?: number;
  /** Awaited before each sending, repeats and hedges included; where it rejects, nothing is sent, and no budget used. */
  readonly beforeSend?: () => Promise<void>;
}

/**
 * One interface to every language model. `generate` waits for its turn, retries what can be retried, and throws a
 * ModelsError whose `errorClass` says what is left to do: `drop` this request, or stop (`fatal`).
 */
export interface ModelClient {
  readonly model: string;
  readonly generate: (request: GenerateRequest, options?: GenerateOptions) => Promise<GenerateResponse>;
  readonly getFingerprint: () => ModelFingerprint;
  readonly getStatistics: () => ModelStatistics;
  /** Closes connections. Requests in flight are aborted. */
  readonly close: () => Promise<void>;
}
