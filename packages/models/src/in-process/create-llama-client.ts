import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import { createRandom, createSignalListeners } from '@scalequest/core';
import type { LlamaModel, Token } from 'node-llama-cpp';
import { type ErrorClass, ModelsError } from '../errors.ts';
import type { GenerateOptions, GenerateRequest, GenerateResponse, ModelClient } from '../model-client.ts';
import { createBatchLoop } from './batch-loop.ts';
import { createChatTemplate } from './chat-template.ts';
import { generateReply, type Reply, type ReplyTools } from './generate-reply.ts';
import { generationFailed, promptRefused, promptTooLong } from './llama-errors.ts';
import type { ImportLlama } from './load-engine.ts';
import { openModel } from './open-model.ts';
import { createPromptReader, type ReadPrompt } from './prompt-reader.ts';
import { createSequencePool } from './sequence-pool.ts';

export interface LlamaClientOptions {
  /** A GGUF file of a text model. */
  readonly path: string;
  /** The model's name in fingerprints. @defaultValue the file's base name */
  readonly model?: string;
  /** Replies that are written at once, in one batch. Each takes memory for a whole context. @defaultValue 32 */
  readonly sequences?: number;
  /** Processor threads. More help large models only, and hurt where something else works on the same cores. @defaultValue 1 */
  readonly threads?: number;
  /** Most tokens of a prompt and its reply together; the model's own context where that is less. @defaultValue 4096 */
  readonly contextSize?: number;
  /** How node-llama-cpp is loaded, for tests. */
  readonly importLlama?: ImportLlama;
}

/** Replies that are written at once where nothing else is asked for. */
export const defaultSequences = 32;

/** A model in this process, and what its file says of it. */
export interface LlamaClient extends ModelClient {
  /** Weights of the model. */
  readonly parameters: number;
}

/**
 * Runs a GGUF file in this process, on its processor, with node-llama-cpp: no server, no network. The package and its binary are
 * loaded here and not before.
 *
 * Conversations are written with the template that the file carries. `temperature` 0 is greedy. Sample i of a request
 * draws by the seed `seed + i`, and a seed gives the same text whatever else runs: the same file, prompt and machine
 * provided. A reply that meets the end of the context ends with `length`.
 *
 * @example
 * const client = await createLlamaClient({ path: getEmbeddedModelPath() });
 * const { choices } = await client.generate({
 *   prompt: { kind: 'chat', messages: [{ role: 'user', content: 'What is 2 + 2?' }] },
 *   sampling: { temperature: 0, topP: 1, maxTokens: 256, stop: [] },
 * });
 * await client.close();
 *
 * @throws ModelsError `INVALID_OPTION`, `MODEL_FILE_UNREADABLE`, `MODEL_FILE_BROKEN`, `ENGINE_UNAVAILABLE`,
 * `CONTEXT_UNAVAILABLE`
 */
export async function createLlamaClient(options: LlamaClientOptions): Promise<LlamaClient> {
  const { path, model: name = basename(path), importLlama } = options;
  const places = requireCount('sequences', options.sequences ?? defaultSequences);
  const opened = await openModel({
    path,
    sequences: places,
    threads: requireCount('threads', options.threads ?? 1),
    contextSize: requireCount('contextSize', options.contextSize ?? 4096),
    importLlama,
  });
  const { model, contextSize } = opened;
  const controlTokens = listControlTokens(model);
  const readPrompt = makePromptReader(model, { path, controlTokens });
  const pool = createSequencePool(Array.from({ length: places }, (_, place) => place));
  const listenToAbort = createSignalListeners();
  const closed = new AbortController();
  const failures: Record<ErrorClass, number> = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  const running = new Set<Promise<unknown>>();
  let requests = 0;
  let closing: Promise<void> | undefined;

  const tools: ReplyTools = {
    loop: createBatchLoop(opened),
    contextSize,
    vocabularySize: model.fileInfo.metadata.tokenizer.ggml.tokens.length,
    detokenize: (tokens, before = []) => model.detokenize(tokens as Token[], false, before as Token[]),
    nameToken: (token) => model.detokenize([token as Token], true),
    endsReply: (token) => model.isEogToken(token as Token),
    findControlToken: (text) => controlTokens.get(text),
  };

  const prepare = ({ prompt, sampling }: GenerateRequest): readonly number[] => {
    const tokens = readPrompt(prompt);
    const isPossible = tokens.length > 0 && sampling.maxTokens >= 1 && (sampling.n ?? 1) >= 1;
    if (!isPossible) {
      throw promptRefused('A request needs a prompt, and at least one token and one sample.', undefined, 'Give them.');
    }
    if (tokens.length >= contextSize) throw promptTooLong(tokens.length, contextSize);
    return tokens;
  };

  const sampleAll = async (
    { sampling }: GenerateRequest,
    prompt: readonly number[],
    signal: AbortSignal,
  ): Promise<{ readonly replies: readonly Reply[]; readonly latencyMs: number }> => {
    const firstSeed = sampling.seed ?? randomInt(2 ** 47);
    let startedAt: number | undefined;
    const replies = await Promise.all(
      Array.from({ length: sampling.n ?? 1 }, (_, index) =>
        pool.use(signal, (place) => {
          startedAt ??= performance.now();
          const draw = createRandom(`reply/${firstSeed + index}`).next;
          return generateReply(tools, { place, prompt, sampling, draw, signal });
        }),
      ),
    );
    return { replies, latencyMs: performance.now() - (startedAt ?? performance.now()) };
  };

  const generate = async (
    request: GenerateRequest,
    { signal, beforeSend }: GenerateOptions = {},
  ): Promise<GenerateResponse> => {
    const checkStopped = (): void => {
      closed.signal.throwIfAborted();
      signal?.throwIfAborted();
    };
    checkStopped();
    // What goes wrong in it is none of the model's failures.
    if (beforeSend !== undefined) {
      await beforeSend();
      checkStopped();
    }
    const own = new AbortController();
    const stops: (() => void)[] = [];
    try {
      const prompt = prepare(request);
      requests += 1;
      const work = sampleAll(request, prompt, own.signal);
      running.add(work);
      void work.catch(() => undefined).finally(() => running.delete(work));
      // A step of a large model takes its time; who gives up need not wait for it.
      const aborted = new Promise<never>((_, reject) => {
        for (const source of [signal, closed.signal]) {
          const abort = (): void => {
            own.abort(source?.reason);
            reject(source?.reason);
          };
          stops.push(listenToAbort(source, abort));
        }
      });
      const { replies, latencyMs } = await Promise.race([work, aborted]);
      return {
        choices: replies.map(({ text, finishReason, logprobs }) => ({
          text,
          finishReason,
          ...(logprobs === undefined ? {} : { logprobs }),
        })),
        usage: {
          promptTokens: prompt.length,
          completionTokens: replies.reduce((sum, { tokens }) => sum + tokens, 0),
        },
        latencyMs,
        attempts: 1,
        endpoint: 'in-process',
      };
    } catch (error) {
      // The other samples of a request that fails are of no use.
      own.abort(error);
      checkStopped();
      const failure = error instanceof ModelsError ? error : generationFailed(path, error);
      failures[failure.errorClass] += 1;
      throw failure;
    } finally {
      for (const stop of stops) stop();
    }
  };

  return {
    model: name,
    parameters: countParameters(model),
    generate,
    getFingerprint: () => ({
      model: name,
      engine: 'llama.cpp',
      endpoints: [],
      servedModels: model.fileInfo.metadata.general.name === undefined ? [] : [model.fileInfo.metadata.general.name],
      systemFingerprints: [`llama.cpp ${opened.release}`],
    }),
    getStatistics: () => ({
      requests,
      resent: 0,
      waiting: pool.waiting,
      inFlight: pool.busy,
      concurrencyLimit: places,
      failures: { ...failures },
      endpoints: [],
    }),
    close: () => {
      closing ??= (async () => {
        closed.abort(clientClosed());
        await Promise.allSettled([...running]);
        await opened.dispose();
      })();
      return closing;
    },
  };
}

function countParameters(model: LlamaModel): number {
  const tensors = model.fileInfo.fullTensorInfo ?? [];
  return tensors.reduce(
    (sum, { dimensions }) => sum + dimensions.reduce<number>((size, one) => size * Number(one), 1),
    0,
  );
}

/** The words for control that the file names: its tokens of the types `control` and `unknown`. */
function listControlTokens(model: LlamaModel): ReadonlyMap<string, number> {
  const { tokens, token_type: types } = model.fileInfo.metadata.tokenizer.ggml;
  const controlTypes: readonly (number | undefined)[] = [2, 3];
  return new Map(
    [...tokens.entries()].flatMap(([id, text]): [string, number][] =>
      controlTypes.includes(types?.[id]) ? [[text, id]] : [],
    ),
  );
}

function makePromptReader(
  model: LlamaModel,
  { path, controlTokens }: { readonly path: string; readonly controlTokens: ReadonlyMap<string, number> },
): ReadPrompt {
  const { bos, bosString, eosString, shouldPrependBosToken } = model.tokens;
  return createPromptReader({
    tokenize: (text, { parsesControl }) => model.tokenize(text, parsesControl),
    controlTokens,
    firstToken: shouldPrependBosToken && bos !== null ? bos : undefined,
    renderChat: createChatTemplate({
      template: model.fileInfo.metadata.tokenizer.chat_template,
      bosToken: bosString ?? '',
      eosToken: eosString ?? '',
      path,
    }),
  });
}

function requireCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: `Option '${name}' is ${value}; give a whole number of at least 1.`,
    fields: { [name]: value },
  });
}

export function clientClosed(): ModelsError {
  return new ModelsError({
    code: 'CLIENT_CLOSED',
    errorClass: 'fatal',
    what: 'The model client was closed.',
    next: 'Make a new client for further requests.',
  });
}
