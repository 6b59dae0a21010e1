/** What a client asked for, as the reply function and the predicates see it. */
export interface ModelServerRequest {
  readonly kind: 'chat' | 'completion';
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The last user message, or the raw prompt. Requests are counted by it. */
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
  /** What `/v1/models` says of the most tokens of a prompt and its reply, as vLLM does. @defaultValue nothing */
  readonly maxModelLength?: number;
  /** The first one that befalls a request counts. */
  readonly misbehaviours?: readonly Misbehaviour[];
  /** Decides which requests a `share` befalls. @defaultValue 'model-server' */
  readonly seed?: string;
  /** @defaultValue 0, a free one */
  readonly port?: number;
}
