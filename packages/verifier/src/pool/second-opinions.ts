import type { Piscina } from 'piscina';
import { requirePositive } from '../errors.ts';
import type { VerifyOptions } from '../types.ts';
import { runBatch } from './run-batch.ts';
import { startPiscina } from './start-piscina.ts';
import type { Ticket } from './ticket.ts';
import type { PoolItem, PoolResult, VerifierPoolOptions, VerifierPoolStatistics } from './types.ts';

const defaultBudgetMs = 2000;

/** Both systems and what they keep of a hundred questions fit in this, and a runaway expansion soon does not. */
const memoryMb = 256;

/** It takes a second to start, and is kept as long as that is worth. */
const idleMs = 10_000;

/** What every question is asked with. */
interface OpinionSettings {
  readonly options: VerifyOptions;
  readonly rewards: boolean;
}

/** Puts what the ladder left open to computer algebra: one worker, one pair at a time, killed over its budget. */
export class SecondOpinions {
  readonly #isOn: boolean;
  readonly #budgetMs: number;
  readonly #settings: OpinionSettings;
  readonly #workerFile: string;
  #piscina: Promise<Piscina> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #asked = 0;
  #equal = 0;
  #killed = 0;

  constructor(options: VerifierPoolOptions, settings: OpinionSettings) {
    this.#isOn = options.cas !== false;
    this.#budgetMs = requirePositive('casBudgetMs', options.casBudgetMs ?? defaultBudgetMs);
    this.#settings = settings;
    this.#workerFile = options.casWorkerFile ?? new URL('./cas-worker.js', import.meta.url).href;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /**
   * The result with the second opinion, which is the first one unless the systems find the two to be the same. One
   * question at a time: a worker that dies must not take others with it.
   */
  ask(ticket: Ticket, first: PoolResult<PoolItem>): Promise<PoolResult<PoolItem>> {
    const answer = this.#last.then(() => this.#ask(ticket, first));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(ticket: Ticket, first: PoolResult<PoolItem>): Promise<PoolResult<PoolItem>> {
    // Those behind it must not wait for an answer that nobody wants.
    if (this.#isClosed || ticket.isSettled) return first;
    this.#asked++;
    this.#piscina ??= startPiscina({
      filename: this.#workerFile,
      workers: 1,
      memoryMb,
      idleMs,
    });
    const piscina = await this.#piscina;
    if (this.#isClosed) return first;
    const batch = { items: [ticket.item], ...this.#settings };
    let outcome = await runBatch(piscina, batch, { budgetMs: this.#budgetMs });
    // A worker that died in its sleep says nothing about the pair.
    if (outcome.kind === 'untaken' && !this.#isClosed)
      outcome = await runBatch(piscina, batch, { budgetMs: this.#budgetMs });
    if (outcome.kind !== 'done') {
      this.#killed++;
      return { ...first, secondOpinion: 'killed' };
    }
    const [second] = outcome.results;
    // Never into `different`: what computer algebra denies, it may only have failed to see.
    if (second?.verdict !== 'equal' || !('rule' in second)) return { ...first, secondOpinion: 'none' };
    this.#equal++;
    return { ...second, ms: first.ms + second.ms, secondOpinion: 'same' };
  }

  getStatistics(): VerifierPoolStatistics['secondOpinions'] {
    return { asked: this.#asked, equal: this.#equal, killed: this.#killed };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const piscina = await this.#piscina?.catch(() => undefined);
    await piscina?.destroy();
  }
}
