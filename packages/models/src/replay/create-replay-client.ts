import { ModelsError } from '../errors.ts';
import type { Choice, GenerateResponse, ModelClient, Usage } from '../model-client.ts';
import { openReplies, type RecordedReply } from './open-replies.ts';

export type ReplayClientOptions = {
  /** Name of the model that the replies are of. @defaultValue 'replay' */
  readonly model?: string;
} & (
  | {
      /** JSON Lines, gzip where it ends in `.gz`: one {@link RecordedReply} a line. */
      readonly path: string;
      /** Larger files stay on the disk, and only where each reply begins is kept in memory. @defaultValue 67_108_864 */
      readonly maxBytesInMemory?: number;
    }
  | { readonly entries: Iterable<RecordedReply> }
);

/**
 * Answers from recorded replies, by the `key` of a request: its id and epoch. A request for n samples gets those of n
 * epochs, from its own on. The file is read once, here.
 *
 * @throws ModelsError `REPLAY_BAD_LINE`; CoreError `FILE_UNREADABLE`
 */
export async function createReplayClient(options: ReplayClientOptions): Promise<ModelClient> {
  const { model = 'replay' } = options;
  const source = 'path' in options ? options.path : 'the given replies';
  const replies = await openReplies(options);
  const failures = { retry: 0, shrink: 0, drop: 0, fatal: 0 };
  let requests = 0;
  let isClosed = false;

  const findReply = async (id: string, epoch: number): Promise<RecordedReply> => {
    const reply = await replies.get(id, epoch);
    if (reply !== undefined) return reply;
    failures.fatal += 1;
    throw missingReply({ id, epoch, source, known: replies.countEpochs(id) });
  };

  return {
    model,
    generate: async ({ key, sampling }, { signal, beforeSend } = {}): Promise<GenerateResponse> => {
      signal?.throwIfAborted();
      if (isClosed) throw closedClient();
      if (key === undefined) throw missingKey();
      await beforeSend?.();
      signal?.throwIfAborted();
      if (isClosed) throw closedClient();
      requests += 1;
      const n = sampling.n ?? 1;
      const found: RecordedReply[] = [];
      for (let sample = 0; sample < n; sample++) found.push(await findReply(key.id, key.epoch + sample));
      signal?.throwIfAborted();
      const usage = addUsage(found);
      return {
        choices: found.map(toChoice),
        ...(usage === undefined ? {} : { usage }),
        latencyMs: 0,
        attempts: 1,
        endpoint: 'replay',
      };
    },
    getFingerprint: () => ({ model, engine: 'replay', endpoints: [], servedModels: [], systemFingerprints: [] }),
    getStatistics: () => ({
      requests,
      resent: 0,
      waiting: 0,
      inFlight: 0,
      concurrencyLimit: Number.POSITIVE_INFINITY,
      failures: { ...failures },
      endpoints: [],
    }),
    close: async () => {
      isClosed = true;
      await replies.close();
    },
  };
}

function toChoice({ reply, reasoning, finishReason }: RecordedReply): Choice {
  return { text: reply, ...(reasoning === undefined ? {} : { reasoning }), finishReason: finishReason ?? 'stop' };
}

function addUsage(replies: readonly RecordedReply[]): Usage | undefined {
  const usages = replies.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (usages.length < replies.length) return undefined;
  return {
    promptTokens: usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    completionTokens: usages.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  };
}

function missingReply(subject: {
  readonly id: string;
  readonly epoch: number;
  readonly source: string;
  readonly known: number;
}): ModelsError {
  const { id, epoch, source, known } = subject;
  return new ModelsError({
    code: 'REPLAY_MISSING',
    kind: 'request',
    errorClass: 'fatal',
    what: `There is no reply to '${id}', epoch ${epoch}, in ${source}.`,
    why: known === 0 ? 'The id does not occur in it.' : `It has ${known} for this id.`,
    next: 'Ask for fewer problems (--limit) or epochs (--epochs), or give a file that has them all.',
    fields: subject,
  });
}

function missingKey(): ModelsError {
  return new ModelsError({
    code: 'REPLAY_MISSING',
    kind: 'request',
    errorClass: 'fatal',
    what: 'A request without a key cannot be answered from recorded replies.',
    next: 'Give each request its `key`: the id of the problem and the epoch.',
  });
}

function closedClient(): ModelsError {
  return new ModelsError({
    code: 'CLIENT_CLOSED',
    errorClass: 'fatal',
    what: 'The model client was closed.',
    next: 'Make a new client for further requests.',
  });
}
