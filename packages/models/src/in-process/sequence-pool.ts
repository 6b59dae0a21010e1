import { createSignalListeners } from '@scalequest/core';
import { createWaitingLine } from '../scheduling/waiting-line.ts';

/** Gives out a fixed number of things, each to one taker at a time, first come, first served. */
export interface SequencePool<T> {
  readonly busy: number;
  readonly waiting: number;
  /** Runs the work with a free one. Work whose signal is aborted while it waits rejects with the signal's reason. */
  readonly use: <R>(signal: AbortSignal, work: (item: T) => Promise<R>) => Promise<R>;
}

export function createSequencePool<T>(items: readonly T[]): SequencePool<T> {
  // The first ones first, so that those in use lie side by side.
  const free = items.map((_, index) => index);
  const listenToAbort = createSignalListeners();
  const line = createWaitingLine<(index: number) => void>();

  const acquire = (signal: AbortSignal): Promise<number> => {
    const index = free.shift();
    if (index !== undefined) return Promise.resolve(index);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        leave();
        reject(signal.reason);
      };
      const leave = line.join((given) => {
        stopListening();
        resolve(given);
      });
      const stopListening = listenToAbort(signal, giveUp);
    });
  };

  const release = (index: number): void => {
    const next = line.take();
    if (next === undefined) {
      free.push(index);
      free.sort((a, b) => a - b);
    } else {
      next(index);
    }
  };

  return {
    get busy() {
      return items.length - free.length;
    },
    get waiting() {
      return line.size;
    },
    use: async (signal, work) => {
      signal.throwIfAborted();
      const index = await acquire(signal);
      try {
        signal.throwIfAborted();
        return await work(items[index] as T);
      } finally {
        release(index);
      }
    },
  };
}
