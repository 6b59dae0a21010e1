import type { Pool } from 'undici';
import { type Cancellation, followSignal } from '../scheduling/cancellation.ts';
import type { BaseUrl } from './base-url.ts';
import { exchange, type HttpAnswer } from './http-exchange.ts';
import { loadUndiciPool } from './load-packages.ts';
import { createOpenAiSender } from './openai-sender.ts';

/** A request for replies, ready to be sent. */
export interface OutgoingRequest {
  readonly kind: 'chat' | 'completion';
  readonly body: Readonly<Record<string, unknown>>;
  readonly cancellation: Cancellation;
}

export interface TransportAnswer {
  readonly http: HttpAnswer;
  /** The body of a success; undefined where it is not JSON or the status says otherwise. */
  readonly parsed: unknown;
}

/** A model that a server lists. */
export interface ServedModel {
  readonly id: string;
  /** The most tokens of a prompt and its reply together, where the server says (vLLM's `max_model_len`, OpenRouter's `context_length`). */
  readonly maxLength?: number;
}

/** The connections to one server. */
export interface Transport {
  /** Rejects when there is no whole answer. */
  readonly send: (request: OutgoingRequest) => Promise<TransportAnswer>;
  /** The models that the server lists, or undefined where it does not say. */
  readonly listModels: (signal: AbortSignal) => Promise<readonly ServedModel[] | undefined>;
  readonly close: () => Promise<void>;
}

export interface TransportOptions {
  readonly baseUrl: BaseUrl;
  readonly connections: number;
  /** With the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** `openai` sends through the `openai` package, `undici` without it. */
  readonly via: 'openai' | 'undici';
}

/** Sends the JSON text of a body to a path below the base URL. */
export type Post = (request: {
  readonly path: string;
  readonly json: string;
  readonly cancellation: Cancellation;
}) => Promise<HttpAnswer>;

/** Connects to a server with an undici pool: as many connections as requests, each kept alive; nothing before the first. */
export function createTransport({ baseUrl, connections, headers, via }: TransportOptions): Transport {
  const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json', ...headers };
  let pool: Pool | undefined;
  const getPool = (): Pool => {
    // The runner has the only time-out: undici's own would end long generations.
    pool ??= new (loadUndiciPool())(baseUrl.origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    return pool;
  };
  const post: Post = ({ path, json, cancellation }) =>
    exchange(getPool(), {
      method: 'POST',
      path: `${baseUrl.path}${path}`,
      headers: jsonHeaders,
      body: json,
      cancellation,
    });

  return {
    send: via === 'openai' ? createOpenAiSender(baseUrl, post) : (request) => sendPlain(request, post),
    listModels: async (signal) => {
      const path = `${baseUrl.path}/models`;
      const cancellation = followSignal(signal);
      const { status, text } = await exchange(getPool(), { method: 'GET', path, headers, cancellation });
      if (status !== 200) return undefined;
      const { data } = JSON.parse(text) as { readonly data?: unknown };
      return Array.isArray(data) ? data.flatMap(readServedModel) : undefined;
    },
    close: async () => {
      await pool?.destroy();
    },
  };
}

function readServedModel(entry: unknown): readonly ServedModel[] {
  const { id, max_model_len: length, context_length: context } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string') return [];
  const maxLength = [length, context].find((value) => typeof value === 'number') as number | undefined;
  return [{ id, ...(maxLength === undefined ? {} : { maxLength }) }];
}

function sendPlain({ kind, body, cancellation }: OutgoingRequest, post: Post): Promise<TransportAnswer> {
  const path = kind === 'chat' ? '/chat/completions' : '/completions';
  return post({ path, json: JSON.stringify(body), cancellation }).then(parseAnswer);
}

function parseAnswer(http: HttpAnswer): TransportAnswer {
  return { http, parsed: http.status >= 200 && http.status < 300 ? parseJson(http.text) : undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
