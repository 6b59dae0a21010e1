import { createSignalListeners } from '@scalequest/core';
import { SandboxError } from '../errors.ts';
import { type Judge, JudgeLostError } from '../judge/judge.ts';
import { makeRequest } from '../judge/make-request.ts';
import { readResult } from '../judge/read-result.ts';
import type { SandboxStatistics, SignalOption } from '../sandbox.ts';
import type { CheckResult, Limits, Program } from '../types.ts';
import { PoolMeter } from './pool-meter.ts';

export interface JudgePoolOptions {
  readonly workers: number;
  readonly recycleAfter: number;
  readonly limits: Limits;
  readonly startJudge: () => Promise<Judge>;
}

/** A program on its way, and who waits for it. */
interface Ticket {
  readonly program: Program;
  readonly resolve: (result: CheckResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly forget: () => void;
  isSettled: boolean;
  /** Ends its judge while it runs. */
  stop: (() => void) | undefined;
}

interface Worker {
  judge: Judge | undefined;
  isBusy: boolean;
}

/** A judge answers within the program's own time, and some to start and to clean up. */
const answerMs = 10_000;

/** Judges and the programs that wait for them: one program at a time for each judge, first come, first served. */
export class JudgePool {
  readonly #options: JudgePoolOptions;
  readonly #workers: readonly Worker[];
  readonly #meter: PoolMeter;
  /** In their order; those that are settled while they wait stay until their turn. */
  readonly #waiting = new Set<Ticket>();
  readonly #running = new Set<Ticket>();
  /** What has to end before the pool is closed. */
  readonly #works = new Set<Promise<unknown>>();
  readonly #listenToAbort = createSignalListeners();
  #isClosed = false;

  constructor(options: JudgePoolOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, () => ({ judge: undefined, isBusy: false }));
    this.#meter = new PoolMeter(options.workers);
  }

  async start(): Promise<void> {
    this.#throwIfClosed();
    this.#meter.begin();
    const idle = this.#workers.filter(({ isBusy }) => !isBusy);
    const starts = idle.map((worker) =>
      this.#occupy(worker, async () => {
        await this.#prepare(worker);
      }),
    );
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async check(program: Program, { signal }: SignalOption): Promise<CheckResult> {
    this.#throwIfClosed();
    signal?.throwIfAborted();
    this.#meter.begin();
    return await new Promise((resolve, reject) => {
      const ticket: Ticket = {
        ...{ program, resolve, reject, isSettled: false, stop: undefined },
        forget: this.#listenToAbort(signal, () => this.#drop(ticket, signal?.reason)),
      };
      this.#waiting.add(ticket);
      this.#assign();
    });
  }

  getStatistics(): SandboxStatistics {
    return this.#meter.read({
      pending: this.#waiting.size + this.#running.size,
      judges: this.#workers.filter(({ judge }) => judge?.hasEnded === false).length,
    });
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      for (const ticket of [...this.#waiting, ...this.#running]) this.#drop(ticket, closedError());
      for (const { judge, isBusy } of this.#workers) {
        if (judge !== undefined && !isBusy) this.#track(judge.close());
      }
    }
    while (this.#works.size > 0) await Promise.allSettled([...this.#works]);
  }

  /** Ends every judge and removes its folder without a wait: for the end of Node itself. */
  endNow(): void {
    for (const { judge } of this.#workers) judge?.endNow();
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw closedError();
  }

  #assign(): void {
    for (const worker of this.#workers) {
      if (this.#waiting.size === 0) return;
      // What is done about a failure is done for the ticket.
      if (!worker.isBusy) this.#occupy(worker, () => this.#work(worker)).catch(() => undefined);
    }
  }

  /** Does something with a worker that nobody else has meanwhile. */
  #occupy(worker: Worker, action: () => Promise<void>): Promise<void> {
    worker.isBusy = true;
    const work = action().finally(() => {
      worker.isBusy = false;
      if (!this.#isClosed) this.#assign();
      else if (worker.judge !== undefined) this.#track(worker.judge.kill());
    });
    return this.#track(work);
  }

  #track<Value>(work: Promise<Value>): Promise<Value> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#works.add(settled);
    void settled.then(() => this.#works.delete(settled));
    return work;
  }

  async #work(worker: Worker): Promise<void> {
    for (let ticket = this.#take(); ticket !== undefined; ticket = this.#take()) {
      const startedAt = performance.now();
      try {
        await this.#run(ticket, worker);
      } finally {
        this.#running.delete(ticket);
        this.#meter.addBusy(performance.now() - startedAt);
      }
    }
  }

  #take(): Ticket | undefined {
    const [ticket] = this.#waiting;
    if (ticket === undefined) return undefined;
    this.#waiting.delete(ticket);
    this.#running.add(ticket);
    return ticket;
  }

  /** Tries twice: what a judge dies of may be the judge's own, and is the program's when it happens again. */
  async #run(ticket: Ticket, worker: Worker): Promise<void> {
    for (let losses = 1; !ticket.isSettled; losses++) {
      try {
        const judge = await this.#prepare(worker);
        if (ticket.isSettled) return;
        ticket.stop = () => judge.killNow();
        this.#settle(ticket, await this.#judge(ticket.program, judge));
      } catch (error) {
        await this.#discard(worker);
        if (ticket.isSettled) return;
        this.#meter.countLost();
        if (losses < 2) continue;
        if (error instanceof JudgeLostError) this.#settle(ticket, describeLoss(error));
        else this.#fail(ticket, error);
      } finally {
        ticket.stop = undefined;
      }
    }
  }

  async #judge(program: Program, judge: Judge): Promise<CheckResult> {
    const request = makeRequest(program, this.#options.limits);
    const withinMs = request.limits.timeoutMs + answerMs;
    const startedAt = performance.now();
    try {
      const result = readResult(await judge.ask(request, { withinMs }));
      if (result === undefined) throw new JudgeLostError('nonsense', 'it answered what is no result');
      return result;
    } catch (error) {
      if (error instanceof JudgeLostError) error.ms = performance.now() - startedAt;
      throw error;
    }
  }

  /** The worker's judge, a fresh one where it has none or one that has done its share. */
  async #prepare(worker: Worker): Promise<Judge> {
    if (worker.judge !== undefined && worker.judge.checked >= this.#options.recycleAfter) {
      const spent = worker.judge;
      worker.judge = undefined;
      this.#track(spent.close());
      this.#meter.countRecycled();
    }
    if (worker.judge?.hasEnded === true) await this.#discard(worker);
    this.#throwIfClosed();
    worker.judge ??= await this.#options.startJudge();
    return worker.judge;
  }

  async #discard(worker: Worker): Promise<void> {
    const { judge } = worker;
    worker.judge = undefined;
    await judge?.kill();
  }

  #settle(ticket: Ticket, result: CheckResult): void {
    if (ticket.isSettled) return;
    this.#leave(ticket);
    this.#meter.addResult(result);
    ticket.resolve(result);
  }

  #fail(ticket: Ticket, error: unknown): void {
    this.#leave(ticket);
    ticket.reject(error);
  }

  /** Nobody waits for it any more: a judge that is at it is ended, since a program cannot be asked to stop. */
  #drop(ticket: Ticket, reason: unknown): void {
    if (ticket.isSettled) return;
    this.#leave(ticket);
    this.#meter.countAborted();
    ticket.stop?.();
    ticket.reject(reason);
  }

  #leave(ticket: Ticket): void {
    ticket.isSettled = true;
    ticket.forget();
    this.#waiting.delete(ticket);
  }
}

const lossWords = { ended: 'ended', hung: 'did not answer', nonsense: 'answered nonsense' } as const;

function describeLoss({ loss, message, ms }: JudgeLostError): CheckResult {
  const detail = `its judge ${lossWords[loss]} twice while it ran: ${message}`;
  return { outcome: loss === 'nonsense' ? 'error' : 'killed', detail, ms: Math.round(ms) };
}

function closedError(): SandboxError {
  return new SandboxError({
    code: 'SANDBOX_CLOSED',
    what: 'The sandbox is closed.',
    next: 'Create another one, or close it after the last result.',
  });
}
