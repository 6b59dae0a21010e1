import type { Dispatcher, Pool } from 'undici';
import type { Cancellation } from '../scheduling/cancellation.ts';

export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A whole HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. A name that came several times has a list. */
  readonly headers: AnswerHeaders;
  readonly text: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly cancellation: Cancellation;
}

/**
 * Sends one request and reads the whole answer. Works on the pool's handlers and not on its `request`, which makes a
 * stream for each body.
 */
export function exchange(pool: Pool, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, body = null, cancellation } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let answerHeaders: AnswerHeaders = {};
    const chunks: Buffer[] = [];

    const abort = (): void => {
      const error = new DOMException('The request was aborted.', 'AbortError');
      controller?.abort(error);
      reject(error);
    };
    if (cancellation.isCancelled) return abort();
    const settle = cancellation.onCancel(abort);

    pool.dispatch(
      { method, path, headers, body },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a connection, and was aborted meanwhile.
          if (cancellation.isCancelled) abort();
        },
        onResponseStart: (_controller, statusCode, fields) => {
          status = statusCode;
          answerHeaders = fields;
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          settle();
          resolve({ status, headers: answerHeaders, text: joinText(chunks) });
        },
        onResponseError: (_controller, error) => {
          settle();
          reject(error);
        },
      },
    );
  });
}

/** Most answers come in one piece, which needs no copy. */
function joinText(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString('utf8');
}

/** One header of an answer, as `Headers.get` would give it. */
export function getHeader(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}
