import type { VerifyOptions } from '@scalequest/verifier';
import {
  type AnyPoolItem,
  createVerifierPool,
  type PoolItem,
  type PoolResult,
  type ProfileItem,
} from '@scalequest/verifier/pool';
import { RequestError } from './request-error.ts';
import { type BadItem, type Item, itemSchema, type JudgedItem, type VerifyRequest } from './schemas.ts';

/** How often an item is sent again after a worker that was lost before it came to it, and how long it waits each time. */
const retries = 5;
const retryAfterMs = 100;

export interface ItemsJudgeOptions {
  readonly workers: number;
  /** The longest one comparison may take, in milliseconds. */
  readonly budgetMs: number;
  /** @defaultValue the verifier's own worker */
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
    rewards: true,
    // A request should find its threads there.
    idleMs: Number.POSITIVE_INFINITY,
    ...(workerFile === undefined ? {} : { workerFile }),
  });

  const verify = <Item extends AnyPoolItem>(item: Item, signal: AbortSignal): Promise<PoolResult<Item>> =>
    insist(() => pool.verify(item, { signal }), signal);

  const judgeOwn = async (item: PoolItem, signal: AbortSignal): Promise<JudgedItem> => {
    const result = await verify(item, signal);
    // What computer algebra settles is equal, and names no reward.
    const { verdict, rule, reason, policies, ms, reward = 0 } = result;
    onJudged({ verdict, ms });
    return {
      verdict,
      reward: verdict === 'equal' ? 1 : reward,
      rule,
      ...(reason === undefined ? {} : { reason }),
      ...('extraction' in result && result.extraction.status === 'found' ? { answer: result.extraction.answer } : {}),
      ...(policies.length === 0 ? {} : { policies: [...policies] }),
    };
  };

  const judgeByProfile = async (item: ProfileItem, signal: AbortSignal): Promise<JudgedItem> => {
    const { verdict, reason, answer, ms } = await verify(item, signal);
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
    start: () => pool.start(),
    judge: (items, task) => Promise.all(items.map((item) => judgeOne(item, task))),
    getStatistics: () => pool.getStatistics(),
    close: () => pool.close(),
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
