import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { formatErrorBody, RequestError } from './request-error.ts';

const refusals: Readonly<Record<string, RequestError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new RequestError('TIMEOUT', 'The request came too slowly.'),
  HPE_HEADER_OVERFLOW: new RequestError('HEADERS_TOO_LARGE', 'The headers are too large.'),
};

/** Answers, where that is still possible, what is no request: not HTTP at all, or one that never came to its end. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): RequestError {
  const refusal = refusals[error.code ?? ''] ?? new RequestError('BAD_HTTP', 'This is not a request of HTTP/1.1.');
  // After a reset nobody listens.
  if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
  else {
    const body = formatErrorBody(refusal);
    const head = [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    // A client that keeps its half open would keep the connection for ever.
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  }
  return refusal;
}

/** What Fastify itself refuses, such as a broken address, keeps its kind; anything else is a fault of ours. */
export function describeUnknownError(error: unknown): RequestError {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status < 500
    ? new RequestError('BAD_REQUEST', error instanceof Error ? error.message : 'The request is not understood.')
    : new RequestError('INTERNAL', 'The server failed at this request.');
}
