import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import type { TextAnswers, TextTask } from './worker.ts';

/** Threads that work on texts. The stages of a process share them. */
export interface TextWorkers {
  /** Ends with an `AbortError` where `signal` does. */
  readonly run: <Kind extends TextTask['kind']>(
    task: Extract<TextTask, { kind: Kind }>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<TextAnswers[Kind]>;
  readonly close: () => Promise<void>;
}

interface Shared {
  readonly piscina: Promise<Piscina>;
  users: number;
}

let shared: Shared | undefined;

/** As many threads as there are cores, begun when they are needed; the last who closes ends them. */
export function openTextWorkers(): TextWorkers {
  shared ??= { piscina: startPiscina(), users: 0 };
  const used = shared;
  used.users += 1;
  let isOpen = true;
  return {
    run: async (task, options = {}) => await (await used.piscina).run(task, options),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      used.users -= 1;
      if (used.users > 0) return;
      if (shared === used) shared = undefined;
      await (await used.piscina).destroy();
    },
  };
}

async function startPiscina(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const piscina = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: availableParallelism(),
    concurrentTasksPerWorker: 1,
    idleTimeout: 10_000,
    // New objects of a shard live short: with little room for them a thread's memory stays small.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  });
  piscina.setMaxListeners(0);
  return piscina;
}
