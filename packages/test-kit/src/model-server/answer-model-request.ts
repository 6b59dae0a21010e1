import type { ServerResponse } from 'node:http';
import { createRandom } from '@scalequest/core';
import { makeOwnBody } from './answer-own-request.ts';
import { applyTemplate } from './apply-template.ts';
import { honourSampling } from './honour-sampling.ts';
import type {
  Fault,
  IgnoredField,
  Misbehaviour,
  ModelServerOptions,
  ModelServerReply,
  ModelServerRequest,
} from './model-server-options.ts';
import type { RequestCounts } from './request-counts.ts';
import { makeErrorBody, makeResponseBody, makeStreamEvents } from './response-bodies.ts';
import { shapeMissingModel, shapeResponse } from './server-shapes.ts';
import { createTokenBucket } from './token-bucket.ts';
import { createWordIds } from './word-ids.ts';

/** Answers a request for replies, or does to it what the options say. */
export type AnswerModelRequest = (request: ModelServerRequest, response: ServerResponse) => Promise<void>;

export function createModelRequestAnswerer(options: ModelServerOptions, counts: RequestCounts): AnswerModelRequest {
  const { latencyMs = 0, maxTextLength = Infinity, maxInFlight = Infinity, rateLimit, models } = options;
  const bucket = rateLimit && createTokenBucket(rateLimit, () => performance.now());
  const words = createWordIds();
  let nextId = 0;

  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): void => {
    if (response.destroyed) return;
    counts.answer(status);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const length = String(Buffer.byteLength(text));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
    response.end(text);
  };

  /** Whether the request was turned away at the door, before anything is made of it. */
  const isTurnedAway = (response: ServerResponse): boolean => {
    if (bucket !== undefined && !bucket.take()) {
      const body = makeErrorBody('Rate limit reached.', 'rate_limit_error', 'rate_limit_exceeded');
      const retryAfter = rateLimit?.retryAfter;
      send(response, 429, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
      return true;
    }
    if (counts.getInFlight() > maxInFlight) {
      send(response, 503, makeErrorBody('Overloaded.', 'overloaded_error'));
      return true;
    }
    return false;
  };

  const isRefused = (request: ModelServerRequest, response: ServerResponse): boolean => {
    const model = String(request.body.model);
    if (models !== undefined && !models.includes(model)) {
      const message = `The model \`${model}\` does not exist.`;
      const body = makeErrorBody(message, 'NotFoundError', 'model_not_found');
      send(response, 404, options.shape === undefined ? body : shapeMissingModel(model, options.shape));
      return true;
    }
    if (request.text.length > maxTextLength) {
      const message = `This model's maximum context length is ${maxTextLength} tokens. Please reduce the length.`;
      send(response, 400, makeErrorBody(message, 'invalid_request_error', 'context_length_exceeded'));
      return true;
    }
    const refused = options.refuses?.find((field) => isAskedFor(field, request.body));
    if (refused !== undefined) {
      send(response, 400, makeErrorBody(`'${refused}' is not supported.`, 'invalid_request_error'));
      return true;
    }
    return false;
  };

  /** Half of the events where the stream is to go wrong. */
  const sendStream = (response: ServerResponse, events: readonly string[], fault: Fault | undefined): void => {
    const isHalf = fault !== undefined && streamFaults.includes(fault.kind);
    counts.answer(200);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of isHalf ? events.slice(0, Math.ceil(events.length / 2)) : events) response.write(event);
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'malformed-json') response.write('data: {"choices": [{"index": 0, "de\n\ndata: [DONE]\n\n');
    if (fault?.kind === 'error-event') response.write(`${fault.event ?? engineDied}data: [DONE]\n\n`);
    if (fault?.kind === 'cut') setImmediate(() => response.destroy());
    else response.end();
  };

  const sendHalf = (response: ServerResponse, text: string, { stalls }: { readonly stalls: boolean }): void => {
    const length = String(Buffer.byteLength(text));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    response.write(text.slice(0, Math.ceil(text.length / 2)));
    if (!stalls) setImmediate(() => response.destroy());
  };

  const sendJsonBody = (
    response: ServerResponse,
    { status, text, fault }: { readonly status: number; readonly text: string; readonly fault: Fault | undefined },
  ): void => {
    if (fault?.kind === 'cut' || fault?.kind === 'stall') sendHalf(response, text, { stalls: fault.kind === 'stall' });
    else if (fault?.kind === 'malformed-json') send(response, status, text.slice(0, -10));
    else if (fault?.kind === 'wrong-content-type') send(response, status, text, { 'content-type': 'text/html' });
    else send(response, status, text);
  };

  return async (asked, response) => {
    const request = applyTemplate(asked, options);
    if (isTurnedAway(response)) return;
    counts.accept(asked.text);
    if (isRefused(request, response)) return;

    const fault = findFault(request, options);
    if (fault?.kind === 'hang') return;
    const normalMs = typeof latencyMs === 'number' ? latencyMs : latencyMs(request);
    const waitMs = fault?.kind === 'slow' ? fault.latencyMs : normalMs;
    if (waitMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, waitMs));

    if (fault?.kind === 'reset') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'html-page') {
      send(response, 200, '<html><body>Hello</body></html>', { 'content-type': 'text/html' });
      return;
    }
    if (fault?.kind === 'status') {
      const body = typeof fault.body === 'function' ? fault.body(request) : fault.body;
      send(response, fault.status, body ?? makeErrorBody('It went wrong.', 'server_error'), fault.headers);
      return;
    }
    const { kind } = request;
    if (kind !== 'chat' && kind !== 'completion') {
      const { status, body } = makeOwnBody({ ...request, kind }, options, words);
      sendJsonBody(response, { status, text: JSON.stringify(body), fault });
      return;
    }
    const replies = await makeReplies(request, { ...options, ownSeed: nextId });
    const id = `test-${nextId++}`;
    if (fault?.kind === 'no-choices') replies.length = 0;
    if (fault?.kind === 'fewer-choices') replies.pop();
    const told = dropLogprobs(request, options);
    if (request.body.stream === true) {
      sendStream(response, makeStreamEvents(told, replies, { id, shape: options.shape }), fault);
      return;
    }
    const body = makeResponseBody(told, replies, id);
    const text = JSON.stringify(options.shape === undefined ? body : shapeResponse(body, options.shape));
    sendJsonBody(response, { status: 200, text, fault });
  };
}

/** Faults of the second half of a stream. */
const streamFaults: readonly string[] = ['cut', 'cut-cleanly', 'stall', 'error-event', 'malformed-json'];
const engineDied = `data: ${JSON.stringify({
  error: { message: 'EngineCore encountered an issue.', type: 'InternalServerError', param: null, code: 500 },
})}\n\n`;

function findFault(request: ModelServerRequest, options: ModelServerOptions): Misbehaviour | undefined {
  const { misbehaviours = [], seed = 'model-server' } = options;
  return misbehaviours.find(
    ({ share = 1, when }, index) =>
      (when === undefined || when(request)) &&
      (share >= 1 || createRandom(`${seed}/${index}/${request.timesSeen}/${request.text}`).next() < share),
  );
}

function isAskedFor(field: IgnoredField, body: ModelServerRequest['body']): boolean {
  return field === 'n' ? typeof body.n === 'number' && body.n > 1 : body[field] !== undefined;
}

function dropLogprobs(request: ModelServerRequest, { ignores = [] }: ModelServerOptions): ModelServerRequest {
  return ignores.includes('logprobs') ? { ...request, body: { ...request.body, logprobs: null } } : request;
}

async function makeReplies(
  request: ModelServerRequest,
  options: ModelServerOptions & { readonly ownSeed: number },
): Promise<ModelServerReply[]> {
  const { reply = repeatText, ignores = [], ownSeed } = options;
  const { n } = request.body;
  const firstSeed = ignores.includes('seed') ? ownSeed : request.body.seed;
  const replies: ModelServerReply[] = [];
  for (let choice = 0; choice < (typeof n === 'number' && !ignores.includes('n') ? n : 1); choice++) {
    const seed = typeof firstSeed === 'number' ? firstSeed + choice : undefined;
    const made = reply({ ...request, choice, seed });
    const value = made instanceof Promise ? await made : made;
    replies.push(honourSampling(typeof value === 'string' ? { text: value } : value, request, options));
  }
  return replies;
}

function repeatText({ text, seed }: { readonly text: string; readonly seed: number | undefined }): string {
  return `Reply to ${text}${seed === undefined ? '' : ` with seed ${seed}`}`;
}
