import type { Piscina } from 'piscina';
import { TaskLine } from './task-line.ts';

/** Where new objects live: with half of it a thread spends a fifth of its time on moving them; twice as much costs memory. */
const youngMb = 8;

export interface PiscinaSettings {
  readonly filename: string;
  readonly workers: number;
  readonly memoryMb: number;
  readonly idleMs: number;
}

/** Loads piscina when the first batch comes: a caller that has nothing to verify yet should not wait for it. */
export async function startPiscina({ filename, workers, memoryMb, idleMs }: PiscinaSettings): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const piscina = new Piscina({
    filename,
    minThreads: 0,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    taskQueue: new TaskLine(),
    idleTimeout: idleMs,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: youngMb },
  });
  // Each batch listens while it runs; an idle worker that dies is replaced when it is needed.
  piscina.setMaxListeners(0);
  piscina.on('error', () => undefined);
  return piscina;
}
