/** Time as the scheduler sees it, so that tests can bring their own. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Unix time in milliseconds, for HTTP dates. */
  readonly date: () => number;
  /** Calls back once after the delay. Returns how to take that back. */
  readonly schedule: (delayMs: number, callback: () => void) => () => void;
}

/** Node fires a timer with a longer delay at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, Math.ceil(delayMs)), longestDelayMs));
    return () => clearTimeout(timer);
  },
};
