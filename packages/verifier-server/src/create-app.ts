import type { Secret } from '@scalequest/core';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Admission } from './admission.ts';
import { isAuthorized } from './bearer-token.ts';
import { answerClientError, describeUnknownError } from './client-errors.ts';
import type { ItemsJudge } from './items-judge.ts';
import { judgeRequest } from './judge-request.ts';
import type { Metrics } from './metrics.ts';
import { formatErrorBody, RequestError } from './request-error.ts';
import type { ServerLimits } from './server-limits.ts';

export interface AppParts {
  readonly limits: ServerLimits;
  readonly token: Secret | undefined;
  readonly admission: Admission;
  readonly judge: ItemsJudge;
  readonly metrics: Metrics;
  /** The OpenAPI document. */
  readonly document: object;
  readonly isStopping: () => boolean;
}

export interface App {
  readonly app: FastifyInstance;
  /** Requests that have no whole answer yet. */
  readonly countActive: () => number;
}

/** A pause between two batches of a training is no reason to open another connection. */
const keepAliveTimeoutMs = 75_000;

const paths = ['/verify', '/healthz', '/readyz', '/metrics', '/openapi.json'];

/** The routes, and what every answer has in common. Whatever is refused is `{"error": {"code", "message"}}`. */
export function createApp({ limits, token, admission, judge, metrics, document, isStopping }: AppParts): App {
  const { requestTimeoutMs, headersTimeoutMs } = limits;
  const app = fastify({
    // A request that comes while the server stops is refused in our own words.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      connectionsCheckingInterval: Math.max(50, Math.min(headersTimeoutMs, requestTimeoutMs, 4000) / 4),
    },
    clientErrorHandler: (error, socket) => metrics.countRequest(String(answerClientError(error, socket).status)),
  });
  app.server.maxConnections = limits.maxConnections;

  let active = 0;
  app.addHook('onRequest', async (_request, reply) => {
    const { raw } = reply;
    active++;
    raw.once('close', () => {
      active--;
      // A client that goes away before its answer is counted, too.
      metrics.countRequest(raw.writableFinished ? String(raw.statusCode) : 'aborted');
    });
    if (isStopping()) throw new RequestError('STOPPING', 'The server is stopping.', 5);
  });
  app.addHook('onSend', async (request, reply) => {
    // A client that does not read its answer is left; the clock starts again with every piece that it takes.
    request.raw.socket.setTimeout(requestTimeoutMs);
    if (isStopping()) reply.header('connection', 'close');
  });
  const requireToken = async ({ headers }: FastifyRequest): Promise<void> => {
    if (token !== undefined && !isAuthorized(headers.authorization, token))
      throw new RequestError('UNAUTHORIZED', 'The bearer token is missing or wrong.');
  };
  // Bodies are read by the one route that has any, which counts them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (admission.isFull) throw new RequestError('NOT_READY', 'The server is at its limit.', 1);
    return { status: 'ready' };
  });
  app.get('/openapi.json', async () => document);
  app.get('/metrics', { onRequest: requireToken }, async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.render();
  });
  app.post('/verify', { onRequest: requireToken }, (request, reply) =>
    judgeRequest({ request: request.raw, response: reply.raw }, { limits, admission, judge }),
  );

  app.setNotFoundHandler(async ({ url, method }) => {
    const path = url.replace(/\?.*$/s, '');
    throw paths.includes(path)
      ? new RequestError('METHOD_NOT_ALLOWED', `${path} does not take ${method}.`)
      : new RequestError('NOT_FOUND', `There is nothing here. Known are ${paths.join(', ')}.`);
  });
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = error instanceof RequestError ? error : describeUnknownError(error);
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds);
    if (refusal.code === 'UNAUTHORIZED') reply.header('www-authenticate', 'Bearer');
    return reply.code(refusal.status).type('application/json; charset=utf-8').send(formatErrorBody(refusal));
  });
  return { app, countActive: () => active };
}
