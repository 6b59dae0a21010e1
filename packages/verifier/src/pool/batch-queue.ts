import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { requirePositive, VerifierError } from '../errors.ts';
import { extractAnswer } from '../extract/extract-answer.ts';
import { pickVerifyOptions } from '../presets.ts';
import type { VerifyOptions, VerifyResult } from '../types.ts';
import type { BatchItemResult } from './messages.ts';
import { type BatchOutcome, runBatch } from './run-batch.ts';
import { SecondOpinions } from './second-opinions.ts';
import { startPiscina } from './start-piscina.ts';
import type { PoolItem, PoolResult, Timing, VerifierPoolOptions, VerifierPoolStatistics } from './types.ts';

/** How many items one message carries: more gain nothing, fewer cost a round trip each. */
export const itemsPerBatch = 100;
const defaultBudgetMs = 1000;

/** How long a full batch has to have waited before one more thread is started for it: about what a start takes. */
const startThreadAfterMs = 400;
/** Enough for any answer that is parsed at all, and small enough that the garbage of a long run does not pile up. */
const memoryMb = 96;

/** An item on its way, and who waits for it. */
interface Ticket {
  readonly item: PoolItem;
  readonly resolve: (result: PoolResult<PoolItem>) => void;
  readonly reject: (reason: unknown) => void;
  /** Whether nobody waits any more. */
  isSettled: boolean;
}

/** Gathers items into batches, keeps every worker busy with one, and cuts the batch that a worker was killed in. */
export class BatchQueue {
  readonly workers: number;
  readonly #budgetMs: number;
  readonly #gatherMs: number;
  readonly #verifyOptions: VerifyOptions;
  readonly #workerFile: string;
  readonly #opinions: SecondOpinions;
  #piscina: Promise<Piscina> | undefined;
  #waiting: Ticket[] = [];
  /** Batches cut after a kill; they go first, and are never joined with others again. */
  readonly #retries: Ticket[][] = [];
  /** Items whose second opinion is awaited. */
  readonly #asking = new Set<Ticket>();
  readonly #atWork = new Set<readonly Ticket[]>();
  readonly #tickets = new WeakMap<AbortSignal, Set<Ticket>>();
  /** A flush that will come: at the end of this turn, or when the time to gather is over. */
  #planned: 'turn' | NodeJS.Timeout | undefined;
  /** Threads that have answered and are not known to have ended. */
  #threads = 0;
  /** Since when a full batch waits for the threads at work; undefined while none does. */
  #crowdedSince: number | undefined;
  #isClosed = false;
  #verified = 0;
  #overBudget = 0;
  #workersLost = 0;
  #batches = 0;

  constructor(options: VerifierPoolOptions) {
    this.workers = requireWhole('workers', options.workers ?? Math.min(2, availableParallelism()));
    this.#budgetMs = requirePositive('budgetMs', options.budgetMs ?? defaultBudgetMs);
    this.#gatherMs = requireNotNegative('gatherMs', options.gatherMs ?? 0);
    this.#verifyOptions = pickVerifyOptions(options);
    this.#opinions = new SecondOpinions(options, this.#verifyOptions);
    this.#workerFile = options.workerFile ?? new URL('./worker.js', import.meta.url).href;
  }

  add<Item extends PoolItem>(item: Item, signal: AbortSignal | undefined): Promise<PoolResult<Item>> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(closedError());
        return;
      }
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      // A mistake in the options of one item must not end the worker that others wait for.
      if (item.options !== undefined) pickVerifyOptions(item.options);
      const settle = (act: () => void): void => {
        if (ticket.isSettled) return;
        ticket.isSettled = true;
        if (signal !== undefined) this.#tickets.get(signal)?.delete(ticket);
        act();
      };
      const ticket: Ticket = {
        item,
        // The worker answers a reply with a reply's result, which the type of an item cannot follow.
        resolve: (result) => settle(() => resolve(result as PoolResult<Item>)),
        reject: (reason) => settle(() => reject(reason)),
        isSettled: false,
      };
      if (signal !== undefined) this.#watchSignal(signal).add(ticket);
      this.#waiting.push(ticket);
      this.#planFlush();
    });
  }

  /** One listener for each signal, however many items share it. */
  #watchSignal(signal: AbortSignal): Set<Ticket> {
    const known = this.#tickets.get(signal);
    if (known !== undefined) return known;
    const tickets = new Set<Ticket>();
    this.#tickets.set(signal, tickets);
    signal.addEventListener(
      'abort',
      () => {
        for (const ticket of [...tickets]) ticket.reject(signal.reason);
      },
      { once: true },
    );
    return tickets;
  }

  /** One turn of the event loop later, so that calls made together travel together, or when the time to gather is over. */
  #planFlush(): void {
    if (this.#planned === 'turn') return;
    if (this.#gatherMs === 0 || this.#waiting.length >= itemsPerBatch) {
      clearTimeout(this.#planned);
      this.#planned = 'turn';
      setImmediate(() => this.#flushPlanned());
    } else this.#planned ??= setTimeout(() => this.#flushPlanned(), this.#gatherMs);
  }

  #flushPlanned(): void {
    this.#planned = undefined;
    this.#flush();
  }

  #flush(): void {
    while (!this.#isClosed && this.#atWork.size < this.workers && this.#isBatchReady()) {
      const tickets = this.#takeBatch();
      if (tickets.length === 0) return;
      this.#atWork.add(tickets);
      void this.#work(tickets).finally(() => {
        this.#atWork.delete(tickets);
        this.#flush();
      });
    }
  }

  /** While a worker is at work or a flush is planned, a batch that is not full grows: one thread does for a light load. */
  #isBatchReady(): boolean {
    const isFull = this.#waiting.length >= itemsPerBatch;
    if (!isFull) this.#crowdedSince = undefined;
    if (this.#retries.length > 0) return true;
    if (this.#atWork.size === 0) return isFull || this.#planned === undefined;
    return isFull && (this.#atWork.size < this.#threads || this.#isCrowded());
  }

  /** A start costs as much as thousands of comparisons: the crowd at the first one is not worth a second. */
  #isCrowded(): boolean {
    if (this.#threads === 0) return false;
    const now = performance.now();
    if (this.#crowdedSince === undefined) {
      this.#crowdedSince = now;
      // Nothing else may come to look again.
      setTimeout(() => this.#flush(), startThreadAfterMs).unref();
    }
    return now - this.#crowdedSince >= startThreadAfterMs;
  }

  #takeBatch(): Ticket[] {
    for (;;) {
      const retry = this.#retries.shift();
      const batch = retry ?? this.#waiting.splice(0, itemsPerBatch);
      const wanted = batch.filter((ticket) => !ticket.isSettled);
      if (wanted.length > 0 || batch.length === 0) return wanted;
    }
  }

  async #work(tickets: readonly Ticket[]): Promise<void> {
    try {
      this.#batches++;
      const batch = { items: tickets.map(({ item }) => item), options: this.#verifyOptions };
      const outcome = await runBatch(await this.#getPiscina(), batch, { budgetMs: this.#budgetMs });
      this.#threads = Math.max(this.#threads, this.#atWork.size);
      this.#finish(tickets, outcome);
    } catch (error) {
      for (const ticket of tickets) ticket.reject(error);
    }
  }

  #finish(tickets: readonly Ticket[], outcome: BatchOutcome): void {
    if (outcome.kind === 'done') {
      this.#verified += tickets.length;
      for (const [index, ticket] of tickets.entries()) this.#resolve(ticket, outcome.results[index]);
      return;
    }
    if (this.#isClosed) throw closedError();
    if (outcome.kind === 'not-started') throw workerError(outcome.cause);
    this.#workersLost++;
    this.#split(tickets, outcome.index);
  }

  /** At once, or after a second opinion, which the batch behind it does not wait for. */
  #resolve(ticket: Ticket, answer: BatchItemResult | undefined): void {
    if (answer === undefined) {
      ticket.reject(workerError(undefined));
      return;
    }
    const { isOpen, ...result } = answer;
    if (isOpen !== true || !this.#opinions.isOn) ticket.resolve(result);
    else {
      this.#asking.add(ticket);
      this.#opinions
        .ask(ticket.item, result)
        .then(ticket.resolve, ticket.reject)
        .finally(() => this.#asking.delete(ticket));
    }
  }

  /**
   * The item that the worker was at when it was killed runs again on its own, since a busy machine may have kept it
   * waiting; over its budget a second time, it has its verdict. Its neighbours run again without it.
   */
  #split(tickets: readonly Ticket[], index: number): void {
    const [guilty] = tickets.slice(index, index + 1);
    if (tickets.length === 1 && guilty !== undefined) {
      this.#verified++;
      this.#overBudget++;
      guilty.resolve(describeOverBudget(guilty.item, this.#budgetMs));
      return;
    }
    for (const part of [tickets.slice(0, index), tickets.slice(index + 1), tickets.slice(index, index + 1)]) {
      if (part.length > 0) this.#retries.push([...part]);
    }
  }

  #getPiscina(): Promise<Piscina> {
    this.#piscina ??= startPiscina({ filename: this.#workerFile, workers: this.workers, memoryMb });
    return this.#piscina;
  }

  getStatistics(): VerifierPoolStatistics {
    const queued = [this.#waiting, [...this.#asking], ...this.#retries, ...this.#atWork];
    return {
      verified: this.#verified,
      overBudget: this.#overBudget,
      secondOpinions: this.#opinions.getStatistics(),
      workersLost: this.#workersLost,
      batches: this.#batches,
      pending: queued.flat().filter(({ isSettled }) => !isSettled).length,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#planned !== 'turn') clearTimeout(this.#planned);
    for (const ticket of [this.#waiting, [...this.#asking], ...this.#retries, ...this.#atWork].flat())
      ticket.reject(closedError());
    this.#waiting = [];
    this.#retries.length = 0;
    await Promise.all([(await this.#piscina)?.destroy(), this.#opinions.close()]);
  }
}

function requireWhole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '${name}' is ${value}; give a whole number above 0.`,
    fields: { option: name, value },
  });
}

function requireNotNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '${name}' is ${value}; give a number of at least 0.`,
    fields: { option: name, value },
  });
}

function closedError(): VerifierError {
  return new VerifierError({
    code: 'POOL_CLOSED',
    what: 'The verifier pool is closed.',
    next: 'Create another one, or close it after the last result.',
  });
}

function workerError(cause: unknown): VerifierError {
  return new VerifierError({
    code: 'WORKER_FAILED',
    what: 'A worker of the verifier pool did not start or did not answer.',
    why: cause instanceof Error ? cause.message : 'It gave fewer results than it was sent items.',
    next: "Check that the files of '@scalequest/verifier' are complete and that the process may start threads.",
    cause,
  });
}

function describeOverBudget(item: PoolItem, ms: number): PoolResult<PoolItem> {
  const result: VerifyResult & Timing = {
    verdict: 'undecided',
    rule: 'none',
    proof: 'none',
    reason: 'over-budget',
    policies: [],
    normalized: { reference: null, candidate: null },
    fuel: 0,
    ms,
  };
  // Extraction is linear in the reply and cannot be what hung.
  return 'reply' in item
    ? { ...result, extraction: extractAnswer(item.reply, { mode: item.mode ?? 'reply' }) }
    : result;
}
