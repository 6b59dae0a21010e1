import type { Pool } from 'undici';
import { z } from 'zod';
import { type Cancellation, followSignal } from '../scheduling/cancellation.ts';
import type { BaseUrl } from './base-url.ts';
import { exchange, getBody, type HttpAnswer, isSuccess } from './http-exchange.ts';
import { loadUndiciPool } from './load-packages.ts';
import { createOpenAiSender } from './openai-sender.ts';
import type { SilenceOptions } from './watch-silence.ts';

/** A request, ready to be sent. */
export interface OutgoingRequest {
  /** Below the base URL, or below the root of the server, as its address says. */
  readonly path: string;
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
  /** The most tokens of a prompt and its reply together, where the server says (`max_model_len` of vLLM and SGLang, `meta.n_ctx` of llama.cpp, `context_length` of OpenRouter). */
  readonly maxLength?: number;
}

/** The connections to one server. */
export interface Transport {
  /** Sends a request of OpenAI's API, below the base URL. Rejects when there is no whole answer. */
  readonly send: (request: OutgoingRequest) => Promise<TransportAnswer>;
  /** The same for what a server has beside it: below the base URL, or below what stands before its version. */
  readonly sendOwn: (request: OutgoingRequest, below: 'base' | 'root') => Promise<TransportAnswer>;
  /** The models that the server lists, or undefined where it does not say. */
  readonly listModels: (signal: AbortSignal) => Promise<readonly ServedModel[] | undefined>;
  /** Sends nothing more; what is out goes on to its end. */
  readonly retire: () => void;
  readonly close: () => Promise<void>;
}

export interface TransportOptions {
  readonly baseUrl: BaseUrl;
  readonly connections: number;
  /** With the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** `openai` sends through the `openai` package, `undici` without it. */
  readonly via: 'openai' | 'undici';
  /** Breaks off what nothing is heard of. @defaultValue nothing is */
  readonly silence?: SilenceOptions | undefined;
}

/** Sends the JSON text of a body to a path of the server. */
export type Post = (request: {
  readonly path: string;
  readonly json: string;
  readonly cancellation: Cancellation;
}) => Promise<HttpAnswer>;

/** Connects to a server with an undici pool: as many connections as requests, each kept alive; nothing before the first. */
export function createTransport({ baseUrl, connections, headers, via, silence }: TransportOptions): Transport {
  const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json', ...headers };
  let pool: Pool | undefined;
  const getPool = (): Pool => {
    // The runner has the only time-out: undici's own would end long generations.
    pool ??= new (loadUndiciPool())(baseUrl.origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    return pool;
  };
  const post: Post = ({ path, json, cancellation }) =>
    exchange(getPool(), { method: 'POST', path, headers: jsonHeaders, body: json, cancellation, silence });
  const sendOwn: Transport['sendOwn'] = ({ path, body, cancellation }, below) => {
    const prefix = below === 'base' ? baseUrl.path : baseUrl.rootPath;
    return post({ path: `${prefix}${path}`, json: JSON.stringify(body), cancellation }).then(parseAnswer);
  };

  return {
    send: via === 'openai' ? createOpenAiSender(baseUrl, post) : (request) => sendOwn(request, 'base'),
    sendOwn,
    listModels: async (signal) => {
      const path = `${baseUrl.path}/models`;
      const cancellation = followSignal(signal);
      const { status, text } = await exchange(getPool(), { method: 'GET', path, headers, cancellation });
      if (status !== 200) return undefined;
      const { data } = JSON.parse(text) as { readonly data?: unknown };
      return Array.isArray(data) ? data.flatMap(readServedModel) : undefined;
    },
    retire: () => void pool?.close(),
    close: async () => {
      await pool?.destroy();
    },
  };
}

const tokenCount = z.number().optional().catch(undefined);
const servedModelSchema = z.object({
  id: z.string(),
  max_model_len: tokenCount,
  context_length: tokenCount,
  meta: z.object({ n_ctx: tokenCount }).nullish().catch(undefined),
  aliases: z.array(z.string()).nullish().catch(undefined),
});

function readServedModel(entry: unknown): readonly ServedModel[] {
  const { success, data } = servedModelSchema.safeParse(entry);
  if (!success) return [];
  const { id, aliases, max_model_len: length, meta, context_length: context } = data;
  const maxLength = length ?? meta?.n_ctx ?? context;
  const names = [...new Set([id, ...(aliases ?? [])])];
  return names.map((name) => ({ id: name, ...(maxLength === undefined ? {} : { maxLength }) }));
}

function parseAnswer(http: HttpAnswer): TransportAnswer {
  return { http, parsed: isSuccess(http) ? getBody(http) : undefined };
}
