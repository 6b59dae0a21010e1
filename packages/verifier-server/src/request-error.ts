/** Stable names of what a client is told; each has one status. */
export type RequestErrorCode =
  | 'BAD_HTTP'
  | 'BAD_JSON'
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'TIMEOUT'
  | 'BODY_TOO_LARGE'
  | 'NOT_JSON'
  | 'TOO_MANY_ITEMS'
  | 'BUSY'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL'
  | 'NOT_READY'
  | 'WORKERS_FAILED'
  | 'STOPPING';

export const statuses: Readonly<Record<RequestErrorCode, number>> = {
  BAD_HTTP: 400,
  BAD_JSON: 400,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  NOT_JSON: 415,
  TOO_MANY_ITEMS: 422,
  BUSY: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  NOT_READY: 503,
  WORKERS_FAILED: 503,
  STOPPING: 503,
};

/** Refuses a whole request. It reaches the client as `{"error": {"code", "message"}}`. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  /** When the client may try again, in whole seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RequestErrorCode, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return statuses[this.code];
  }
}

export function formatErrorBody({ code, message }: Pick<RequestError, 'code' | 'message'>): string {
  return JSON.stringify({ error: { code, message } });
}
