import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '@scalequest/core';
import type { Misbehaviour, ModelServerOptions, ModelServerReply, ModelServerRequest } from './model-server-options.ts';
import { parseModelRequest, readBody } from './read-request.ts';
import { createRequestCounts, type ModelServerStatistics } from './request-counts.ts';
import { makeErrorBody, makeResponseBody, makeStreamEvents } from './response-bodies.ts';
import { createTokenBucket } from './token-bucket.ts';

/** A running model server. */
export interface ModelServer extends AsyncDisposable {
  /** What a client takes as its base URL: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly getStatistics: () => ModelServerStatistics;
  /** How often each text (last user message or prompt) was let in. Requests answered 429 or 503 for load are not counted. */
  readonly askedTimes: () => Map<string, number>;
  /** Closes every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an OpenAI-compatible server on 127.0.0.1: `/v1/chat/completions`, `/v1/completions` (also streamed) and
 * `/v1/models`. It answers as the options say, and misbehaves as they say, the same way each time. `GET /__stats`
 * gives its counts as JSON, `GET /__asked` the texts and how often each was let in.
 *
 * @example
 * await using server = await startModelServer({ reply: ({ text }) => `You said: ${text}` });
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { misbehaviours = [], seed = 'model-server', latencyMs = 0, maxTextLength = Infinity } = options;
  const { maxInFlight = Infinity, reply = repeatText } = options;
  const counts = createRequestCounts();
  const bucket = options.rateLimit && createTokenBucket(options.rateLimit, () => performance.now());
  let nextId = 0;

  const findFault = (request: ModelServerRequest): Misbehaviour | undefined =>
    misbehaviours.find(
      ({ share = 1, when }, index) =>
        (when === undefined || when(request)) &&
        (share >= 1 || createRandom(`${seed}/${index}/${request.timesSeen}/${request.text}`).next() < share),
    );

  const makeReplies = async (request: ModelServerRequest): Promise<ModelServerReply[]> => {
    const { n, seed: firstSeed } = request.body;
    const replies: ModelServerReply[] = [];
    for (let choice = 0; choice < (typeof n === 'number' ? n : 1); choice++) {
      const choiceSeed = typeof firstSeed === 'number' ? firstSeed + choice : undefined;
      const made = reply({ ...request, choice, seed: choiceSeed });
      const value = made instanceof Promise ? await made : made;
      replies.push(typeof value === 'string' ? { text: value } : value);
    }
    return replies;
  };

  const answerModelRequest = async (request: ModelServerRequest, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      if (response.destroyed) return;
      counts.answer(status);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const length = String(Buffer.byteLength(text));
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
      response.end(text);
    };

    if (bucket !== undefined && !bucket.take()) {
      const retryAfter = options.rateLimit?.retryAfter;
      const body = makeErrorBody('Rate limit reached.', 'rate_limit_error', 'rate_limit_exceeded');
      return send(429, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    }
    if (maxInFlight < Infinity && counts.read().inFlight > maxInFlight)
      return send(503, makeErrorBody('Overloaded.', 'overloaded_error'));
    counts.accept(request.text);

    const model = String(request.body.model);
    if (options.models !== undefined && !options.models.includes(model)) {
      return send(404, makeErrorBody(`The model \`${model}\` does not exist.`, 'NotFoundError', 'model_not_found'));
    }
    if (request.text.length > maxTextLength) {
      const message = `This model's maximum context length is ${maxTextLength} tokens. Please reduce the length.`;
      return send(400, makeErrorBody(message, 'invalid_request_error', 'context_length_exceeded'));
    }

    const fault = findFault(request);
    if (fault?.kind === 'hang') return;
    const wait =
      fault?.kind === 'slow' ? fault.latencyMs : typeof latencyMs === 'number' ? latencyMs : latencyMs(request);
    if (wait > 0) await new Promise<void>((resolve) => setTimeout(resolve, wait));

    if (fault?.kind === 'reset') return void response.destroy();
    if (fault?.kind === 'html-page')
      return send(200, '<html><body>Hello</body></html>', { 'content-type': 'text/html' });
    if (fault?.kind === 'status') {
      const body = typeof fault.body === 'function' ? fault.body(request) : fault.body;
      return send(fault.status, body ?? makeErrorBody('It went wrong.', 'server_error'), fault.headers);
    }
    const replies = await makeReplies(request);
    const id = `test-${nextId++}`;
    if (request.body.stream === true) {
      counts.answer(200);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const events = makeStreamEvents(request, replies, id);
      const sent = fault?.kind === 'cut' ? events.slice(0, Math.ceil(events.length / 2)) : events;
      for (const event of sent) response.write(event);
      if (fault?.kind === 'cut') setImmediate(() => response.destroy());
      else response.end();
      return;
    }
    if (fault?.kind === 'no-choices') replies.length = 0;
    if (fault?.kind === 'fewer-choices') replies.pop();
    const text = JSON.stringify(makeResponseBody(request, replies, id));
    if (fault?.kind === 'malformed-json') return send(200, text.slice(0, -10));
    if (fault?.kind === 'wrong-content-type') return send(200, text, { 'content-type': 'text/html' });
    if (fault?.kind === 'cut') {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      });
      response.write(text.slice(0, Math.ceil(text.length / 2)));
      setImmediate(() => response.destroy());
      return;
    }
    send(200, text);
  };

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (message.url ?? '').split('?')[0];
    if (path === '/__stats') return sendJson(response, 200, counts.read());
    if (path === '/__asked') return sendJson(response, 200, [...counts.askedTimes()]);
    if (options.apiKey !== undefined && message.headers.authorization !== `Bearer ${options.apiKey}`) {
      if (message.method === 'POST') {
        counts.begin('');
        response.once('close', counts.end);
        counts.answer(401);
      }
      message.resume();
      return sendJson(
        response,
        401,
        makeErrorBody('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
      );
    }
    if (path === '/v1/models') {
      const data = (options.models ?? ['test-model']).map((id) => ({ id, object: 'model', owned_by: 'test-kit' }));
      return sendJson(response, 200, { object: 'list', data });
    }
    const kind = path === '/v1/chat/completions' ? 'chat' : path === '/v1/completions' ? 'completion' : undefined;
    if (kind === undefined || message.method !== 'POST') return sendJson(response, 404, { detail: 'Not Found' });
    const parsed = parseModelRequest(kind, await readBody(message));
    if ('problem' in parsed) return sendJson(response, 400, makeErrorBody(parsed.problem, 'invalid_request_error'));
    const timesSeen = counts.begin(parsed.text);
    response.once('close', counts.end);
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
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    getStatistics: counts.read,
    askedTimes: counts.askedTimes,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function repeatText({ text, seed }: { readonly text: string; readonly seed: number | undefined }): string {
  return `Reply to ${text}${seed === undefined ? '' : ` with seed ${seed}`}`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
