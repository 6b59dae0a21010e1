import type { ServerShape } from './server-shapes.ts';

/** `classify`, `pool`, `score`, `tokenize` and `detokenize` are of servers with such paths: see `shape`. */
export type RequestKind = 'chat' | 'completion' | 'classify' | 'pool' | 'score' | 'tokenize' | 'detokenize';

/** What a client asked for, as the reply function and the predicates see it. */
export interface ModelServerRequest {
  readonly kind: RequestKind;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The last user message, the raw prompt or text, or tokens as JSON. Requests are counted by it. */
  readonly text: string;
  /** Tokens of the whole prompt, which are words: all turns, with what a `template` adds. */
  readonly promptTokens: number;
  /** How often this text was asked for before, rejected requests included. */
  readonly timesSeen: number;
}

/** One of the n replies that a request asks for. */
export interface ReplyRequest extends ModelServerRequest {
  /** 0 to n - 1. */
  readonly choice: number;
  /** The seed of this choice: the request's seed plus `choice`, as vLLM counts. Undefined where none was sent. */
  readonly seed: number | undefined;
}

export interface ModelServerReply {
  readonly text: string;
  /** As the protocol spells it. @defaultValue 'stop' */
  readonly finishReason?: string | null;
  /** Sent as `reasoning_content`. */
  readonly reasoning?: string;
}

/** How a request can go wrong. */
export type Fault =
  /** Answers with this status. The body is JSON unless it is a string. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown | ((request: ModelServerRequest) => unknown);
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Sends half of the body, then closes the connection. */
  | { readonly kind: 'cut' }
  /** Sends half of a stream, and ends as if that were all: a proxy that lost its server does so. */
  | { readonly kind: 'cut-cleanly' }
  /** Sends half of the body, then nothing more, and keeps the connection. */
  | { readonly kind: 'stall' }
  /** Sends half of a stream, then an error as an event and `[DONE]`. @defaultValue as vLLM writes it, code 500 */
  | { readonly kind: 'error-event'; readonly event?: string }
  /** Closes the connection without a word. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Answers later than the others. */
  | { readonly kind: 'slow'; readonly latencyMs: number }
  /** Status 200 with a JSON text that ends too early. */
  | { readonly kind: 'malformed-json' }
  /** The right body, labelled `text/html`. */
  | { readonly kind: 'wrong-content-type' }
  /** An HTML page with status 200, as proxies send. */
  | { readonly kind: 'html-page' }
  | { readonly kind: 'no-choices' }
  /** One choice fewer than asked for. */
  | { readonly kind: 'fewer-choices' };

/** A fault and the requests that it befalls: all those `when` names, or a seeded share of them. */
export type Misbehaviour = Fault & {
  /** 0 to 1. @defaultValue 1 */
  readonly share?: number;
  readonly when?: (request: ModelServerRequest) => boolean;
};

/** A token bucket. Requests that find it empty are answered 429. */
export interface RateLimit {
  readonly ratePerSecond: number;
  /** Requests that a full bucket holds. */
  readonly burst: number;
  /** The value of the `Retry-After` header: seconds or an HTTP date. Left out where undefined. */
  readonly retryAfter?: string;
}

/** What a request may ask for, and a server not do. */
export type IgnoredField = 'stop' | 'seed' | 'n' | 'logprobs' | 'max_tokens';

export interface ModelServerOptions {
  /** Must depend on the request alone, so that a run can be repeated. @defaultValue repeats the text and the seed */
  readonly reply?: (request: ReplyRequest) => string | ModelServerReply | Promise<string | ModelServerReply>;
  /** Time between a request and its answer, in milliseconds. `0` answers in the same turn. @defaultValue 0 */
  readonly latencyMs?: number | ((request: ModelServerRequest) => number);
  /** Names that it serves; another is answered 404. @defaultValue any name */
  readonly models?: readonly string[];
  /** The key that it asks for (401 without it). @defaultValue none */
  readonly apiKey?: string;
  /** A longer text is answered 400, as a prompt over the context length is. @defaultValue Infinity */
  readonly maxTextLength?: number;
  readonly rateLimit?: RateLimit;
  /** More requests at once than this are answered 503. @defaultValue Infinity */
  readonly maxInFlight?: number;
  /**
   * Fields of a request that it takes and does not honour. An ignored seed gives each request one of the server's own.
   *
   * @defaultValue none
   */
  readonly ignores?: readonly IgnoredField[];
  /** Keeps the stop that ends a reply in its text. @defaultValue false */
  readonly includesStop?: boolean;
  /** Words that it counts beside those of a raw prompt, as beginnings of a text. @defaultValue 0 */
  readonly beginnings?: number;
  /** Fields that it answers 400: `n` above 1, and the others where they are given at all. @defaultValue none */
  readonly refuses?: readonly IgnoredField[];
  /**
   * How often it writes a ChatML-like template around turns: `once` as a server does, `twice` where what is around it
   * wrote one before. The model, and so `reply`, sees the markers of the inner one.
   *
   * @defaultValue 'none', turns that cost no tokens
   */
  readonly template?: 'none' | 'once' | 'twice';
  /** Writes a template around raw prompts too, which nobody asked for. @defaultValue false */
  readonly wrapsCompletions?: boolean;
  /** The most words of a prompt that it looks at: of a longer one the beginning is cut without a word. @defaultValue Infinity */
  readonly contextWords?: number;
  /**
   * Whose bodies it writes, and whose paths beside OpenAI's it has: `/tokenize` and `/detokenize` (vllm, sglang, llama.cpp),
   * `/classify` (vllm, sglang), `/pooling` (vllm) and `/v1/score` (sglang).
   *
   * @defaultValue OpenAI's, with nothing beside what every server sends
   */
  readonly shape?: ServerShape;
  /** The logit of a text, or of a conversation's turns, one a line. @defaultValue its model gives no rewards */
  readonly reward?: (asked: { readonly text: string; readonly body: Readonly<Record<string, unknown>> }) => number;
  /** The tasks of its `/pooling`; the first where none is asked. @defaultValue ['classify', 'token_classify'] */
  readonly poolingTasks?: readonly string[];
  /** What stands before all its paths, as behind a gateway. @defaultValue '' */
  readonly prefix?: string;
  /**
   * What `/v1/models` lists: nothing (`empty`), or it answers 404 (`missing`).
   *
   * @defaultValue 'all', the models
   */
  readonly listing?: 'all' | 'empty' | 'missing';
  /** The kinds of prompt that it has no path for (404). @defaultValue none */
  readonly lacks?: readonly ModelServerRequest['kind'][];
  /** What `/v1/models` says of the most tokens of a prompt and its reply, as vLLM does. @defaultValue nothing */
  readonly maxModelLength?: number;
  /** The first one that befalls a request counts. */
  readonly misbehaviours?: readonly Misbehaviour[];
  /**
   * Counts how often each text came. Without it `timesSeen` is 0 and `askedTimes` empty, and millions of requests cost no memory.
   *
   * @defaultValue true
   */
  readonly remembersTexts?: boolean;
  /** Decides which requests a `share` befalls. @defaultValue 'model-server' */
  readonly seed?: string;
  /** @defaultValue 0, a free one */
  readonly port?: number;
}
