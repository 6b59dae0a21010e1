import type { Dispatcher, Pool } from 'undici';
import type { Cancellation } from '../scheduling/cancellation.ts';
import { createStreamReader, type StreamedAnswer, type StreamReader } from './stream-reader.ts';
import { type SilenceOptions, type SilenceWatch, watchSilence } from './watch-silence.ts';

export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A whole HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. A name that came several times has a list. */
  readonly headers: AnswerHeaders;
  readonly text: string;
  /** Of a success that came as a stream of events, what they say together; its `text` is empty. */
  readonly streamed?: StreamedAnswer;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly cancellation: Cancellation;
  /** Ends an exchange in which nothing comes for too long, from the sending on. @defaultValue it may take its time */
  readonly silence?: SilenceOptions | undefined;
}

/**
 * Sends one request and reads the whole answer. Works on the pool's handlers and not on its `request`, which makes a
 * stream for each body.
 */
export function exchange(pool: Pool, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, body = null, cancellation, silence } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let answerHeaders: AnswerHeaders = {};
    const chunks: Buffer[] = [];
    let reader: StreamReader | undefined;
    let watch: SilenceWatch | undefined;
    let isOver = false;

    const settle = (): void => {
      isOver = true;
      stopListening();
      watch?.stop();
    };
    const answer = (): void => {
      settle();
      const streamed = reader?.end();
      const text = joinText(chunks);
      resolve({ status, headers: answerHeaders, text, ...(streamed === undefined ? {} : { streamed }) });
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const abort = (): void => {
      const error = new DOMException('The request was aborted.', 'AbortError');
      fail(error);
      controller?.abort(error);
    };
    let stopListening = (): void => undefined;
    if (cancellation.isCancelled) return abort();
    stopListening = cancellation.onCancel(abort);
    if (silence !== undefined) {
      watch = watchSilence(silence, (error) => {
        if (reader?.isDone === true) answer();
        else fail(error);
        controller?.abort(error);
      });
    }

    pool.dispatch(
      { method, path, headers, body },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a connection, and was given up meanwhile.
          if (isOver) started.abort(new DOMException('The request was aborted.', 'AbortError'));
        },
        onResponseStart: (_controller, statusCode, fields) => {
          status = statusCode;
          answerHeaders = fields;
          watch?.hear();
          if (isEventStream(status, fields)) reader = createStreamReader();
        },
        onResponseData: (data, chunk) => {
          if (isOver) return;
          watch?.hear();
          if (reader === undefined) chunks.push(chunk);
          else reader.push(chunk);
          if (reader?.hasFailed !== true) return;
          answer();
          data.abort(new Error('The rest of a failed stream is not waited for.'));
        },
        onResponseEnd: () => {
          if (!isOver) answer();
        },
        onResponseError: (_controller, error) => {
          if (isOver) return;
          if (reader?.isDone === true) answer();
          else fail(error);
        },
      },
    );
  });
}

function isEventStream(status: number, headers: AnswerHeaders): boolean {
  return isSuccess({ status }) && /^text\/event-stream\b/i.test(getHeader(headers, 'content-type') ?? '');
}

/** Most answers come in one piece, which needs no copy. */
function joinText(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString('utf8');
}

export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** One header of an answer, as `Headers.get` would give it. */
export function getHeader(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}

/** The body of an answer as JSON, or what a stream makes of it; undefined where it is none. */
export function getBody({ text, streamed }: HttpAnswer): unknown {
  if (streamed !== undefined) return streamed.kind === 'body' ? streamed.body : undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
