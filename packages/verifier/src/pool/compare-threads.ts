import type { Piscina } from 'piscina';
import { type PiscinaSettings, startPiscina } from './start-piscina.ts';

/** How often `startAll` looks whether the last thread is there; the interval also keeps the process alive. */
const lookMs = 20;

/** The threads that compare: which of them are ready, and how to start all of them. */
export class CompareThreads {
  readonly #settings: PiscinaSettings;
  #opening: Promise<Piscina> | undefined;
  #piscina: Piscina | undefined;
  /** Threads that said once that they are ready; those that ended are not forgotten at once. */
  #readyIds = new Set<number>();
  #isClosed = false;

  constructor(settings: PiscinaSettings) {
    this.#settings = settings;
  }

  /** Threads that are there and ready for a message. */
  get ready(): number {
    return this.#piscina?.threads.filter(({ threadId }) => this.#readyIds.has(threadId)).length ?? 0;
  }

  /** Undefined once the threads are closed: nothing may start one more. */
  async open(): Promise<Piscina | undefined> {
    this.#opening ??= this.#start();
    const piscina = await this.#opening;
    return this.#isClosed ? undefined : piscina;
  }

  async #start(): Promise<Piscina> {
    const piscina = await startPiscina(this.#settings);
    this.#piscina = piscina;
    piscina.on('workerCreate', ({ id }: { readonly id: number }) => {
      const alive = new Set(piscina.threads.map(({ threadId }) => threadId));
      this.#readyIds = new Set([...this.#readyIds, id].filter((known) => alive.has(known)));
    });
    return piscina;
  }

  /** Resolves when as many threads are ready as there may be, or when the threads are closed. `ask` makes one start. */
  async startAll(ask: (piscina: Piscina) => Promise<void>): Promise<void> {
    const piscina = await this.open();
    if (piscina === undefined) return;
    const { workers } = this.#settings;
    // One that is asked may answer for others that still start.
    await Promise.all(Array.from({ length: workers - this.ready }, () => ask(piscina)));
    const areUp = (): boolean => this.#isClosed || this.ready >= workers || piscina.threads.length < workers;
    while (!areUp()) await new Promise((resolve) => setTimeout(resolve, lookMs));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Where it could not be loaded, those who asked for it know.
    const piscina = await this.#opening?.catch(() => undefined);
    await piscina?.destroy();
  }
}
