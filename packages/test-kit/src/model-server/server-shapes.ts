/**
 * Servers whose bodies it can write, as their documentation and recorded answers show them: what each adds to a reply, lists
 * of its models, and says of one that it has not.
 */
export type ServerShape = 'vllm' | 'sglang' | 'llama.cpp' | 'ollama';

type Body = Readonly<Record<string, unknown>>;

interface Shape {
  readonly message: Body;
  readonly choice: Body;
  readonly response: Body;
  /** One entry of `/v1/models`. */
  readonly listed: (id: string, length: number | undefined) => Body;
  readonly makeMissing: (model: string) => Body;
}

const shapes: Readonly<Record<ServerShape, Shape>> = {
  vllm: {
    message: { refusal: null, annotations: null, audio: null, function_call: null, tool_calls: [], reasoning: null },
    choice: { stop_reason: null, token_ids: null },
    response: { service_tier: null, prompt_logprobs: null, prompt_token_ids: null, kv_transfer_params: null },
    listed: (id, length) => ({
      ...{ id, object: 'model', created: 1_700_000_000, owned_by: 'vllm', root: id, parent: null, permission: [] },
      max_model_len: length ?? 32_768,
    }),
    makeMissing: (model) => ({
      error: { message: `The model \`${model}\` does not exist.`, type: 'NotFoundError', param: 'model', code: 404 },
    }),
  },
  sglang: {
    message: { reasoning_content: null, tool_calls: null },
    choice: { matched_stop: null },
    response: { metadata: { weight_version: 'default' } },
    listed: (id, length) => ({
      ...{ id, object: 'model', created: 1_700_000_000, owned_by: 'sglang', root: id, parent: null },
      max_model_len: length ?? 32_768,
    }),
    makeMissing: (model) => ({
      ...{
        object: 'error',
        message: `The model '${model}' does not exist`,
        type: 'NotFoundError',
        param: null,
        code: 404,
      },
    }),
  },
  'llama.cpp': {
    message: {},
    choice: {},
    response: { system_fingerprint: 'b9992-test', timings: { prompt_n: 24, predicted_n: 1 } },
    listed: (id, length) => ({
      ...{ id: `models/${id}.gguf`, aliases: [id], object: 'model', created: 1_700_000_000, owned_by: 'llamacpp' },
      meta: { vocab_type: 2, n_vocab: 151_936, n_ctx_train: 131_072, n_ctx: length ?? 32_768 },
    }),
    makeMissing: (model) => ({ error: { code: 404, message: `model '${model}' not found`, type: 'not_found_error' } }),
  },
  ollama: {
    message: {},
    choice: {},
    response: { system_fingerprint: 'fp_ollama' },
    listed: (id) => ({ id: `${id}:latest`, object: 'model', created: 1_700_000_000, owned_by: 'library' }),
    makeMissing: (model) => ({
      error: {
        message: `model '${model}' not found, try pulling it first`,
        type: 'api_error',
        param: null,
        code: null,
      },
    }),
  },
};

/** A response as this server writes it. */
export function shapeResponse(body: Body, shape: ServerShape): Body {
  const { message, choice, response } = shapes[shape];
  const choices = (body.choices as readonly Body[]).map((one) => ({
    ...choice,
    ...one,
    ...(one.message === undefined ? {} : { message: { ...message, ...(one.message as Body) } }),
  }));
  return { ...body, choices, ...response };
}

export function shapeListedModel(id: string, length: number | undefined, shape: ServerShape): Body {
  return shapes[shape].listed(id, length);
}

export function shapeMissingModel(model: string, shape: ServerShape): Body {
  return shapes[shape].makeMissing(model);
}
