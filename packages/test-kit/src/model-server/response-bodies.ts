import type { ModelServerReply, ModelServerRequest } from './model-server-options.ts';
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

/** The same reply as server-sent events: the words one by one, then the reason, then `[DONE]`. */
export function makeStreamEvents(
  request: ModelServerRequest,
  replies: readonly ModelServerReply[],
  id: string,
): readonly string[] {
  const isChat = request.kind === 'chat';
  const makeEvent = (index: number, part: object, finishReason: string | null): string => {
    const choice = { index, ...part, finish_reason: finishReason };
    const object = isChat ? 'chat.completion.chunk' : 'text_completion';
    return `data: ${JSON.stringify({ id, object, model: request.body.model, choices: [choice] })}\n\n`;
  };
  const events = replies.flatMap((reply, index) => {
    const words = reply.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    const reason = reply.finishReason === undefined ? 'stop' : reply.finishReason;
    const reasoning = reply.reasoning;
    return [
      ...(isChat && reasoning !== undefined
        ? [makeEvent(index, { delta: { reasoning_content: reasoning } }, null)]
        : []),
      ...words.map((word) => makeEvent(index, isChat ? { delta: { content: word } } : { text: word }, null)),
      makeEvent(index, isChat ? { delta: {} } : { text: '' }, reason),
    ];
  });
  return [...events, 'data: [DONE]\n\n'];
}

/** The body of an error, as OpenAI and vLLM write it. */
export function makeErrorBody(message: string, type: string, code: string | null = null): object {
  return { error: { message, type, param: null, code } };
}
