import type { ServerResponse } from 'node:http';
import { createRandom } from '@scalequest/core';
import type { Misbehaviour, ModelServerOptions, ModelServerReply, ModelServerRequest } from './model-server-options.ts';
import type { RequestCounts } from './request-counts.ts';
import { makeErrorBody, makeResponseBody, makeStreamEvents } from './response-bodies.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Answers a request for replies, or does to it what the options say. */
export type AnswerModelRequest = (request: ModelServerRequest, response: ServerResponse) => Promise<void>;

export function createModelRequestAnswerer(options: ModelServerOptions, counts: RequestCounts): AnswerModelRequest {
  const { latencyMs = 0, maxTextLength = Infinity, maxInFlight = Infinity, rateLimit, models } = options;
  const bucket = rateLimit && createTokenBucket(rateLimit, () => performance.now());
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
      send(response, 404, makeErrorBody(message, 'NotFoundError', 'model_not_found'));
      return true;
    }
    if (request.text.length > maxTextLength) {
      const message = `This model's maximum context length is ${maxTextLength} tokens. Please reduce the length.`;
      send(response, 400, makeErrorBody(message, 'invalid_request_error', 'context_length_exceeded'));
      return true;
    }
    return false;
  };

  const sendStream = (response: ServerResponse, events: readonly string[], isCut: boolean): void => {
    counts.answer(200);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of isCut ? events.slice(0, Math.ceil(events.length / 2)) : events) response.write(event);
    if (isCut) setImmediate(() => response.destroy());
    else response.end();
  };

  const sendHalf = (response: ServerResponse, text: string): void => {
    const length = String(Buffer.byteLength(text));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    response.write(text.slice(0, Math.ceil(text.length / 2)));
    setImmediate(() => response.destroy());
  };

  return async (request, response) => {
    if (isTurnedAway(response)) return;
    counts.accept(request.text);
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
    const replies = await makeReplies(request, options);
    const id = `test-${nextId++}`;
    if (request.body.stream === true) {
      sendStream(response, makeStreamEvents(request, replies, id), fault?.kind === 'cut');
      return;
    }
    if (fault?.kind === 'no-choices') replies.length = 0;
    if (fault?.kind === 'fewer-choices') replies.pop();
    const text = JSON.stringify(makeResponseBody(request, replies, id));
    if (fault?.kind === 'cut') sendHalf(response, text);
    else if (fault?.kind === 'malformed-json') send(response, 200, text.slice(0, -10));
    else if (fault?.kind === 'wrong-content-type') send(response, 200, text, { 'content-type': 'text/html' });
    else send(response, 200, text);
  };
}

function findFault(request: ModelServerRequest, options: ModelServerOptions): Misbehaviour | undefined {
  const { misbehaviours = [], seed = 'model-server' } = options;
  return misbehaviours.find(
    ({ share = 1, when }, index) =>
      (when === undefined || when(request)) &&
      (share >= 1 || createRandom(`${seed}/${index}/${request.timesSeen}/${request.text}`).next() < share),
  );
}

async function makeReplies(request: ModelServerRequest, options: ModelServerOptions): Promise<ModelServerReply[]> {
  const { reply = repeatText } = options;
  const { n, seed: firstSeed } = request.body;
  const replies: ModelServerReply[] = [];
  for (let choice = 0; choice < (typeof n === 'number' ? n : 1); choice++) {
    const seed = typeof firstSeed === 'number' ? firstSeed + choice : undefined;
    const made = reply({ ...request, choice, seed });
    const value = made instanceof Promise ? await made : made;
    replies.push(typeof value === 'string' ? { text: value } : value);
  }
  return replies;
}

function repeatText({ text, seed }: { readonly text: string; readonly seed: number | undefined }): string {
  return `Reply to ${text}${seed === undefined ? '' : ` with seed ${seed}`}`;
}
