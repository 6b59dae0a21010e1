import { ModelsError, type ModelsErrorCode } from '../errors.ts';
import type { GenerateOptions } from '../model-client.ts';

/** What remembers requests: `openRequestJournal` of `@scalequest/runs` makes one. */
export interface RequestMemory {
  readonly find: (
    key: string,
    request: string,
  ) => Promise<
    { readonly response: unknown } | { readonly error: { readonly code: string; readonly message: string } } | undefined
  >;
  readonly begin: (key: string) => Promise<void>;
  readonly end: (
    key: string,
    request: string,
    end: { readonly response: unknown } | { readonly error: { readonly code: string; readonly message: string } },
  ) => Promise<void>;
}

export interface AskOnceOptions<T> {
  readonly journal: RequestMemory;
  /** Of this request alone. */
  readonly key: string;
  /** The hash of all that decides the answer: under one key there is one request. */
  readonly request: string;
  /** Sends it. Must await `beforeSend` before each sending, as the methods of clients do. */
  readonly send: (options: GenerateOptions) => Promise<T>;
  readonly options?: GenerateOptions;
}

/**
 * Sends a request that the journal has no end of, and hands over the answer when the journal has taken it. One that was
 * answered in an earlier session gets the answer of then; one that was set aside (an error of class `drop`) is refused with
 * the reason of then. What a session leaves is plain JSON, so ask for nothing that is not.
 *
 * @example
 * const { score } = await askOnce({
 *   journal,
 *   key: 'reward:q-17#0',
 *   request: digest({ model, prompt }),
 *   send: (options) => reward.score(prompt, options),
 * });
 */
export async function askOnce<T>({ journal, key, request, send, options = {} }: AskOnceOptions<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const known = await journal.find(key, request);
  if (known !== undefined && 'error' in known) throw setAside(key, known.error);
  if (known !== undefined) return known.response as T;
  let isNoted = false;
  const beforeSend = async (): Promise<void> => {
    if (!isNoted) await journal.begin(key);
    isNoted = true;
    await options.beforeSend?.();
  };
  let response: T;
  try {
    response = await send({ ...options, beforeSend });
  } catch (error) {
    if (error instanceof ModelsError && error.errorClass === 'drop') {
      await journal.end(key, request, { error: { code: error.code, message: error.message } });
    }
    throw error;
  }
  await journal.end(key, request, { response });
  return response;
}

function setAside(key: string, { code, message }: { readonly code: string; readonly message: string }): ModelsError {
  return new ModelsError({
    code: code as ModelsErrorCode,
    errorClass: 'drop',
    what: message,
    why: 'It was set aside in an earlier session.',
    next: 'Ask again for what was set aside where the cause is gone.',
    fields: { key },
  });
}
