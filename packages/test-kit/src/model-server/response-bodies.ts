import type { ModelServerReply, ModelServerRequest } from './model-server-options.ts';
import type { ServerShape } from './server-shapes.ts';
import { countWords } from './words.ts';

/** The JSON body of a reply that is not streamed. */
export function makeResponseBody(
  request: ModelServerRequest,
  replies: readonly ModelServerReply[],
  id: string,
): Readonly<Record<string, unknown>> {
  const completionTokens = replies.reduce(
    (sum, reply) => sum + countWords(reply.text) + countWords(reply.reasoning ?? ''),
    0,
  );
  const { promptTokens } = request;
  return {
    id,
    object: request.kind === 'chat' ? 'chat.completion' : 'text_completion',
    created: 1_700_000_000,
    model: request.body.model,
    system_fingerprint: 'fp_test_kit',
    choices: replies.map((reply, index) => ({
      index,
      ...(request.kind === 'chat'
        ? {
            message: {
              role: 'assistant',
              content: reply.text,
              ...(reply.reasoning === undefined ? {} : { reasoning_content: reply.reasoning }),
            },
          }
        : { text: reply.text }),
      logprobs: makeLogprobs(request, reply.text),
      finish_reason: reply.finishReason === undefined ? 'stop' : reply.finishReason,
    })),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

/** A tenth of a nat a word, where they are asked for. */
function makeLogprobs({ kind, body }: ModelServerRequest, text: string): object | null {
  if (body.logprobs === undefined || body.logprobs === false || body.logprobs === null) return null;
  const words = text.match(/\s*\S+/g) ?? [];
  return kind === 'chat'
    ? { content: words.map((token) => ({ token, logprob: -0.1, top_logprobs: [{ token, logprob: -0.1 }] })) }
    : { tokens: words, token_logprobs: words.map(() => -0.1), top_logprobs: words.map((word) => ({ [word]: -0.1 })) };
}

/**
 * The same reply as server-sent events: the words one by one, those of several choices by turns, then each one's reason, the
 * usage where it is asked for, and `[DONE]`.
 */
export function makeStreamEvents(
  request: ModelServerRequest,
  replies: readonly ModelServerReply[],
  { id, shape }: { readonly id: string; readonly shape: ServerShape | undefined },
): readonly string[] {
  const isChat = request.kind === 'chat';
  const object = isChat ? 'chat.completion.chunk' : 'text_completion';
  const base = { id, object, created: 1_700_000_000, model: request.body.model, system_fingerprint: 'fp_test_kit' };
  const makeEvent = (parts: object): string => `data: ${JSON.stringify({ ...base, ...parts })}\n\n`;
  const events = replies.map((reply, index) => {
    const makePart = (part: object, text: string, finishReason: string | null = null): string =>
      makeEvent({
        choices: [{ index, ...part, logprobs: makeLogprobs(request, text), finish_reason: finishReason }],
      });
    const words = reply.text.match(/\s*\S+\s*$|\s*\S+|^\s+$/g) ?? [];
    const { reasoning, finishReason = 'stop' } = reply;
    return [
      ...(isChat && shape !== undefined ? [makePart({ delta: { role: 'assistant', content: '' } }, '')] : []),
      ...(isChat && reasoning !== undefined ? [makePart({ delta: { reasoning_content: reasoning } }, '')] : []),
      ...words.map((word) => makePart(isChat ? { delta: { content: word } } : { text: word }, word)),
      makePart(isChat ? { delta: {} } : { text: '' }, '', finishReason),
    ];
  });
  const longest = Math.max(0, ...events.map(({ length }) => length));
  const byTurns = Array.from({ length: longest }, (_, turn) => events.flatMap((own) => own[turn] ?? [])).flat();
  const usage = makeResponseBody(request, replies, id).usage;
  return [...byTurns, ...(asksForUsage(request) ? [makeEvent({ choices: [], usage })] : []), 'data: [DONE]\n\n'];
}

function asksForUsage({ body }: ModelServerRequest): boolean {
  const { stream_options: options } = body;
  return (
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  );
}

/** The body of an error, as OpenAI and vLLM write it. */
export function makeErrorBody(message: string, type: string, code: string | null = null): object {
  return { error: { message, type, param: null, code } };
}
