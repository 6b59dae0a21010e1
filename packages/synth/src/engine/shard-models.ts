import { createSignalListeners, digest } from '@scalequest/core';
import {
  askOnce,
  type FoundReward,
  type GenerateOptions,
  type GenerateResponse,
  type ModelClient,
  ModelsError,
  type Prompt,
  type Reward,
  type Sampling,
} from '@scalequest/models';
import { openRequestJournal, type RequestJournal } from '@scalequest/runs';
import { SynthError } from '../errors.ts';
import { type Fields, formatRowId, type Row, type RowPlace } from './row.ts';
import type { Decision } from './stage.ts';

/** What answers for a role of a recipe. Clients are the caller's: a run closes none. */
export interface RecipeModel {
  readonly client: ModelClient;
  /** Of a reward model or classifier: how it gives its scores (`findReward`). */
  readonly reward?: Pick<FoundReward, 'score'>;
  /** What must be the same for a run to go on, such as a file's SHA-256. @defaultValue the client's name of the model */
  readonly identity?: Fields;
}

/** Requests and tokens of answers that count: repeats and lost answers are in the client's statistics. */
export interface Usage {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

interface Asked {
  readonly row: RowPlace;
  /** Where a row is asked about several times. @defaultValue 0 */
  readonly epoch?: number;
  readonly prompt: Prompt;
}

/** The models of a recipe as one shard of one stage has them. No request is sent twice, in whatever session. */
export interface ShardModels {
  readonly generate: (role: string, request: Asked & { readonly sampling: Sampling }) => Promise<GenerateResponse>;
  readonly score: (role: string, request: Asked) => Promise<Reward>;
  /**
   * Judges the rows of a shard at once. A row whose request is given up is dropped as `request-failed`, with the error's code.
   * What ends all work ends this too.
   */
  readonly judgeEach: <Needs extends object, Gives extends object>(
    rows: readonly Row<Needs>[],
    judge: (row: Row<Needs>) => Promise<Decision<Gives>>,
  ) => Promise<readonly Decision<Gives>[]>;
}

/** Requests that no repeat helped. */
export interface GivenUp {
  /** Rows that they were about. */
  readonly rows: number;
  readonly last: ModelsError | undefined;
}

export interface OpenShardModels extends ShardModels {
  readonly getUsage: () => Usage;
  readonly getGivenUp: () => GivenUp;
  readonly close: () => Promise<void>;
}

export interface OpenShardModelsOptions {
  /** Of the journal. Made with the first request. */
  readonly folder: string;
  readonly stage: string;
  readonly models: Readonly<Record<string, RecipeModel>>;
  /** Nothing more is sent; what is out gets its answer. */
  readonly stop: AbortSignal;
  /** What is out is given up as well. */
  readonly signal: AbortSignal;
  /** Told of what ends all work as soon as it is known: other requests of the shard need not find it out for themselves. */
  readonly onFatal: (error: unknown) => void;
}

/** One listener on each signal, however many shards are open. */
const listenToAbort = createSignalListeners();

export function openShardModels({
  folder,
  stage,
  models,
  stop,
  signal,
  onFatal,
}: OpenShardModelsOptions): OpenShardModels {
  let journal: Promise<RequestJournal> | undefined;
  const usage = { requests: 0, promptTokens: 0, completionTokens: 0 };
  const givenUpRows = new Set<number>();
  let lastGivenUp: ModelsError | undefined;
  const waiting = new Set<AbortController>();
  const out = new Set<AbortController>();
  const giveUpWaiting = (): void => {
    for (const request of waiting) request.abort(stop.reason);
  };
  const giveUpAll = (): void => {
    for (const request of [...waiting, ...out]) request.abort(signal.reason);
  };
  const deafen = [listenToAbort(stop, giveUpWaiting), listenToAbort(signal, giveUpAll)];

  const getModel = (role: string): RecipeModel => {
    const model = models[role];
    if (model !== undefined) return model;
    throw new SynthError({
      code: 'MODEL_MISSING',
      kind: 'request',
      what: `Stage '${stage}' asks a model '${role}', and there is none.`,
      next: 'Name its endpoint.',
      fields: { stage, role },
    });
  };

  const count = (used: { readonly promptTokens: number; readonly completionTokens: number } | undefined): void => {
    usage.requests += 1;
    usage.promptTokens += used?.promptTokens ?? 0;
    usage.completionTokens += used?.completionTokens ?? 0;
  };

  const openJournal = (): Promise<RequestJournal> => {
    journal ??= openRequestJournal({ folder });
    return journal;
  };

  const ask = async <T extends { readonly usage?: Parameters<typeof count>[0] }>(
    { key, request, row }: { readonly key: string; readonly request: string; readonly row: RowPlace },
    send: (options: GenerateOptions) => Promise<T>,
  ): Promise<T> => {
    signal.throwIfAborted();
    stop.throwIfAborted();
    const own = new AbortController();
    waiting.add(own);
    try {
      const response = await askOnce({
        ...{ journal: await openJournal(), key, request },
        options: { signal: own.signal, stage },
        send: ({ beforeSend, ...options }) =>
          send({
            ...options,
            beforeSend: async () => {
              stop.throwIfAborted();
              await beforeSend?.();
              waiting.delete(own);
              out.add(own);
            },
          }),
      });
      count(response.usage);
      return response;
    } catch (error) {
      if (isGivenUp(error)) {
        givenUpRows.add(row.index);
        lastGivenUp = error;
      }
      throw error;
    } finally {
      waiting.delete(own);
      out.delete(own);
    }
  };

  const makeKey = (role: string, { row, epoch = 0 }: Asked): string => `${role}:${formatRowId(row)}#${epoch}`;

  return {
    generate: async (role, asked) => {
      const { client } = getModel(role);
      const { prompt, sampling, row, epoch = 0 } = asked;
      return await ask(
        { key: makeKey(role, asked), request: hashRequest({ model: client.model, prompt, sampling }), row },
        (options) => client.generate({ prompt, sampling, key: { id: formatRowId(row), epoch } }, options),
      );
    },
    score: async (role, asked) => {
      const { client, reward } = getModel(role);
      if (reward === undefined) throw noReward({ stage, role });
      return await ask(
        {
          key: makeKey(role, asked),
          request: hashRequest({ model: client.model, prompt: asked.prompt }),
          row: asked.row,
        },
        (options) => reward.score(asked.prompt, options),
      );
    },
    judgeEach: async (rows, judge) => {
      // Each to its end: who closes the journal closes it on nobody.
      const judgeOne = async (row: Parameters<typeof judge>[0]): Promise<Awaited<ReturnType<typeof judge>>> => {
        try {
          return await judgeOrDrop(row, judge);
        } catch (error) {
          if (!stop.aborted) onFatal(error);
          throw error;
        }
      };
      const ends = await Promise.allSettled(rows.map(judgeOne));
      return ends.map((end) => {
        if (end.status === 'rejected') throw end.reason;
        return end.value;
      });
    },
    getUsage: () => ({ ...usage }),
    getGivenUp: () => ({ rows: givenUpRows.size, last: lastGivenUp }),
    close: async () => {
      for (const one of deafen) one();
      if (journal !== undefined) await (await journal).close();
    },
  };
}

async function judgeOrDrop<Needs extends object, Gives extends object>(
  row: Row<Needs>,
  judge: (row: Row<Needs>) => Promise<Decision<Gives>>,
): Promise<Decision<Gives>> {
  try {
    return await judge(row);
  } catch (error) {
    if (!isGivenUp(error)) throw error;
    // Not the message: it names endpoints, and says in a later session that it is of an earlier one.
    return { drop: 'request-failed', because: { code: error.code } };
  }
}

function isGivenUp(error: unknown): error is ModelsError {
  return error instanceof ModelsError && error.errorClass === 'drop';
}

/** As JSON has it: a field that is undefined is none. */
function hashRequest(request: object): string {
  return digest(JSON.parse(JSON.stringify(request)));
}

function noReward({ stage, role }: { readonly stage: string; readonly role: string }): SynthError {
  return new SynthError({
    code: 'MODEL_MISSING',
    kind: 'request',
    what: `Stage '${stage}' wants rewards of '${role}', which gives none.`,
    next: 'Serve a reward model or a classifier at its endpoint.',
    fields: { stage, role },
  });
}
