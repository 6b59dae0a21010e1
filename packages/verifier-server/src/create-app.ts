import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '@scalequest/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Admission } from './admission.ts';
import { isAuthorized } from './bearer-token.ts';
import { describeUnknownError } from './client-errors.ts';
import type { ItemsJudge } from './items-judge.ts';
import { judgeRequest } from './judge-request.ts';
import type { Metrics } from './metrics.ts';
import { formatErrorBody, RequestError } from './request-error.ts';
import type { ServerLimits } from './server-limits.ts';
import { watchRequests } from './watch-requests.ts';

export interface AppParts {
  readonly limits: ServerLimits;
  readonly token: Secret | undefined;
  readonly admission: Admission;
  readonly judge: ItemsJudge;
  readonly metrics: Metrics;
  /** The OpenAPI document. */
  readonly document: object;
  readonly isStopping: () => boolean;
  /** Told of what its client sees as `INTERNAL` only. */
  readonly onFault: (error: unknown) => void;
}

export interface App {
  readonly app: FastifyInstance;
  /** Requests that have no whole answer yet. */
  readonly countActive: () => number;
}

/** A pause between two batches of a training is no reason to open another connection. */
const keepAliveTimeoutMs = 75_000;

/** How long a probe waits for threads that start, in milliseconds; those who send probes wait a second. */
const mostProbeMs = 500;

const paths = ['/verify', '/healthz', '/readyz', '/metrics', '/openapi.json'];

/** The routes, and what every answer has in common. Whatever is refused is `{"error": {"code", "message"}}`. */
export function createApp({ limits, token, admission, judge, metrics, document, isStopping, onFault }: AppParts): App {
  const { requestTimeoutMs, headersTimeoutMs } = limits;
  const app = fastify({
    // A request that comes while the server stops is refused in our own words.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    http: {
      // Looked at by us, so that this refusal has the shape of all others.
      requireHostHeader: false,
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      connectionsCheckingInterval: Math.max(50, Math.min(headersTimeoutMs, requestTimeoutMs, 4000) / 4),
    },
    clientErrorHandler: (error, socket) => requests.refuse(error, socket),
    frameworkErrors: (error, _request, reply) => sendRefusal(reply, describeUnknownError(error)),
  });
  const { server } = app;
  server.maxConnections = limits.maxConnections;
  const requests = watchRequests(server, metrics.countRequest);
  // A wish that we do not know is passed over; Node would refuse it in words of its own.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // Whoever asks before it sends a body is told to go on when the body is wanted.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));

  app.addHook('onRequest', async ({ raw, headers }) => {
    if (isStopping()) throw new RequestError('STOPPING', 'The server is stopping.', 5);
    if (raw.httpVersion === '1.1' && headers.host === undefined)
      throw new RequestError('BAD_HTTP', 'The request has no header Host.');
  });
  app.addHook('onSend', async (_request, reply) => {
    limitAnswerTime(reply.raw, requestTimeoutMs);
    if (isStopping()) reply.header('connection', 'close');
  });
  const requireToken = async ({ headers }: FastifyRequest): Promise<void> => {
    if (token !== undefined && !isAuthorized(headers.authorization, token))
      throw new RequestError('UNAUTHORIZED', 'The bearer token is missing or wrong.');
  };
  // Bodies are read by the one route that has any, which counts them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  const probeWorkers = createWorkersProbe(judge);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (admission.isFull) throw new RequestError('NOT_READY', 'The server is at its limit.', 1);
    await probeWorkers();
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

  app.setNotFoundHandler(async ({ url, method }, reply) => {
    const path = url.replace(/\?.*$/s, '');
    if (!paths.includes(path))
      throw new RequestError('NOT_FOUND', `There is nothing here. Known are ${paths.join(', ')}.`);
    reply.header('allow', path === '/verify' ? 'POST' : 'GET, HEAD');
    throw new RequestError('METHOD_NOT_ALLOWED', `${path} does not take ${method}.`);
  });
  app.setErrorHandler(async (error, { raw }, reply) => {
    const refusal = error instanceof RequestError ? error : describeUnknownError(error);
    // What fails because its connection was given up is no fault.
    if (refusal.code === 'INTERNAL' && !raw.socket.destroyed) onFault(error);
    return sendRefusal(reply, refusal);
  });
  return { app, countActive: requests.countActive };
}

/**
 * Starts threads that were lost, one start at a time, and throws where they do not start. A start that takes long is let be,
 * unless the one before it failed.
 */
function createWorkersProbe(judge: ItemsJudge): () => Promise<void> {
  let starting: Promise<void> | undefined;
  let hasFailed = false;
  const start = async (): Promise<void> => {
    try {
      await judge.start();
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      starting = undefined;
    }
  };
  return async () => {
    starting ??= start();
    const failed = new RequestError('WORKERS_FAILED', 'The worker threads do not start.', 5);
    const isStarted = await Promise.race([
      starting.then(
        () => true,
        () => Promise.reject(failed),
      ),
      sleep(mostProbeMs, false, { ref: false }),
    ]);
    if (!isStarted && hasFailed) throw failed;
  };
}

function sendRefusal(reply: FastifyReply, refusal: RequestError): FastifyReply {
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds);
  if (refusal.code === 'UNAUTHORIZED') reply.header('www-authenticate', 'Bearer');
  // Its body may still come, and would look like the next request.
  if (refusal.code === 'TIMEOUT') reply.header('connection', 'close');
  return reply.code(refusal.status).type('application/json; charset=utf-8').send(formatErrorBody(refusal));
}

/** Leaves a client that does not take its answer, in whatever small pieces. An answer may have to wait for one before it. */
function limitAnswerTime(response: ServerResponse, timeoutMs: number): void {
  const start = (): void => {
    const timer = setTimeout(() => response.destroy(), timeoutMs);
    response.once('close', () => clearTimeout(timer));
  };
  if (response.socket === null) response.once('socket', start);
  else start();
}
