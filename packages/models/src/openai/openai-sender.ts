import type OpenAi from 'openai';
import { createCancellation, followSignal } from '../scheduling/cancellation.ts';
import type { BaseUrl } from './base-url.ts';
import { getBody, getHeader, type HttpAnswer, isSuccess } from './http-exchange.ts';
import { loadOpenAi } from './load-packages.ts';
import type { OutgoingRequest, Post, TransportAnswer } from './transport.ts';

/** Node fires a timer with a longer delay at once. */
const noTimeoutMs = 2 ** 31 - 1;

/** How the fetch hands over what it got: the client's errors keep less of an answer than ours say. */
interface Capture {
  answer?: HttpAnswer;
  error?: unknown;
}

/**
 * Sends through the `openai` package, whose requests follow its API; the connections are ours.
 *
 * It never sees the key, so its errors and logs cannot hold it, and its headers are not used: it reads some of them from
 * the environment (organisation, project, custom headers), which is the command's to read.
 */
export function createOpenAiSender(
  baseUrl: BaseUrl,
  post: Post,
): (request: OutgoingRequest) => Promise<TransportAnswer> {
  let client: OpenAi | undefined;

  const fetchThroughPost = async (
    url: unknown,
    init: RequestInit & { readonly capture?: Capture } = {},
  ): Promise<Response> => {
    const { capture = {}, body, signal } = init;
    try {
      const answer = await post({
        path: `${baseUrl.path}${String(url).slice(baseUrl.text.length)}`,
        json: String(body),
        cancellation: signal === null || signal === undefined ? createCancellation() : followSignal(signal),
      });
      capture.answer = answer;
      return toResponse(answer);
    } catch (error) {
      capture.error = error;
      throw error;
    }
  };

  const getClient = (): OpenAi => {
    client ??= new (loadOpenAi())({
      baseURL: baseUrl.text,
      apiKey: 'kept-apart',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: noTimeoutMs,
      logLevel: 'off',
      fetch: fetchThroughPost as typeof fetch,
    });
    return client;
  };

  return async ({ path, body, cancellation }) => {
    const openAi = getClient();
    const capture: Capture = {};
    try {
      // Not its `completions.create`, which would read the events of a stream that is read here already.
      const parsed: unknown = await openAi.post(path, {
        body,
        signal: cancellation.signal,
        fetchOptions: { capture } as object,
      });
      if (capture.answer === undefined) throw new Error('The openai client answered without a request.');
      return { http: capture.answer, parsed };
    } catch (error) {
      if (capture.answer !== undefined) return { http: capture.answer, parsed: undefined };
      throw capture.error ?? error;
    }
  };
}

/** The parts of a Response that the client reads. A real one makes a stream of the body. */
function toResponse(answer: HttpAnswer): Response {
  const { status, headers, text } = answer;
  // Some servers label their JSON as something else; what is none fails in the parser.
  const seen = { ...headers, 'content-type': 'application/json' };
  const response = {
    ok: isSuccess(answer),
    status,
    headers: {
      get: (name: string) => getHeader(seen, name),
      entries: () => Object.keys(seen).map((name) => [name, getHeader(seen, name)]),
    },
    body: null,
    text: async () => text,
    json: async () => getBody(answer),
  };
  return response as unknown as Response;
}
