import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '@scalequest/core';
import {
  type ChatMessage,
  type GenerateRequest,
  type GenerateResponse,
  type ModelClient,
  ModelsError,
  type Sampling,
} from '@scalequest/models';
import type { RunNeeds } from '../describe-needs.ts';

/** A server as a run reaches it. */
export interface ProbedEndpoint {
  /** Its base URL. */
  readonly name: string;
  /** Of this server alone; each request is sent once, `maxAttempts` 1. */
  readonly client: ModelClient;
  /** What else to look at where it cannot be reached. */
  readonly hint?: string;
  /** What it says that it serves; undefined where it does not say. */
  readonly listModels: () => Promise<readonly { readonly id: string; readonly maxLength?: number }[] | undefined>;
}

export type Answer = { readonly response: GenerateResponse } | { readonly error: ModelsError };

export interface Probe {
  /** Sent as turns, or, where the run sends raw text, the last one as text. */
  readonly turns: readonly ChatMessage[];
  readonly sampling: Partial<Sampling> & { readonly maxTokens: number };
  /** Tells apart two requests that are the same. @defaultValue 0 */
  readonly time?: number;
  /** @defaultValue as the run sends it */
  readonly kind?: RunNeeds['kind'];
  /** Whether what may pass, such as a 500, is tried again. @defaultValue true */
  readonly isPatient?: boolean;
}

/** Asks probes, each once however many checks want it, and counts what they cost. */
export interface Prober {
  readonly kind: RunNeeds['kind'];
  readonly ask: (probe: Probe) => Promise<Answer>;
  /** Tokens of a prompt of so many known words, and of several turns of them. Undefined where the server counts none. */
  readonly count: (...turns: readonly Filler[]) => Promise<number | undefined>;
  readonly getUsed: () => Used;
}

/** A turn of so many words. */
export interface Filler {
  readonly role?: ChatMessage['role'];
  readonly words: number;
}

export interface Used {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What may be otherwise the next time, as it is in a run. */
const passingCodes: ReadonlySet<string> = new Set(['SERVER_FAILED', 'CONNECTION_LOST', 'BAD_RESPONSE']);
const mostAttempts = 4;
const firstWaitMs = 500;

/** A run sends a seed with every request, and so does each probe: a server that refuses it is seen by the first. */
const seed = 1;

/** The words of known number: one common word, which every tokenizer has. */
export function writeFiller(words: number): string {
  return Array.from({ length: words }, () => 'tree').join(' ');
}

export function createProber({
  endpoint,
  kind,
  signal,
}: {
  readonly endpoint: ProbedEndpoint;
  readonly kind: RunNeeds['kind'];
  readonly signal?: AbortSignal | undefined;
}): Prober {
  const answers = new Map<string, Promise<Answer>>();
  let promptTokens = 0;
  let completionTokens = 0;

  const send = async ({ turns, sampling, kind: asked = kind, isPatient = true }: Probe): Promise<Answer> => {
    const request: GenerateRequest = {
      prompt: asked === 'chat' ? { kind: asked, messages: turns } : { kind: asked, text: turns.at(-1)?.content ?? '' },
      sampling: { temperature: 0, topP: 1, stop: [], seed, ...sampling },
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await endpoint.client.generate(request, signal === undefined ? {} : { signal });
        promptTokens += response.usage?.promptTokens ?? 0;
        completionTokens += response.usage?.completionTokens ?? 0;
        return { response };
      } catch (error) {
        if (!(error instanceof ModelsError)) throw error;
        if (!isPatient || attempt >= mostAttempts || !passingCodes.has(error.code)) return { error };
        await sleep(firstWaitMs * 2 ** (attempt - 1), undefined, signal === undefined ? {} : { signal });
      }
    }
  };

  const ask = (probe: Probe): Promise<Answer> => {
    const key = canonicalJson(probe);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const asked = send(probe);
    answers.set(key, asked);
    return asked;
  };

  return {
    kind,
    ask,
    count: async (...turns) => {
      const answer = await ask({
        turns: turns.map(({ role = 'user', words }) => ({ role, content: writeFiller(words) })),
        sampling: { maxTokens: 1 },
      });
      return 'response' in answer ? answer.response.usage?.promptTokens : undefined;
    },
    getUsed: () => ({ requests: endpoint.client.getStatistics().requests, promptTokens, completionTokens }),
  };
}

/** Words of the first and the second prompt whose tokens are counted. */
export const measureWords = 24;

/** No tokenizer has a token for two of the words. A lower count leaves out what a cache held, as some servers do. */
const leastPerWord = 0.9;

/** What the server counts for a prompt: so much for each word, and so much whatever it says. Undefined where it counts none. */
export async function measureTokens(
  prober: Prober,
): Promise<{ readonly perWord: number; readonly constant: number } | undefined> {
  const [once, twice] = await Promise.all([
    prober.count({ words: measureWords }),
    prober.count({ words: 2 * measureWords }),
  ]);
  if (once === undefined || twice === undefined) return undefined;
  const perWord = (twice - once) / measureWords;
  return perWord < leastPerWord ? undefined : { perWord, constant: 2 * once - twice };
}
