import type { VerifyOptions } from '@scalequest/verifier';
import { createProfilePool, createVerifierPool, type PoolItem, type ProfileItem } from '@scalequest/verifier/pool';
import { RequestError } from './request-error.ts';
import { type BadItem, type Item, itemSchema, type JudgedItem, type VerifyRequest } from './schemas.ts';
import type { PaidResult } from './worker.ts';

/** How often an item is sent again after a worker that was lost before it came to it, and how long it waits each time. */
const retries = 5;
const retryAfterMs = 100;

export interface ItemsJudgeOptions {
  readonly workers: number;
  /** The longest one comparison may take, in milliseconds. */
  readonly budgetMs: number;
  /** @defaultValue the worker of this package */
  readonly workerFile?: string | undefined;
  readonly onJudged: (judged: { readonly verdict: string; readonly ms: number }) => void;
}

export interface JudgeStatistics {
  /** Comparisons that were killed over their budget. */
  readonly overBudget: number;
  readonly workersLost: number;
}

/** What is judged in one request: its options, checked, and who may stop it. */
interface Task extends Omit<VerifyRequest, 'items'> {
  readonly signal: AbortSignal;
}

/** Judges the items of requests in worker threads. Each item is read on its own: a bad one has its error for itself. */
export interface ItemsJudge {
  /** Brings a worker up, so that a broken installation shows before the first request and costs none its time. */
  readonly start: () => Promise<void>;
  readonly judge: (items: readonly unknown[], task: Task) => Promise<readonly (JudgedItem | BadItem)[]>;
  readonly getStatistics: () => JudgeStatistics;
  readonly close: () => Promise<void>;
}

export function createItemsJudge({ workers, budgetMs, workerFile, onJudged }: ItemsJudgeOptions): ItemsJudge {
  const pool = createVerifierPool({
    workers,
    budgetMs,
    preset: 'strict',
    workerFile: workerFile ?? new URL('./worker.js', import.meta.url).href,
  });
  const profilePool = createProfilePool({ workers, budgetMs });

  const verify = (item: PoolItem, signal: AbortSignal): Promise<PaidResult> =>
    insist(() => pool.verify(item, { signal }), signal);

  /** A killed worker says nothing of the reference; asked for it alone, it does, or the reference itself is what hangs. */
  const findReward = async (item: PoolItem, signal: AbortSignal): Promise<0 | null> => {
    const { reference, options } = item;
    const alone = { reference, reply: '', ...(options === undefined ? {} : { options }) };
    const { reward } = await verify(alone, signal);
    return reward === 0 ? 0 : null;
  };

  const judgeOwn = async (item: PoolItem, signal: AbortSignal): Promise<JudgedItem> => {
    const result = await verify(item, signal);
    const { verdict, rule, reason, policies, ms } = result;
    onJudged({ verdict, ms });
    // Computer algebra answers with the verifier's own result, which names no reward; it only says `equal`.
    const reward =
      verdict === 'equal' ? 1 : result.reward === undefined ? await findReward(item, signal) : result.reward;
    return {
      verdict,
      reward,
      rule,
      ...(reason === undefined ? {} : { reason }),
      ...('extraction' in result && result.extraction.status === 'found' ? { answer: result.extraction.answer } : {}),
      ...(policies.length === 0 ? {} : { policies: [...policies] }),
    };
  };

  const judgeByProfile = async (item: ProfileItem, signal: AbortSignal): Promise<JudgedItem> => {
    const { verdict, reason, answer, ms } = await insist(() => profilePool.grade(item, { signal }), signal);
    onJudged({ verdict, ms });
    return {
      verdict,
      // A profile reads any reference: what it makes nothing of does not pay.
      reward: verdict === 'equal' ? 1 : 0,
      rule: 'profile',
      ...(reason === undefined ? {} : { reason }),
      ...(answer === undefined ? {} : { answer }),
    };
  };

  const judgeOne = (value: unknown, { profile, options, signal }: Task): BadItem | Promise<JudgedItem> => {
    const parsed = itemSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = issue?.path.join('.') || 'the item';
      return describeBadItem('BAD_ITEM', `${place}: ${issue?.message ?? 'not understood'}`, onJudged);
    }
    const { reference, candidate, reply, mode, problem } = parsed.data;
    const extra = { ...(mode === undefined ? {} : { mode }), ...(problem === undefined ? {} : { problem }) };
    if (profile !== undefined) {
      if (reply === undefined)
        return describeBadItem('PROFILE_NEEDS_REPLY', 'a profile extracts by rules of its own; give "reply"', onJudged);
      return judgeByProfile({ profile, reference, reply, ...extra }, signal);
    }
    return judgeOwn(makePoolItem({ reference, candidate, reply }, { ...extra, ...giveOptions(options) }), signal);
  };

  return {
    start: async () => {
      await pool.verify({ reference: '1/2', candidate: '0.5' });
    },
    judge: (items, task) => Promise.all(items.map((item) => judgeOne(item, task))),
    getStatistics: () => {
      const [own, byProfile] = [pool.getStatistics(), profilePool.getStatistics()];
      return {
        overBudget: own.overBudget + byProfile.overBudget,
        workersLost: own.workersLost + byProfile.workersLost,
      };
    },
    close: async () => {
      await Promise.all([pool.close(), profilePool.close()]);
    },
  };
}

/** A worker that dies beside an item that it has not come to is no fault of that item's, which is sent again. */
async function insist<Result>(act: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || attempt === retries || !isWorkerFailure(error)) throw asRequestError(error);
      await wait(retryAfterMs);
    }
  }
}

type Extra = Pick<Item, 'mode' | 'problem'> & { readonly options?: VerifyOptions };

function makePoolItem({ reference, candidate, reply }: Item, { options, ...extra }: Extra): PoolItem {
  const given = options === undefined ? {} : { options };
  return candidate === undefined
    ? ({ reference, reply: reply ?? '', ...extra, ...given } as PoolItem)
    : { reference, candidate, ...given };
}

/** Items without options of their own are the cheaper ones to send. */
function giveOptions(options: object): { readonly options?: VerifyOptions } {
  return Object.keys(options).length === 0 ? {} : { options };
}

function describeBadItem(code: string, message: string, onJudged: ItemsJudgeOptions['onJudged']): BadItem {
  onJudged({ verdict: 'error', ms: 0 });
  return { error: { code, message } };
}

function isWorkerFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'WORKER_FAILED';
}

function asRequestError(error: unknown): unknown {
  return isWorkerFailure(error)
    ? new RequestError('WORKERS_FAILED', 'The worker threads do not start or do not answer. Try again later.', 5)
    : error;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
