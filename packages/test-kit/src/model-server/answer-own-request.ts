import type { ModelServerOptions, ModelServerRequest, RequestKind } from './model-server-options.ts';
import { makeErrorBody } from './response-bodies.ts';
import type { ServerShape } from './server-shapes.ts';
import type { WordIds } from './word-ids.ts';

/** What servers have beside OpenAI's API. */
export type OwnKind = Exclude<RequestKind, 'chat' | 'completion'>;

type Body = Readonly<Record<string, unknown>>;

/** What each server has; the others have none of it. */
const kinds: Readonly<Partial<Record<ServerShape, readonly OwnKind[]>>> = {
  vllm: ['classify', 'pool', 'tokenize', 'detokenize'],
  sglang: ['classify', 'score', 'tokenize', 'detokenize'],
  'llama.cpp': ['tokenize', 'detokenize'],
};

/** Whether a server of the shape has a path for it. vLLM has that for rewards only where its model gives them. */
export function hasOwnPath(kind: OwnKind, { shape, reward }: ModelServerOptions): boolean {
  if (shape === undefined || kinds[shape]?.includes(kind) !== true) return false;
  return shape !== 'vllm' || reward !== undefined || kind === 'tokenize' || kind === 'detokenize';
}

/** The body of an answer, as a server of the shape writes it, and its status. */
export function makeOwnBody(
  request: ModelServerRequest & { readonly kind: OwnKind },
  options: ModelServerOptions,
  words: WordIds,
): { readonly status: number; readonly body: unknown } {
  const { kind, body } = request;
  if (kind === 'tokenize') return tokenize(body, options, words);
  if (kind === 'detokenize') return detokenize(body, options, words);
  if (options.shape === 'sglang') return rewardAsSglang(request, options);
  return kind === 'classify' ? classifyAsVllm(request, options) : poolAsVllm(request, options);
}

function tokenize(body: Body, { shape, maxModelLength = 32_768 }: ModelServerOptions, words: WordIds): Answer {
  if (shape === 'llama.cpp') {
    // Without its field there is no text, and no error.
    const text = typeof body.content === 'string' ? body.content : '';
    return ok({ tokens: [...(body.add_special === true ? [words.beginning] : []), ...words.toIds(text)] });
  }
  const { prompt, messages } = body;
  const text = typeof prompt === 'string' ? prompt : shape === 'vllm' ? joinTurns(messages) : undefined;
  if (text === undefined) return refuse("Field 'prompt' is missing.");
  const addsSpecial = (body.add_special_tokens ?? typeof prompt === 'string') === true;
  const tokens = [...(addsSpecial ? [words.beginning] : []), ...words.toIds(text)];
  return ok({ count: tokens.length, max_model_len: maxModelLength, tokens });
}

function detokenize(
  { tokens, skip_special_tokens: skips }: Body,
  { shape }: ModelServerOptions,
  words: WordIds,
): Answer {
  if (!Array.isArray(tokens)) return refuse("Field 'tokens' is missing.");
  const kept = shape === 'sglang' && skips !== false ? tokens.filter((id) => id !== words.beginning) : tokens;
  const text = words.toText(kept);
  return ok(shape === 'vllm' ? { prompt: text } : shape === 'sglang' ? { text } : { content: text });
}

function classifyAsVllm(request: ModelServerRequest, options: ModelServerOptions): Answer {
  const reward = getReward(request, options);
  if (reward === undefined) return refuse("Field 'input' is missing.");
  const probs = [activate(reward, request.body)];
  return ok({
    ...{ id: 'classify-1', object: 'list', created: 1_700_000_000, model: request.body.model },
    data: [{ index: 0, label: 'LABEL_0', probs, num_classes: 1 }],
    usage: { prompt_tokens: request.promptTokens, total_tokens: request.promptTokens, completion_tokens: 0 },
  });
}

function poolAsVllm(request: ModelServerRequest, options: ModelServerOptions): Answer {
  const { poolingTasks = ['classify', 'token_classify'] } = options;
  const task = request.body.task ?? poolingTasks[0];
  const reward = getReward(request, options);
  if (reward === undefined) return refuse("Field 'input' is missing.");
  if (!poolingTasks.includes(String(task))) {
    return refuse(`Unsupported task: '${String(task)}' Supported tasks: ${poolingTasks.join(', ')}`);
  }
  const last = [activate(reward, request.body)];
  // The tokens before the last say less of it.
  const vectors = Array.from({ length: request.promptTokens }, (_, index) => [(last[0] ?? 0) * (index / 100)]);
  const data = task === 'classify' ? last : [...vectors.slice(0, -1), last];
  return ok({
    ...{ id: 'pool-1', object: 'list', created: 1_700_000_000, model: request.body.model },
    data: [{ index: 0, object: 'pooling', data }],
    usage: { prompt_tokens: request.promptTokens, total_tokens: request.promptTokens, completion_tokens: 0 },
  });
}

function rewardAsSglang(request: ModelServerRequest, options: ModelServerOptions): Answer {
  const { reward } = options;
  if (reward === undefined) {
    return refuse('This model does not appear to be an embedding model by default. Please add `--is-embedding`.');
  }
  const { text, query, items, label_token_ids: labels } = request.body;
  if (request.kind === 'score') {
    if (!Array.isArray(items) || !Array.isArray(labels)) return refuse("Field 'items' is missing.");
    const scores = items.map((item) => {
      const first = 1 / (1 + Math.exp(-reward({ text: `${String(query)}${String(item)}`, body: request.body })));
      return labels.map((_, index) => (index === 0 ? first : (1 - first) / Math.max(1, labels.length - 1)));
    });
    return ok({ scores, model: request.body.model, usage: null, object: 'scoring' });
  }
  if (typeof text !== 'string') return refuse('At least one of text, input_ids, or image should be provided');
  const info = { id: 'reward-1', finish_reason: null, prompt_tokens: request.promptTokens };
  return ok({ embedding: [reward({ text, body: request.body })], meta_info: info });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function refuse(message: string): Answer {
  return { status: 400, body: makeErrorBody(message, 'BadRequestError') };
}

/** The logit of a text, or of the turns of a conversation, one a line. */
function getReward({ body }: ModelServerRequest, { reward }: ModelServerOptions): number | undefined {
  const text = typeof body.input === 'string' ? body.input : joinTurns(body.messages);
  return text === undefined ? undefined : reward?.({ text, body });
}

function activate(logit: number, body: Body): number {
  return body.use_activation === false ? logit : 1 / (1 + Math.exp(-logit));
}

function joinTurns(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  return messages.map((turn: { readonly content?: unknown }) => String(turn.content)).join('\n');
}
