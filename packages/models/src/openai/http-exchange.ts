import type { Dispatcher, Pool } from 'undici';

/** A whole HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends one request and reads the whole answer. Works on the pool's handlers and not on its `request`, which makes a
 * stream for each body.
 */
export function exchange(pool: Pool, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, body = null, signal } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    const answerHeaders = new Map<string, string>();
    const chunks: Buffer[] = [];

    const abort = (): void => {
      const error = new DOMException('The request was aborted.', 'AbortError');
      controller?.abort(error);
      reject(error);
    };
    const settle = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });

    pool.dispatch(
      { method, path, headers, body },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a connection, and was aborted meanwhile.
          if (signal.aborted) abort();
        },
        onResponseStart: (_controller, statusCode, fields) => {
          status = statusCode;
          for (const [name, value] of Object.entries(fields)) {
            if (value !== undefined)
              answerHeaders.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
          }
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          settle();
          resolve({ status, headers: answerHeaders, text: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError: (_controller, error) => {
          settle();
          reject(error);
        },
      },
    );
  });
}
