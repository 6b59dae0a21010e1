import { z } from 'zod';
import type { Choice, FinishReason, Usage } from '../model-client.ts';

/** What a response says, in our words. */
export interface ReadResponse {
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  readonly servedModel: string | undefined;
  readonly systemFingerprint: string | undefined;
}

const text = z.string().nullish();
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
  if (!parsed.success) return { problem: `It is not a completion: ${describe(parsed.error)}.` };
  const { choices, usage, model, system_fingerprint: systemFingerprint } = parsed.data;
  if (choices === undefined || choices === null) return { problem: 'It has no choices.' };
  if (choices.length < n) return { problem: `It has ${choices.length} choices, expected ${n}.` };
  const inOrder = choices.every(({ index }) => typeof index === 'number')
    ? choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
    : choices;
  return {
    choices: inOrder.slice(0, n).map(({ text, message, finish_reason: finishReason }) => {
      const reasoning = message?.reasoning_content ?? message?.reasoning ?? undefined;
      return {
        text: message?.content ?? text ?? '',
        ...(reasoning === undefined || reasoning === '' ? {} : { reasoning }),
        finishReason: toFinishReason(finishReason),
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

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'another shape' : `${issue.path.join('.') || 'body'}: ${issue.message}`;
}
