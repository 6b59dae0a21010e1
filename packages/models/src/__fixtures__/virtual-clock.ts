import type { Clock } from '../scheduling/clock.ts';

export interface VirtualClock extends Clock {
  /** Lets the time pass, timer by timer, until the work is done. Fails when nothing is left to wait for. */
  readonly runUntil: <T>(work: Promise<T>) => Promise<T>;
}

/** A clock that jumps from timer to timer: seconds of waiting pass at once, and the same way each time. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  let order = 0;
  const timers: { readonly at: number; readonly order: number; readonly callback: () => void }[] = [];

  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [timers[a], timers[b]];
    if (first === undefined || second === undefined) return false;
    return first.at < second.at || (first.at === second.at && first.order < second.order);
  };
  const swap = (a: number, b: number): void => {
    const [first, second] = [timers[a], timers[b]];
    if (first !== undefined && second !== undefined) [timers[a], timers[b]] = [second, first];
  };
  const push = (timer: (typeof timers)[number]): void => {
    timers.push(timer);
    for (let at = timers.length - 1, up = (at - 1) >> 1; at > 0 && isBefore(at, up); at = up, up = (at - 1) >> 1) {
      swap(at, up);
    }
  };
  const pop = (): (typeof timers)[number] | undefined => {
    swap(0, timers.length - 1);
    const first = timers.pop();
    for (let at = 0; ; ) {
      const [left, right] = [at * 2 + 1, at * 2 + 2];
      const least = isBefore(right, left) ? right : left;
      if (!isBefore(least, at)) return first;
      swap(at, least);
      at = least;
    }
  };

  return {
    now: () => now,
    date: () => 1_700_000_000_000 + now,
    schedule: (delayMs, callback) => {
      const timer = { isCancelled: false };
      const run = (): void => {
        if (!timer.isCancelled) callback();
      };
      push({ at: now + Math.max(0, delayMs), order: order++, callback: run });
      return () => {
        timer.isCancelled = true;
      };
    },
    runUntil: async (work) => {
      let isDone = false;
      const finish = (): void => {
        isDone = true;
      };
      work.then(finish, finish);
      for (;;) {
        // Promises settle between two timers.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (isDone) return work;
        const timer = pop();
        if (timer === undefined) throw new Error('The work waits for something that is no timer of this clock.');
        now = Math.max(now, timer.at);
        timer.callback();
      }
    },
  };
}
