import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createModelRequestAnswerer } from './answer-model-request.ts';
import { hasOwnPath } from './answer-own-request.ts';
import type { ModelServerOptions, RequestKind } from './model-server-options.ts';
import { parseModelRequest, readBody } from './read-request.ts';
import { createRequestCounts, type ModelServerStatistics } from './request-counts.ts';
import { makeErrorBody } from './response-bodies.ts';
import { shapeListedModel } from './server-shapes.ts';

/** A running model server. */
export interface ModelServer extends AsyncDisposable {
  /** What a client takes as its base URL: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly getStatistics: () => ModelServerStatistics;
  /** How often each text (last user message or prompt) was let in; refusals for too much load are not counted. */
  readonly askedTimes: () => Map<string, number>;
  /** Closes every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an OpenAI-compatible server on 127.0.0.1: `/v1/chat/completions`, `/v1/completions` (also streamed),
 * `/v1/models`, and what the server has beside them whose `shape` it takes. It answers as the options say, and misbehaves as they say, the same way each time. `GET /__stats`
 * gives its counts as JSON, `GET /__asked` the texts and how often each was let in.
 *
 * @example
 * await using server = await startModelServer({ reply: ({ text }) => `You said: ${text}` });
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { apiKey, models = ['test-model'], prefix = '' } = options;
  const counts = createRequestCounts(options);
  const answerModelRequest = createModelRequestAnswerer(options, counts);

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = (message.url ?? '').split('?')[0] ?? '';
    const path = asked.startsWith(prefix) ? asked.slice(prefix.length) : undefined;
    if (path === '/__stats') return sendJson(response, 200, counts.read());
    if (path === '/__asked') return sendJson(response, 200, [...counts.askedTimes()]);
    const isPost = message.method === 'POST';
    if (apiKey !== undefined && message.headers.authorization !== `Bearer ${apiKey}`) {
      message.resume();
      if (isPost) counts.begin('', response);
      if (isPost) counts.answer(401);
      const body = makeErrorBody('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key');
      return sendJson(response, 401, body);
    }
    if (path === '/v1/models') {
      const { maxModelLength, shape, listing = 'all' } = options;
      if (listing === 'missing') return sendJson(response, 404, { detail: 'Not Found' });
      const length = maxModelLength === undefined ? {} : { max_model_len: maxModelLength };
      const data = models.map((id) =>
        shape === undefined
          ? { id, object: 'model', owned_by: 'test-kit', ...length }
          : shapeListedModel(id, maxModelLength, shape),
      );
      return sendJson(response, 200, { object: 'list', data: listing === 'empty' ? [] : data });
    }
    const kind = kinds.get(path ?? '');
    if (kind === undefined || !isPost || !hasPath(kind, options)) {
      message.resume();
      return sendJson(response, 404, { detail: 'Not Found' });
    }
    const parsed = parseModelRequest(kind, await readBody(message));
    if ('problem' in parsed) return sendJson(response, 400, makeErrorBody(parsed.problem, 'invalid_request_error'));
    const timesSeen = counts.begin(parsed.text, response);
    await answerModelRequest({ ...parsed, headers: message.headers, timesSeen }, response);
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else sendJson(response, 500, makeErrorBody(`The test server failed: ${String(error)}`, 'test_kit_error'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    baseUrl: `http://127.0.0.1:${port}${prefix}/v1`,
    port,
    getStatistics: counts.read,
    askedTimes: counts.askedTimes,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const kinds: ReadonlyMap<string, RequestKind> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'completion'],
  ['/v1/score', 'score'],
  ['/classify', 'classify'],
  ['/pooling', 'pool'],
  ['/tokenize', 'tokenize'],
  ['/detokenize', 'detokenize'],
]);

function hasPath(kind: RequestKind, options: ModelServerOptions): boolean {
  if (options.lacks?.includes(kind) === true) return false;
  return kind === 'chat' || kind === 'completion' || hasOwnPath(kind, options);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
