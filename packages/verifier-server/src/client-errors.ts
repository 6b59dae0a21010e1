import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { formatErrorBody, RequestError, statuses } from './request-error.ts';

const refusals: Readonly<Record<string, RequestError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new RequestError('TIMEOUT', 'The request came too slowly.'),
  HPE_HEADER_OVERFLOW: new RequestError('HEADERS_TOO_LARGE', 'The headers are too large.'),
};

/**
 * Answers what is no request: not HTTP at all, or one that never came to its end. Gives what it answered, and undefined
 * where nobody listens any more.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): RequestError | undefined {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return undefined;
  }
  const refusal = refusals[error.code ?? ''] ?? new RequestError('BAD_HTTP', 'This is not a request of HTTP/1.1.');
  const body = formatErrorBody(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // A client that keeps its half open would keep the connection for ever.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  return refusal;
}

/** What Fastify itself refuses, such as a broken address, keeps its kind; anything else is a fault of ours. */
export function describeUnknownError(error: unknown): RequestError {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === statuses.NOT_JSON) return new RequestError('NOT_JSON', 'The header Content-Type is no media type.');
  return typeof status === 'number' && status < 500
    ? new RequestError('BAD_REQUEST', error instanceof Error ? error.message : 'The request is not understood.')
    : new RequestError('INTERNAL', 'The server failed at this request.');
}
