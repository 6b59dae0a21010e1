import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { requirePositive, VerifierError } from '../errors.ts';
import { extractAnswer } from '../extract/extract-answer.ts';
import type { VerifyInput, VerifyOptions, VerifyReplyInput, VerifyReplyResult, VerifyResult } from '../types.ts';
import { type BatchOutcome, runBatch } from './run-batch.ts';
import { streamInOrder } from './stream-in-order.ts';

export type PoolItem = VerifyInput | VerifyReplyInput;

/** What an item gives: a reply's result says what was extracted from it. */
export type PoolResult<Item extends PoolItem> = Item extends VerifyReplyInput ? VerifyReplyResult : VerifyResult;

export interface VerifierPoolOptions extends VerifyOptions {
  /**
   * The most threads that compare. They start when first needed and end after ten idle seconds.
   *
   * @defaultValue the number of cores, at most 2
   */
  readonly workers?: number;
  /**
   * The longest one comparison may take, in milliseconds. One that takes longer, on its own, is killed and is
   * `undecided` with the reason `over-budget`. Its neighbours keep their verdicts.
   *
   * @defaultValue 1000
   */
  readonly budgetMs?: number;
  /**
   * The module whose default export verifies a batch, as a file URL. Another one has to speak the same messages.
   *
   * @defaultValue the worker of this package
   */
  readonly workerFile?: string;
}

export interface VerifierPoolStatistics {
  /** Comparisons that have a result. */
  readonly verified: number;
  /** Of these, comparisons that were killed. */
  readonly overBudget: number;
  /** Workers that were killed or died; each was replaced. */
  readonly workersLost: number;
  /** Messages sent to workers. */
  readonly batches: number;
  /** Comparisons that wait or run. */
  readonly pending: number;
}

export interface SignalOption {
  readonly signal?: AbortSignal;
}

/** Compares in worker threads, so that the caller's thread stays free and no comparison can hang it. */
export interface VerifierPool extends AsyncDisposable {
  /** Verifies one pair or reply. Calls made in the same turn of the event loop share a message. */
  readonly verify: <Item extends PoolItem>(item: Item, options?: SignalOption) => Promise<PoolResult<Item>>;
  /** Verifies a stream, in its order, reading ahead by a few hundred items and no more. */
  readonly verifyMany: <Item extends PoolItem>(
    items: Iterable<Item> | AsyncIterable<Item>,
    options?: SignalOption,
  ) => AsyncGenerator<PoolResult<Item>, void, undefined>;
  readonly getStatistics: () => VerifierPoolStatistics;
  /** Ends the workers. What is still pending is rejected with the code `POOL_CLOSED`. */
  readonly close: () => Promise<void>;
}

const itemsPerBatch = 100;
const defaultBudgetMs = 1000;
const idleTimeoutMs = 10_000;

/**
 * Makes a pool of verifying threads. It costs nothing until the first item, and lets the process exit after `close`.
 *
 * @example
 * await using pool = createVerifierPool({ workers: 2 });
 * for await (const { verdict } of pool.verifyMany([{ reference: '1/2', candidate: '0.5' }])) {
 *   // verdict === 'equal'
 * }
 */
export function createVerifierPool(options: VerifierPoolOptions = {}): VerifierPool {
  const queue = new BatchQueue(options);
  return {
    verify: (item, { signal } = {}) => queue.add(item, signal),
    verifyMany: (items, { signal } = {}) =>
      streamInOrder(items, {
        process: (item, itemSignal) => queue.add(item, itemSignal),
        // Two batches for each worker: one at work and one ready.
        lookAhead: 2 * itemsPerBatch * queue.workers,
        signal,
      }),
    getStatistics: () => queue.getStatistics(),
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

/** An item on its way, and who waits for it. */
interface Ticket {
  readonly item: PoolItem;
  readonly resolve: (result: VerifyResult | VerifyReplyResult) => void;
  readonly reject: (reason: unknown) => void;
  /** Whether nobody waits any more. */
  isSettled: boolean;
}

class BatchQueue {
  readonly workers: number;
  readonly #budgetMs: number;
  readonly #verifyOptions: VerifyOptions;
  readonly #workerFile: string;
  #piscina: Piscina | undefined;
  #waiting: Ticket[] = [];
  /** Batches cut after a kill; they go first, and are never joined with others again. */
  readonly #retries: Ticket[][] = [];
  readonly #atWork = new Set<readonly Ticket[]>();
  readonly #tickets = new WeakMap<AbortSignal, Set<Ticket>>();
  #isFlushPlanned = false;
  #isClosed = false;
  #verified = 0;
  #overBudget = 0;
  #workersLost = 0;
  #batches = 0;

  constructor(options: VerifierPoolOptions) {
    this.workers = requireWhole('workers', options.workers ?? Math.min(2, availableParallelism()));
    this.#budgetMs = requirePositive('budgetMs', options.budgetMs ?? defaultBudgetMs);
    this.#verifyOptions = options.fuel === undefined ? {} : { fuel: requirePositive('fuel', options.fuel) };
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

  /** One turn of the event loop later, so that calls made together travel together. */
  #planFlush(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (!this.#isClosed && this.#atWork.size < this.workers) {
      const tickets = this.#takeBatch();
      if (tickets.length === 0) return;
      this.#atWork.add(tickets);
      void this.#work(tickets).finally(() => {
        this.#atWork.delete(tickets);
        this.#flush();
      });
    }
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
      const outcome = await runBatch(this.#getPiscina(), batch, { budgetMs: this.#budgetMs });
      this.#finish(tickets, outcome);
    } catch (error) {
      for (const ticket of tickets) ticket.reject(error);
    }
  }

  #finish(tickets: readonly Ticket[], outcome: BatchOutcome): void {
    if (outcome.kind === 'done') {
      this.#verified += tickets.length;
      for (const [index, ticket] of tickets.entries()) {
        const result = outcome.results[index];
        if (result === undefined) ticket.reject(workerError(undefined));
        else ticket.resolve(result);
      }
      return;
    }
    if (this.#isClosed) throw closedError();
    if (outcome.kind === 'not-started') throw workerError(outcome.cause);
    this.#workersLost++;
    this.#split(tickets, outcome.index);
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
      guilty.resolve(describeOverBudget(guilty.item));
      return;
    }
    for (const part of [tickets.slice(0, index), tickets.slice(index + 1), tickets.slice(index, index + 1)]) {
      if (part.length > 0) this.#retries.push([...part]);
    }
  }

  #getPiscina(): Piscina {
    if (this.#piscina !== undefined) return this.#piscina;
    this.#piscina = new Piscina({
      filename: this.#workerFile,
      minThreads: 0,
      maxThreads: this.workers,
      concurrentTasksPerWorker: 1,
      idleTimeout: idleTimeoutMs,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
    });
    // Each batch listens while it runs; an idle worker that dies is replaced when it is needed.
    this.#piscina.setMaxListeners(this.workers + 2);
    this.#piscina.on('error', () => undefined);
    return this.#piscina;
  }

  getStatistics(): VerifierPoolStatistics {
    const queued = [this.#waiting, ...this.#retries, ...this.#atWork];
    return {
      verified: this.#verified,
      overBudget: this.#overBudget,
      workersLost: this.#workersLost,
      batches: this.#batches,
      pending: queued.flat().filter(({ isSettled }) => !isSettled).length,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const ticket of [this.#waiting, ...this.#retries, ...this.#atWork].flat()) ticket.reject(closedError());
    this.#waiting = [];
    this.#retries.length = 0;
    await this.#piscina?.destroy();
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

function describeOverBudget(item: PoolItem): VerifyResult | VerifyReplyResult {
  const result: VerifyResult = {
    verdict: 'undecided',
    rule: 'none',
    proof: 'none',
    reason: 'over-budget',
    policies: [],
    normalized: { reference: null, candidate: null },
    fuel: 0,
  };
  // Extraction is linear in the reply and cannot be what hung.
  return 'reply' in item ? { ...result, extraction: extractAnswer(item.reply) } : result;
}
