import type { VerifyInput, VerifyReplyInput } from '@scalequest/verifier';
import {
  type AnyPoolItem,
  createVerifierPool,
  type PoolItem,
  type PoolResult,
  type ProfileItem,
} from '@scalequest/verifier/pool';
import { RequestError } from './request-error.ts';
import { type BadItem, type Item, itemSchema, type JudgedItem, type VerifyRequest } from './schemas.ts';

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

  const verify = async <Item extends AnyPoolItem>(item: Item, signal: AbortSignal): Promise<PoolResult<Item>> => {
    try {
      return await pool.verify(item, { signal });
    } catch (error) {
      throw asRequestError(error);
    }
  };

  const judgeOwn = async (item: PoolItem, signal: AbortSignal): Promise<JudgedItem> => {
    const result = await verify(item, signal);
    const { verdict, rule, reason, policies, ms, reward = 0 } = result;
    onJudged({ verdict, ms });
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
    const { verdict, reason, answer, ms, reward = 0 } = await verify(item, signal);
    onJudged({ verdict, ms });
    return {
      verdict,
      reward,
      rule: 'profile',
      ...(reason === undefined ? {} : { reason }),
      // A candidate is the client's own, and was not extracted.
      ...('reply' in item && answer !== undefined ? { answer } : {}),
    };
  };

  const judgeOne = (value: unknown, { profile, options, signal }: Task): BadItem | Promise<JudgedItem> => {
    const parsed = itemSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = issue?.path.join('.') || 'the item';
      return describeBadItem('BAD_ITEM', `${place}: ${issue?.message ?? 'not understood'}`, onJudged);
    }
    const { problem } = parsed.data;
    const item = makePoolItem(parsed.data);
    // Some profiles read the problem beside a candidate too; the verifier reads it beside a reply only.
    if (profile !== undefined)
      return judgeByProfile({ ...item, ...(problem === undefined ? {} : { problem }), profile }, signal);
    // Items without options of their own are the cheaper ones to send.
    return judgeOwn(Object.keys(options).length === 0 ? item : { ...item, options }, signal);
  };

  return {
    start: () => pool.start(),
    judge: (items, task) => Promise.all(items.map((item) => judgeOne(item, task))),
    getStatistics: () => pool.getStatistics(),
    close: () => pool.close(),
  };
}

function makePoolItem({ reference, candidate, reply = '', mode, problem }: Item): VerifyReplyInput | VerifyInput {
  if (candidate !== undefined) return { reference, candidate };
  const extra = { ...(mode === undefined ? {} : { mode }), ...(problem === undefined ? {} : { problem }) };
  return { reference, reply, ...extra };
}

function describeBadItem(code: string, message: string, onJudged: ItemsJudgeOptions['onJudged']): BadItem {
  onJudged({ verdict: 'error', ms: 0 });
  return { error: { code, message } };
}

function asRequestError(error: unknown): unknown {
  return error instanceof Error && 'code' in error && error.code === 'WORKER_FAILED'
    ? new RequestError('WORKERS_FAILED', 'The worker threads do not start or do not answer. Try again later.', 5)
    : error;
}
