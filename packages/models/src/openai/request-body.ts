import type { GenerateRequest } from '../model-client.ts';

export interface RequestBodyOptions {
  readonly model: string;
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** Asks for the answer in events, and for its usage in the last of them. */
  readonly stream: boolean;
}

/**
 * The body of a request, every sampling field written out: a server applies the model's own defaults to what is missing.
 * Only an empty list of stops and an absent seed are left out, which no server reads as a value.
 */
export function toRequestBody(
  { prompt, sampling }: GenerateRequest,
  { model, extraBody, stream }: RequestBodyOptions,
): Record<string, unknown> {
  return {
    model,
    ...(prompt.kind === 'chat' ? { messages: prompt.messages } : { prompt: prompt.text }),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    max_tokens: sampling.maxTokens,
    n: sampling.n ?? 1,
    ...(sampling.stop.length === 0 ? {} : { stop: sampling.stop }),
    ...(sampling.seed === undefined ? {} : { seed: sampling.seed }),
    ...askForLogprobs(prompt.kind, sampling.logprobs),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...extraBody,
  };
}

/** A conversation's request has a switch and a number, a completion's the number alone. */
function askForLogprobs(kind: GenerateRequest['prompt']['kind'], top: number | undefined): Record<string, unknown> {
  if (top === undefined) return {};
  return kind === 'chat' ? { logprobs: true, top_logprobs: top } : { logprobs: top };
}
