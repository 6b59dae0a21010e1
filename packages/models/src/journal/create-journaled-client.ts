import { digest } from '@scalequest/core';
import { ModelsError } from '../errors.ts';
import type { ModelClient } from '../model-client.ts';
import { askOnce, type RequestMemory } from './ask-once.ts';

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

  return {
    ...client,
    generate: async (asked, options = {}) => {
      if (asked.key === undefined) throw missingKey();
      const { prompt, sampling } = asked;
      return await askOnce({
        journal,
        key: `${asked.key.id}#${asked.key.epoch}`,
        request: digest(withoutUndefined({ model, prompt, sampling })),
        send: (given) => client.generate(asked, given),
        options,
      });
    },
    close: async () => undefined,
  };
}

/** As JSON has it: a field that is undefined is none. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
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
