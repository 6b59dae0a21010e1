import { digest } from '@scalequest/core';
import {
  askOnce,
  type FoundReward,
  type GenerateResponse,
  type ModelClient,
  ModelsError,
  type Prompt,
  type Reward,
  type Sampling,
} from '@scalequest/models';
import { openRequestJournal, type RequestJournal } from '@scalequest/runs';
import { SynthError } from '../errors.ts';
import { formatRowId, type Row, type RowPlace } from './row.ts';
import type { Decision } from './stage.ts';

/** What answers for a role of a recipe. Clients are the caller's: a run closes none. */
export interface RecipeModel {
  readonly client: ModelClient;
  /** Of a reward model or classifier: how it gives its scores (`findReward`). */
  readonly reward?: FoundReward;
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

export interface OpenShardModels extends ShardModels {
  readonly getUsage: () => Usage;
  readonly close: () => Promise<void>;
}

export interface OpenShardModelsOptions {
  /** Of the journal. Made with the first request. */
  readonly folder: string;
  readonly stage: string;
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly signal: AbortSignal;
}

export function openShardModels({ folder, stage, models, signal }: OpenShardModelsOptions): OpenShardModels {
  let journal: Promise<RequestJournal> | undefined;
  const usage = { requests: 0, promptTokens: 0, completionTokens: 0 };
  const options = { signal, stage };

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

  const makeKey = (role: string, { row, epoch = 0 }: Asked): string => `${role}:${formatRowId(row)}#${epoch}`;

  return {
    generate: async (role, asked) => {
      const { client } = getModel(role);
      const { prompt, sampling, row, epoch = 0 } = asked;
      const response = await askOnce({
        journal: await openJournal(),
        key: makeKey(role, asked),
        request: hashRequest({ model: client.model, prompt, sampling }),
        send: (given) => client.generate({ prompt, sampling, key: { id: formatRowId(row), epoch } }, given),
        options,
      });
      count(response.usage);
      return response;
    },
    score: async (role, asked) => {
      const { client, reward } = getModel(role);
      if (reward === undefined) throw noReward({ stage, role });
      const response = await askOnce({
        journal: await openJournal(),
        key: makeKey(role, asked),
        request: hashRequest({ model: client.model, prompt: asked.prompt }),
        send: (given) => reward.score(asked.prompt, given),
        options,
      });
      count(response.usage);
      return response;
    },
    judgeEach: async (rows, judge) => {
      // Each to its end: who closes the journal closes it on nobody.
      const ends = await Promise.allSettled(rows.map((row) => judgeOrDrop(row, judge)));
      return ends.map((end) => {
        if (end.status === 'rejected') throw end.reason;
        return end.value;
      });
    },
    getUsage: () => ({ ...usage }),
    close: async () => {
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
    if (!(error instanceof ModelsError) || error.errorClass !== 'drop') throw error;
    // Not the message: it names endpoints, and says in a later session that it is of an earlier one.
    return { drop: 'request-failed', because: { code: error.code } };
  }
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
