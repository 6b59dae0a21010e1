import { z } from 'zod';
import type { Choice, FinishReason, ScoredToken, TokenLogprob, Usage } from '../model-client.ts';
import { describeShape } from './server-calls/server-call.ts';

/** What a response says, in our words. */
export interface ReadResponse {
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  readonly servedModel: string | undefined;
  readonly systemFingerprint: string | undefined;
}

const text = z.string().nullish();
const scoredToken = z.object({ token: z.string(), logprob: z.number() });
/** A conversation's are one object for each token, a completion's one list for each field. */
const logprobsSchema = z.object({
  content: z.array(scoredToken.extend({ top_logprobs: z.array(scoredToken).nullish() })).nullish(),
  tokens: z.array(z.string()).nullish(),
  token_logprobs: z.array(z.number().nullable()).nullish(),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
});

const responseSchema = z.object({
  model: text,
  system_fingerprint: text,
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        finish_reason: text,
        text,
        message: z.object({ content: text, reasoning_content: text, reasoning: text }).nullish(),
        // Of another shape they are left out: the reply is there all the same.
        logprobs: logprobsSchema.nullish().catch(undefined),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
});

/**
 * Reads the response to a chat or a completion request for n samples, or says why it is none.
 *
 * A thinking model's text comes in `reasoning_content` (vLLM, DeepSeek) or `reasoning` (OpenRouter, newer vLLM) where the
 * server takes it apart; a `<think>` block in the text itself stays there.
 */
export function readResponse(body: unknown, n: number): ReadResponse | { readonly problem: string } {
  const parsed = responseSchema.safeParse(body);
  if (!parsed.success) return { problem: `It is not a completion: ${describeShape(parsed.error)}.` };
  const { choices, usage, model, system_fingerprint: systemFingerprint } = parsed.data;
  if (choices === undefined || choices === null) return { problem: 'It has no choices.' };
  if (choices.length < n) return { problem: `It has ${choices.length} choices, expected ${n}.` };
  const givenUp = choices.find(({ finish_reason: reason }) => reason === 'abort' || reason === 'error');
  if (givenUp !== undefined)
    return { problem: `The server gave a reply up: its finish reason is ${givenUp.finish_reason}.` };
  const inOrder = choices.every(({ index }) => typeof index === 'number')
    ? choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
    : choices;
  return {
    choices: inOrder.slice(0, n).map(({ text, message, finish_reason: finishReason, logprobs: scored }) => {
      const reasoning = message?.reasoning_content ?? message?.reasoning ?? undefined;
      const logprobs = readLogprobs(scored);
      return {
        text: message?.content ?? text ?? '',
        ...(reasoning === undefined || reasoning === '' ? {} : { reasoning }),
        finishReason: toFinishReason(finishReason),
        ...(logprobs === undefined ? {} : { logprobs }),
      };
    }),
    usage:
      typeof usage?.prompt_tokens === 'number' && typeof usage.completion_tokens === 'number'
        ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
        : undefined,
    servedModel: model ?? undefined,
    systemFingerprint: systemFingerprint ?? undefined,
  };
}

/** Undefined where the server gives none. The most probable tokens come first; equal ones keep the server's order. */
function readLogprobs(scored: z.infer<typeof logprobsSchema> | null | undefined): TokenLogprob[] | undefined {
  const { content, tokens, token_logprobs: ownLogprobs, top_logprobs: tops } = scored ?? {};
  if (content !== undefined && content !== null) {
    return content.map(({ token, logprob, top_logprobs: top }) => ({ token, logprob, top: sortTop(top ?? []) }));
  }
  return tokens?.map((token, index) => ({
    token,
    logprob: ownLogprobs?.[index] ?? Number.NaN,
    top: sortTop(Object.entries(tops?.[index] ?? {}).map(([other, logprob]) => ({ token: other, logprob }))),
  }));
}

function sortTop(top: readonly ScoredToken[]): ScoredToken[] {
  return top.toSorted((a, b) => b.logprob - a.logprob).map(({ token, logprob }) => ({ token, logprob }));
}

function toFinishReason(reason: string | null | undefined): FinishReason {
  switch (reason) {
    case 'stop':
    case 'eos':
    case 'stop_sequence':
      return 'stop';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'content-filter';
    default:
      return 'unknown';
  }
}
