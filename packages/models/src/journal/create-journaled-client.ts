import { digest } from '@scalequest/core';
import { ModelsError, type ModelsErrorCode } from '../errors.ts';
import type { GenerateOptions, GenerateRequest, GenerateResponse, ModelClient } from '../model-client.ts';

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

export interface JournaledClientOptions {
  /** It is the caller's, and so is the journal: closing this client closes neither. */
  readonly client: ModelClient;
  readonly journal: RequestMemory;
}

/**
 * Gives a client a memory: a request that was answered in an earlier session gets the answer of then, and is not sent; one
 * that was set aside (an error of class `drop`) is refused with the reason of then. Each request needs a `key` of its own.
 *
 * The answer is handed over when the journal has taken it, and a request goes when the journal has noted it. So after a
 * kill at any moment a request has either its answer on record, or its sending.
 *
 * @example
 * const journal = await openRequestJournal({ folder: 'runs/questions/requests' });
 * const client = createJournaledClient({ client: createOpenAiClient({ model, baseUrls }), journal });
 * await client.generate({ key: { id: 'q-17', epoch: 0 }, prompt, sampling });
 */
export function createJournaledClient({ client, journal }: JournaledClientOptions): ModelClient {
  const { model } = client;

  const ask = async (
    { key, request, ask: asked }: { readonly key: string; readonly request: string; readonly ask: GenerateRequest },
    options: GenerateOptions,
  ): Promise<GenerateResponse> => {
    let isNoted = false;
    const beforeSend = async (): Promise<void> => {
      if (!isNoted) await journal.begin(key);
      isNoted = true;
      await options.beforeSend?.();
    };
    try {
      return await client.generate(asked, { ...options, beforeSend });
    } catch (error) {
      if (error instanceof ModelsError && error.errorClass === 'drop') {
        await journal.end(key, request, { error: { code: error.code, message: error.message } });
      }
      throw error;
    }
  };

  return {
    ...client,
    generate: async (asked, options = {}) => {
      if (asked.key === undefined) throw missingKey();
      options.signal?.throwIfAborted();
      const key = `${asked.key.id}#${asked.key.epoch}`;
      const { prompt, sampling } = asked;
      const request = digest(withoutUndefined({ model, prompt, sampling }));
      const known = await journal.find(key, request);
      if (known !== undefined && 'error' in known) throw setAside(key, known.error);
      if (known !== undefined) return known.response as GenerateResponse;
      const response = await ask({ key, request, ask: asked }, options);
      await journal.end(key, request, { response });
      return response;
    },
    close: async () => undefined,
  };
}

/** As JSON has it: a field that is undefined is none. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
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

function missingKey(): ModelsError {
  return new ModelsError({
    code: 'INVALID_OPTION',
    kind: 'request',
    errorClass: 'fatal',
    what: 'A request without a key cannot be kept in a journal.',
    next: 'Give each request its `key`: an id and an epoch of its own.',
  });
}
