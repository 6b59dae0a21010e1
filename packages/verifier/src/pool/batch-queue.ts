import type { VerifyOptions } from '../types.ts';
import { checkItem, countCharacters } from './check-item.ts';
import { CompareThreads } from './compare-threads.ts';
import { describeBadItem, describeLostItem } from './describe-lost-item.ts';
import type { BatchItemResult } from './messages.ts';
import { closedError, workerError } from './pool-errors.ts';
import { PoolMeter } from './pool-meter.ts';
import { type PoolSettings, resolvePoolOptions } from './pool-options.ts';
import { type BatchOutcome, isOutOfMemory, runBatch } from './run-batch.ts';
import { SecondOpinions } from './second-opinions.ts';
import { Ticket, TicketChain, type Work } from './ticket.ts';
import { TicketQueue } from './ticket-queue.ts';
import type { AnyPoolItem, AnyPoolResult, PoolResult, VerifierPoolOptions, VerifierPoolStatistics } from './types.ts';

/** How many items one message carries: more gain nothing, fewer cost a round trip each. */
export const itemsPerBatch = 100;

/** The texts of one message in a mebibyte of a worker's memory, so that reading a message never fills it. */
const charactersPerMb = 2 ** 20 / 32;

/** The longest texts of one item, likewise. A thread that reads what it has no place for takes the process with it. */
const mostCharactersPerMb = 2 ** 20 / 4;

/** How long a full batch has to have waited before one more thread is started for it: about what a start takes. */
const startThreadAfterMs = 400;

/** How long items that fill no batch wait for the batches at work before a thread that is free takes them. */
const shareAfterMs = 20;

/** How often a batch that no worker takes is sent again: one may have died in its sleep, and all only where none starts. */
const mostAttempts = 3;

/** How many workers an item may cost before it is said to be the reason. */
const mostLosses = 2;

/** Tickets that travel together, and how often no worker took them. */
interface Parcel {
  readonly tickets: readonly Ticket[];
  readonly attempts: number;
}

/** Gathers items into batches, keeps every worker busy with one, and cuts the batch that a worker was killed in. */
export class BatchQueue {
  readonly #settings: PoolSettings;
  readonly #threads: CompareThreads;
  readonly #opinions: SecondOpinions;
  readonly #meter = new PoolMeter();
  readonly #waiting: TicketQueue;
  /** Batches to run again, whole or cut; they go first, and are never joined with others again. */
  readonly #retries: Parcel[] = [];
  /** Items whose second opinion is awaited. */
  readonly #asking = new Set<Ticket>();
  /** And when each was taken; the last one is the youngest. */
  readonly #atWork = new Map<Parcel, number>();
  readonly #chains = new WeakMap<AbortSignal, TicketChain>();
  /** A flush that will come: at the end of this turn, or when the time to gather is over. */
  #planned: 'turn' | NodeJS.Timeout | undefined;
  /** Since when a full batch waits for the threads at work; undefined while none does. */
  #crowdedSince: number | undefined;
  /** When the first thread was last seen to be starting. */
  #startingAt = 0;
  /** A flush for what waits too long: nothing else may come to look again. */
  #look: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: VerifierPoolOptions) {
    this.#settings = resolvePoolOptions(options);
    const { workerFile, workers, memoryMb, idleMs, verifyOptions, rewards } = this.#settings;
    this.#waiting = new TicketQueue({ items: itemsPerBatch, characters: memoryMb * charactersPerMb });
    this.#threads = new CompareThreads({ filename: workerFile, workers, memoryMb, idleMs });
    this.#opinions = new SecondOpinions(options, { options: verifyOptions, rewards });
  }

  get workers(): number {
    return this.#settings.workers;
  }

  /** Starts every thread. */
  async start(): Promise<void> {
    if (this.#isClosed) throw closedError();
    this.#meter.start();
    await this.#threads.startAll(async (piscina) => {
      const outcome = await runBatch(piscina, this.#makeBatch([]), this.#settings);
      if (outcome.kind !== 'done' && !this.#isClosed) throw workerError('cause' in outcome ? outcome.cause : undefined);
    });
    if (this.#isClosed) throw closedError();
  }

  /** Rejects where the item has no meaning. */
  add<Item extends AnyPoolItem>(item: Item, signal: AbortSignal | undefined): Promise<PoolResult<Item>> {
    return new Promise((resolve, reject) => {
      // The worker answers a reply with a reply's result, which the type of an item cannot follow.
      this.#enqueue(this.#check(item), { resolve: resolve as (result: AnyPoolResult) => void, reject, signal });
    });
  }

  /** The same, but where the item has no meaning that is its result: those behind it in the stream go on. */
  addFromStream<Item extends AnyPoolItem>(item: Item, signal: AbortSignal): Promise<PoolResult<Item>> {
    return new Promise((resolvePromise, reject) => {
      const resolve = resolvePromise as (result: AnyPoolResult) => void;
      let checked: AnyPoolItem;
      try {
        checked = this.#check(item);
      } catch (error) {
        const refusal = error instanceof Error ? error.message : String(error);
        resolve(describeBadItem(item, { refusal, rewards: this.#settings.rewards }));
        return;
      }
      this.#enqueue(checked, { resolve, reject, signal });
    });
  }

  #check(item: unknown): AnyPoolItem {
    try {
      return checkItem(item);
    } catch (error) {
      this.#meter.refused++;
      throw error;
    }
  }

  #enqueue(
    item: AnyPoolItem,
    { signal, ...promise }: Pick<Ticket, 'resolve' | 'reject'> & { readonly signal: AbortSignal | undefined },
  ): void {
    if (this.#isClosed) throw closedError();
    signal?.throwIfAborted();
    const chain = signal === undefined ? undefined : this.#watchSignal(signal);
    const ticket = new Ticket({ item, characters: countCharacters(item), chain, ...promise });
    chain?.join(ticket);
    this.#meter.start();
    this.#meter.pending++;
    if (ticket.characters > this.#settings.memoryMb * mostCharactersPerMb) {
      this.#convict([ticket], 'out-of-memory');
      return;
    }
    this.#waiting.push(ticket);
    this.#planFlush();
  }

  /** One listener for each signal, however many items share it, and none once nothing waits under it. */
  #watchSignal(signal: AbortSignal): TicketChain {
    const known = this.#chains.get(signal);
    if (known !== undefined) return known;
    const onAbort = (): void => {
      const { reason } = signal;
      for (let ticket = chain.takeAll(); ticket !== undefined; ticket = ticket.next) this.#drop(ticket, reason);
    };
    const chain = new TicketChain(() => {
      signal.removeEventListener('abort', onAbort);
      this.#chains.delete(signal);
    });
    this.#chains.set(signal, chain);
    signal.addEventListener('abort', onAbort);
    return chain;
  }

  /** Whether somebody waited for it until now. */
  #settle(ticket: Ticket): boolean {
    if (ticket.isSettled) return false;
    ticket.isSettled = true;
    this.#meter.pending--;
    const { work } = ticket;
    if (work !== undefined && --work.open === 0) work.abandon();
    return true;
  }

  #give(ticket: Ticket, result: AnyPoolResult): void {
    if (!this.#settle(ticket)) return;
    ticket.chain?.leave(ticket);
    this.#meter.addResult(result);
    ticket.resolve(result);
  }

  #fail(ticket: Ticket, reason: unknown): void {
    if (!this.#settle(ticket)) return;
    ticket.chain?.leave(ticket);
    ticket.reject(reason);
  }

  /** Outside its chain, which the one who drops takes as a whole. */
  #drop(ticket: Ticket, reason: unknown): void {
    if (!this.#settle(ticket)) return;
    this.#meter.aborted++;
    ticket.reject(reason);
  }

  #abandon(ticket: Ticket, reason: unknown): void {
    if (!ticket.isSettled) ticket.chain?.leave(ticket);
    this.#drop(ticket, reason);
  }

  /** One turn of the event loop later, so that calls made together travel together, or when the time to gather is over. */
  #planFlush(): void {
    if (this.#planned === 'turn') return;
    const { gatherMs } = this.#settings;
    if (gatherMs === 0 || this.#waiting.isFull) {
      clearTimeout(this.#planned);
      this.#planned = 'turn';
      setImmediate(() => this.#flushPlanned());
    } else this.#planned ??= setTimeout(() => this.#flushPlanned(), gatherMs);
  }

  #flushPlanned(): void {
    this.#planned = undefined;
    this.#flush();
  }

  #flush(): void {
    while (!this.#isClosed && this.#atWork.size < this.workers && this.#isBatchReady()) {
      const parcel = this.#takeParcel();
      if (parcel.tickets.length === 0) return;
      this.#atWork.set(parcel, performance.now());
      void this.#work(parcel).finally(() => {
        this.#atWork.delete(parcel);
        this.#flush();
      });
    }
  }

  /**
   * While a worker is at work or a flush is planned, a batch that is not full grows: one thread does for a light load,
   * until a comparison holds it up.
   */
  #isBatchReady(): boolean {
    const { isFull } = this.#waiting;
    if (!isFull) this.#crowdedSince = undefined;
    if (this.#retries.length > 0) return true;
    if (this.#atWork.size === 0) return isFull || this.#planned === undefined;
    if (isFull) return this.#atWork.size < this.#threads.ready || this.#isCrowded();
    return !this.#waiting.isEmpty && this.#planned === undefined && this.#isHeldUp();
  }

  /** A start costs as much as thousands of comparisons: the crowd at the first one is not worth a second. */
  #isCrowded(): boolean {
    this.#crowdedSince ??= performance.now();
    return this.#isSince(this.#crowdedSince, startThreadAfterMs);
  }

  /** Whether even the youngest batch at work takes so long that another thread is to take what waits. */
  #isHeldUp(): boolean {
    const youngest = [...this.#atWork.values()].at(-1) ?? 0;
    return this.#isSince(youngest, this.#atWork.size < this.#threads.ready ? shareAfterMs : startThreadAfterMs);
  }

  /** Whether that time has passed, the start of the first thread left out; where it has not, looks again when it has. */
  #isSince(start: number, ms: number): boolean {
    const now = performance.now();
    const isStarting = this.#threads.ready === 0;
    if (isStarting) this.#startingAt = now;
    const leftMs = isStarting ? shareAfterMs : Math.max(start, this.#startingAt) + ms - now;
    if (leftMs <= 0) return true;
    clearTimeout(this.#look);
    this.#look = setTimeout(() => this.#flush(), Math.ceil(leftMs)).unref();
    return false;
  }

  #takeParcel(): Parcel {
    for (let retry = this.#retries.shift(); retry !== undefined; retry = this.#retries.shift()) {
      const tickets = retry.tickets.filter((ticket) => !ticket.isSettled);
      if (tickets.length > 0) return { ...retry, tickets };
    }
    return { tickets: this.#waiting.take(), attempts: 0 };
  }

  async #work(parcel: Parcel): Promise<void> {
    const { tickets } = parcel;
    try {
      const piscina = await this.#threads.open();
      if (piscina === undefined) throw closedError();
      this.#meter.batches++;
      const startedAt = performance.now();
      const outcome = await runBatch(piscina, this.#makeBatch(tickets.map(({ item }) => item)), {
        budgetMs: this.#settings.budgetMs,
        onStart: (progress) => watchOver(tickets, progress),
      });
      this.#meter.addBusy(performance.now() - startedAt);
      for (const ticket of tickets) ticket.work = undefined;
      this.#finish(parcel, outcome);
    } catch (error) {
      for (const ticket of tickets) this.#fail(ticket, error);
    }
  }

  #makeBatch(items: readonly AnyPoolItem[]): {
    items: readonly AnyPoolItem[];
    options: VerifyOptions;
    rewards: boolean;
  } {
    return { items, options: this.#settings.verifyOptions, rewards: this.#settings.rewards };
  }

  #finish({ tickets, attempts }: Parcel, outcome: BatchOutcome): void {
    if (outcome.kind === 'done') {
      for (const [index, ticket] of tickets.entries()) this.#receive(ticket, outcome.results[index]);
      return;
    }
    if (this.#isClosed) throw closedError();
    if (outcome.kind === 'untaken') this.#sendAgain({ tickets, attempts: attempts + 1 }, outcome.cause);
    else {
      this.#meter.workersLost++;
      this.#split(tickets, outcome);
    }
  }

  /** At once, or after a second opinion, which the batch behind it does not wait for. */
  #receive(ticket: Ticket, answer: BatchItemResult | undefined): void {
    if (ticket.isSettled) return;
    if (answer === undefined) {
      this.#fail(ticket, workerError(undefined));
      return;
    }
    const { isOpen, ...result } = answer;
    // Only the verifier itself leaves a pair open, and its results have a rule.
    if (isOpen !== true || !this.#opinions.isOn || !('rule' in result)) this.#give(ticket, result);
    else {
      this.#asking.add(ticket);
      this.#opinions
        .ask(ticket, result)
        .then(
          (second) => this.#give(ticket, second),
          (error: unknown) => this.#fail(ticket, error),
        )
        .finally(() => this.#asking.delete(ticket));
    }
  }

  /** A worker that died before the first item: its memory could not hold the message, or it has nothing to do with it. */
  #sendAgain({ tickets, attempts }: Parcel, cause: unknown): void {
    if (attempts < mostAttempts) this.#retries.push({ tickets, attempts });
    else if (!isOutOfMemory(cause)) throw workerError(cause);
    else if (tickets.length > 1) {
      const middle = tickets.length >> 1;
      for (const half of [tickets.slice(0, middle), tickets.slice(middle)])
        this.#retries.push({ tickets: half, attempts: mostAttempts - 1 });
    } else this.#convict(tickets, 'out-of-memory');
  }

  /**
   * The item that the worker was at when it was killed runs again on its own, since a busy machine may have kept it
   * waiting, and a neighbour may have filled the memory; the second time it has its verdict. Its neighbours run again
   * without it.
   */
  #split(tickets: readonly Ticket[], outcome: Extract<BatchOutcome, { readonly index: number }>): void {
    const { index } = outcome;
    const guilty = tickets.slice(index, index + 1);
    for (const ticket of guilty) ticket.losses++;
    const isStuckAlone = outcome.kind === 'stuck' && tickets.length === 1;
    if (isStuckAlone || guilty.some(({ losses }) => losses >= mostLosses)) {
      if (outcome.kind === 'stuck') this.#convict(guilty, 'over-budget');
      else this.#convict(guilty, isOutOfMemory(outcome.cause) ? 'out-of-memory' : 'worker-failed');
    }
    for (const part of [tickets.slice(0, index), tickets.slice(index + 1), guilty]) {
      if (part.length > 0) this.#retries.push({ tickets: part, attempts: 0 });
    }
  }

  #convict(tickets: readonly Ticket[], reason: 'over-budget' | 'out-of-memory' | 'worker-failed'): void {
    const { rewards, budgetMs } = this.#settings;
    const ms = reason === 'over-budget' ? budgetMs : 0;
    for (const ticket of tickets) this.#give(ticket, describeLostItem(ticket.item, { reason, ms, rewards }));
  }

  getStatistics(): VerifierPoolStatistics {
    return {
      ...this.#meter.read(this.workers),
      secondOpinions: this.#opinions.getStatistics(),
      threads: this.#threads.ready,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#planned !== 'turn') clearTimeout(this.#planned);
    clearTimeout(this.#look);
    const parcels = [...this.#retries, ...this.#atWork.keys()].map(({ tickets }) => tickets);
    const error = closedError();
    for (const ticket of [...this.#asking, ...parcels.flat()]) this.#abandon(ticket, error);
    for (const ticket of this.#waiting.drain()) this.#abandon(ticket, error);
    this.#retries.length = 0;
    await Promise.all([this.#threads.close(), this.#opinions.close()]);
  }
}

/** Tells the worker when nobody waits for any of the tickets any more. */
function watchOver(tickets: readonly Ticket[], progress: Int32Array): void {
  const work: Work = {
    open: tickets.reduce((sum, { isSettled }) => sum + (isSettled ? 0 : 1), 0),
    abandon: () => Atomics.store(progress, 1, 1),
  };
  for (const ticket of tickets) ticket.work = work;
  if (work.open === 0) work.abandon();
}
