import type { Token } from 'node-llama-cpp';
import type { FinishReason, Sampling, TokenLogprob } from '../model-client.ts';
import type { BatchLoop, NextToken } from './batch-loop.ts';
import { createReplyText } from './reply-text.ts';
import { sampleToken } from './sample-token.ts';

/** What a reply is written with. */
export interface ReplyTools {
  readonly loop: BatchLoop;
  readonly contextSize: number;
  readonly vocabularySize: number;
  readonly detokenize: (tokens: readonly number[], before?: readonly number[]) => string;
  /** The text of one token, control included. */
  readonly nameToken: (token: number) => string;
  readonly endsReply: (token: number) => boolean;
  /** Tokens that the texts of stops stand for, where one is a word for control. */
  readonly findControlToken: (text: string) => number | undefined;
}

export interface ReplyRequest {
  /** The number of the sequence that is free for it. */
  readonly place: number;
  readonly prompt: readonly number[];
  readonly sampling: Sampling;
  /** Numbers in [0, 1), one for each token. */
  readonly draw: () => number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly text: string;
  readonly finishReason: FinishReason;
  /** The token that ends the reply counts. */
  readonly tokens: number;
  readonly logprobs?: readonly TokenLogprob[];
}

/** Of a larger vocabulary the most probable tokens are looked at: a list of all takes longer than the model itself. */
const allLogitsUpTo = 4096;
const topLogits = 1024;

/** Writes one reply: token by token, until the model, a stop string or a limit ends it. */
export async function generateReply(tools: ReplyTools, request: ReplyRequest): Promise<Reply> {
  const { place, prompt, sampling, draw, signal } = request;
  const { temperature, topP, stop, maxTokens, logprobs: top } = sampling;
  const next = chooseNextOptions(sampling, tools.vocabularySize);
  const stopTokens = new Set(stop.map(tools.findControlToken));
  const reply = createReplyText({ detokenize: tools.detokenize, stop });
  const logprobs: TokenLogprob[] = [];
  const limit = Math.min(maxTokens, tools.contextSize - prompt.length);
  const finish = (tokens: number, finishReason: FinishReason): Reply => {
    const isStopped = reply.end();
    return {
      text: reply.text,
      finishReason: isStopped ? 'stop' : finishReason,
      tokens,
      ...(top === undefined ? {} : { logprobs }),
    };
  };

  let input = prompt;
  for (let count = 1; ; count++) {
    const evaluated = await tools.loop.evaluate({ place, tokens: input, isPrompt: count === 1, next });
    signal.throwIfAborted();
    const token =
      temperature === 0 || evaluated.logits === undefined
        ? evaluated.token
        : (sampleToken(evaluated.logits, { temperature, topP, draw: draw() }) ?? evaluated.token);
    if (tools.endsReply(token) || stopTokens.has(token)) return finish(count, 'stop');
    if (top !== undefined) logprobs.push(describeLogprob(evaluated, { token, top, nameToken: tools.nameToken }));
    if (reply.push(token)) return finish(count, 'stop');
    if (count >= limit) return finish(count, 'length');
    input = [token];
  }
}

/** The logits come as the model gives them: no temperature and no cut has acted on them. */
function chooseNextOptions(
  { temperature, logprobs }: Sampling,
  vocabularySize: number,
): Parameters<BatchLoop['evaluate']>[0]['next'] {
  const weight = logprobs === undefined ? {} : { totalLogitWeight: true };
  if (temperature > 0 && vocabularySize <= allLogitsUpTo) return { token: true, logits: true, ...weight };
  const includeTop = temperature > 0 ? topLogits : logprobs === undefined ? 0 : Math.max(1, logprobs);
  if (includeTop === 0) return { token: true };
  return { token: true, logits: { filter: { tokens: [], includeTop, includeSelected: true } }, ...weight };
}

function describeLogprob(
  { logits, totalLogitWeight }: NextToken,
  {
    token,
    top,
    nameToken,
  }: { readonly token: number; readonly top: number; readonly nameToken: (token: number) => string },
): TokenLogprob {
  const sorted = [...(logits ?? [])].sort(([a, x], [b, y]) => y - x || a - b);
  const highest = sorted[0]?.[1] ?? 0;
  const toLogprob = (logit: number): number => logit - highest - Math.log(totalLogitWeight ?? 1);
  return {
    token: nameToken(token),
    logprob: toLogprob(logits?.get(token as Token) ?? Number.NEGATIVE_INFINITY),
    top: sorted.slice(0, top).map(([id, logit]) => ({ token: nameToken(id), logprob: toLogprob(logit) })),
  };
}
