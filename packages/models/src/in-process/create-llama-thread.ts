import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSignalListeners } from '@scalequest/core';
import { type ErrorClass, ModelsError } from '../errors.ts';
import type { GenerateOptions, GenerateRequest, GenerateResponse } from '../model-client.ts';
import { clientClosed, defaultSequences, type LlamaClient } from './create-llama-client.ts';
import { generationFailed } from './llama-errors.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread/messages.ts';
import { unpackError } from './thread/send-error.ts';

interface Waiting {
  readonly samples: number;
  readonly resolve: (response: GenerateResponse) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * As `createLlamaClient`, in a thread of its own: what writes the replies of a small model is mostly this process's JavaScript, so two
 * models at once need two threads to have two processors. The replies are the same, letter by letter.
 *
 * @example
 * const [asker, solver] = await Promise.all([createLlamaThread({ path: one }), createLlamaThread({ path: other })]);
 *
 * @throws ModelsError as `createLlamaClient`; `GENERATION_FAILED` for what was asked of a thread that ended
 */
export async function createLlamaThread(options: ThreadOptions): Promise<LlamaClient> {
  const { path, model = basename(path), sequences = defaultSequences } = options;
  const worker = new Worker(new URL('./thread/worker.js', import.meta.url), { workerData: options });
  const listenToAbort = createSignalListeners();
  const waiting = new Map<number, Waiting>();
  const failures: Record<ErrorClass, number> = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  let requests = 0;
  let end: unknown;
  let closing: Promise<void> | undefined;

  const post = (message: ToThread): void => worker.postMessage(message);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const endAll = (error: unknown): void => {
    end ??= error;
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  };
  worker.on('error', (error) => endAll(generationFailed(path, error)));
  worker.on('exit', () => endAll(generationFailed(path, new Error('Its thread ended.'))));

  const ready = await new Promise<Extract<FromThread, { readonly kind: 'ready' }>>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready') resolve(message);
      else if (message.kind === 'broken') reject(unpackError(message.error, path));
      else {
        const asked = waiting.get(message.id);
        if (message.kind === 'reply') asked?.resolve(message.response);
        else asked?.reject(unpackError(message.error, path));
      }
    });
    void ended.then(() => reject(end));
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });

  const send = async (request: GenerateRequest, signal: AbortSignal | undefined): Promise<GenerateResponse> => {
    requests += 1;
    const id = requests;
    let stopListening: (() => void) | undefined;
    try {
      return await new Promise<GenerateResponse>((resolve, reject) => {
        waiting.set(id, { samples: request.sampling.n ?? 1, resolve, reject });
        stopListening = listenToAbort(signal, () => {
          post({ kind: 'abort', id });
          reject(signal?.reason);
        });
        post({ kind: 'generate', id, request });
      });
    } finally {
      waiting.delete(id);
      stopListening?.();
    }
  };

  const generate = async (
    request: GenerateRequest,
    { signal, beforeSend }: GenerateOptions = {},
  ): Promise<GenerateResponse> => {
    const checkStopped = (): void => {
      if (end !== undefined) throw end;
      signal?.throwIfAborted();
    };
    checkStopped();
    if (beforeSend !== undefined) {
      await beforeSend();
      checkStopped();
    }
    try {
      return await send(request, signal);
    } catch (error) {
      checkStopped();
      if (error instanceof ModelsError) failures[error.errorClass] += 1;
      throw error;
    }
  };

  const countSamples = (): number => [...waiting.values()].reduce((sum, { samples }) => sum + samples, 0);
  return {
    model,
    parameters: ready.parameters,
    generate,
    getFingerprint: () => ready.fingerprint,
    getStatistics: () => ({
      ...{ requests, resent: 0, endpoints: [], failures: { ...failures } },
      waiting: Math.max(0, countSamples() - sequences),
      inFlight: Math.min(sequences, countSamples()),
      concurrencyLimit: sequences,
    }),
    close: () => {
      closing ??= (async () => {
        endAll(clientClosed());
        post({ kind: 'close' });
        await ended;
      })();
      return closing;
    },
  };
}
